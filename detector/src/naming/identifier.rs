//! The identifier that a line of Rust binds to what it makes.

use crate::source::Sources;

/// The name bound to what is made at this place. A column of zero is the whole line.
pub(super) fn made_on<'s>(
    sources: &'s Sources,
    file: &str,
    line: u32,
    column: u32,
) -> Option<&'s str> {
    let text = sources.line(file, line)?;
    let before = match column.checked_sub(1) {
        Some(index) => {
            let at = text.char_indices().nth(usize::try_from(index).ok()?)?.0;
            &text[..at]
        }
        // The last binding of the line, as it would stand before a constructor.
        None => &text[..last_binding(text)?],
    };
    let unwrapped = without_wrappers(before);
    if unwrapped.is_empty() {
        // `let name =` may stand on the line before.
        let above = sources.line(file, line - 1)?;
        return bound(without_wrappers(without_comment(above)));
    }
    bound(unwrapped)
}

/// Past the `=` or the field's `:` of a line.
fn last_binding(line: &str) -> Option<usize> {
    let equals = line.find(" = ").map(|at| at + " = ".len());
    equals.or_else(|| line.find(": ").map(|at| at + ": ".len()))
}

fn without_comment(line: &str) -> &str {
    line.split("//").next().unwrap_or(line)
}

/// What is left of `let a = Arc::new(Box::new(` without the calls it ends in.
fn without_wrappers(before: &str) -> &str {
    let mut rest = before.trim_end();
    loop {
        let Some(call) = rest.strip_suffix(['(', '{', '[', '&']) else {
            return rest;
        };
        let path = call.trim_end_matches(|sign: char| is_word(sign) || ":<>!".contains(sign));
        // A struct's brace may follow its name by a space, and no name by nothing.
        rest = path.trim_end();
    }
}

/// `a` for `let mut a: T =`, `static a: T =`, `self.a =` and `a:`.
fn bound(text: &str) -> Option<&str> {
    if let Some(field) = text.strip_suffix(':').filter(|field| !field.ends_with(':')) {
        return last_word(field);
    }
    let target = text
        .strip_suffix('=')
        .filter(|target| !target.ends_with(['=', '<', '>', '!']))?;
    for keyword in ["let ", "static ", "const "] {
        if let Some((_, declared)) = target.rsplit_once(keyword) {
            let declared = declared.trim_start();
            let declared = declared
                .strip_prefix("mut ")
                .unwrap_or(declared)
                .trim_start();
            let end = declared
                .find(|sign| !is_word(sign))
                .unwrap_or(declared.len());
            let rest = declared[end..].trim_start();
            let plain = rest.is_empty() || rest.starts_with(':');
            return (end > 0 && plain).then_some(&declared[..end]);
        }
    }
    last_word(target)
}

fn last_word(text: &str) -> Option<&str> {
    let text = text.trim_end();
    let start = text.trim_end_matches(is_word).len();
    let word = &text[start..];
    let starts_well = word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
    starts_well.then_some(word)
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name for what the line makes at `^`.
    fn name(source: &str) -> Option<String> {
        let (line, before) = source.split('\n').enumerate().last().expect("a line");
        let column = before
            .find('^')
            .map_or(0, |at| before[..at].chars().count() + 1);
        let mut sources = Sources::default();
        sources.insert("a.rs", source.replace('^', ""));
        let number = |number: usize| u32::try_from(number).expect("small");
        made_on(&sources, "a.rs", number(line + 1), number(column)).map(str::to_owned)
    }

    #[test]
    fn a_binding_names_what_it_binds() {
        let cases = [
            (
                "static BALANCE: RaceCell<i64> = ^RaceCell::new(0);",
                "BALANCE",
            ),
            ("    let log = ^Mutex::new(Vec::new());", "log"),
            ("    let mut log: Mutex<u8> = ^Mutex::new(0);", "log"),
            ("    let shared = Arc::new(^RaceCell::new(0));", "shared"),
            (
                "    let shared = Arc::new(Account { balance: ^RaceCell::new(0) });",
                "balance",
            ),
            (
                "    Self { a: ^RaceCell::new(0), log: Mutex::default() }",
                "a",
            ),
            (
                "    Self { a: RaceCell::new(0), log: ^Mutex::default() }",
                "log",
            ),
            ("    balance: ^RaceCell::new(0),", "balance"),
            ("    self.balance = ^RaceCell::new(0);", "balance"),
            ("    let größe = &^RaceCell::new(0);", "größe"),
            ("    let cells = vec![^RaceCell::new(0)];", "cells"),
            ("let balance =\n        ^RaceCell::new(0);", "balance"),
            (
                "let balance = Arc::new( // shared\n        ^RaceCell::new(0));",
                "balance",
            ),
            ("    let log = Mutex::new(Vec::new());", "log"),
            ("    log: Mutex::default(),", "log"),
        ];
        for (line, expected) in cases {
            assert_eq!(name(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn what_is_not_bound_to_one_name_has_none() {
        let lines = [
            "    let (a, b) = ^pair();",
            "    run(x, ^RaceCell::new(0));",
            "    if a == ^RaceCell::new(0) {",
            "^RaceCell::new(0)",
            "    return ^RaceCell::new(0);",
            "",
        ];
        for line in lines {
            assert_eq!(name(line), None, "{line}");
        }
    }
}
