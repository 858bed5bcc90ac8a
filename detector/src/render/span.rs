//! Which part of a line an access is: from its column to the whole expression.

use std::ops::Range;

/// The bytes of `line` to underline for an access at `column` (in characters,
/// from one). A column that is not in the line underlines all of it.
pub(super) fn expression(line: &str, column: u32) -> Range<usize> {
    let Some(at) = offset(line, column) else {
        return trimmed(line);
    };
    let end = call_end(line, at);
    if end == at {
        let end = trimmed(line).end;
        let end = line[..end].trim_end_matches([';', ',']).len();
        return at..end.max(at + width_at(line, at));
    }
    receiver_start(line, at)..end
}

/// The word at `column` alone: a narrower underline leaves room for its label.
pub(super) fn word(line: &str, column: u32) -> Range<usize> {
    let Some(at) = offset(line, column) else {
        let start = trimmed(line).start;
        return start..start + width_at(line, start);
    };
    let end = word_end(line, at);
    at..end.max(at + width_at(line, at))
}

/// The byte of a column, if a character stands there.
fn offset(line: &str, column: u32) -> Option<usize> {
    let index = usize::try_from(column).ok()?.checked_sub(1)?;
    line.char_indices().nth(index).map(|(at, _)| at)
}

fn trimmed(line: &str) -> Range<usize> {
    let end = line.trim_end().len();
    let start = line.len() - line.trim_start().len();
    start.min(end)..end
}

fn width_at(line: &str, at: usize) -> usize {
    line[at..].chars().next().map_or(0, char::len_utf8)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word_end(line: &str, at: usize) -> usize {
    let rest = &line[at..];
    at + rest.find(|sign| !is_word(sign)).unwrap_or(rest.len())
}

/// Past `name`, `a::name`, and the arguments after it, if any.
fn call_end(line: &str, at: usize) -> usize {
    let mut end = word_end(line, at);
    while line[end..].starts_with("::") && word_end(line, end + 2) > end + 2 {
        end = word_end(line, end + 2);
    }
    if end > at && line[end..].starts_with('(') {
        end = closing(line, end);
    }
    end
}

/// Past the bracket that closes the one at `open`, or the end of the line where
/// it closes on a later one.
fn closing(line: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, sign) in line[open..].char_indices() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return open + index + 1;
        }
    }
    line.trim_end().len()
}

/// Back over `self.field[0].call()?.` to where the expression starts.
fn receiver_start(line: &str, at: usize) -> usize {
    let mut start = at;
    loop {
        let before = &line[..start];
        let Some(receiver) = before.strip_suffix('.').or(before.strip_suffix("::")) else {
            return start;
        };
        let receiver = receiver.trim_end_matches('?');
        let called = opening(receiver);
        let name = receiver[..called].trim_end_matches(is_word).len();
        if name == receiver.len() {
            return start;
        }
        start = name;
    }
}

/// Where the brackets that end `text` open; its length where there are none.
fn opening(text: &str) -> usize {
    let mut start = text.len();
    while text[..start].ends_with([')', ']']) {
        let mut depth = 0_usize;
        let mut signs = text[..start].char_indices().rev();
        let open = signs.find(|(_, sign)| {
            match sign {
                ')' | ']' | '}' => depth += 1,
                '(' | '[' | '{' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        let Some((open, _)) = open else { return start };
        start = open;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str, needle: &str) -> u32 {
        let bytes = line.find(needle).expect("the needle");
        u32::try_from(line[..bytes].chars().count() + 1).expect("a short line")
    }

    fn underlined<'a>(line: &'a str, needle: &str) -> &'a str {
        &line[expression(line, at(line, needle))]
    }

    #[test]
    fn a_method_call_is_underlined_with_its_receiver_and_its_arguments() {
        let cases = [
            (
                "    self.balance.with_mut(|b| *b += n);",
                "with_mut",
                "self.balance.with_mut(|b| *b += n)",
            ),
            (
                "let x = cells[i + 1].get() + 1;",
                "get",
                "cells[i + 1].get()",
            ),
            ("a(b.c()?.set(1), 2)", "set", "b.c()?.set(1)"),
            ("    .set(1);", "set", "set(1)"),
            ("BALANCE.set(BALANCE.get() + 1);", "get", "BALANCE.get()"),
            ("Cell::set(&x, 1);", "set", "Cell::set(&x, 1)"),
            (
                "racegate::thread::spawn(move || {",
                "racegate",
                "racegate::thread::spawn(move || {",
            ),
            ("größe.set(3);", "set", "größe.set(3)"),
        ];
        for (line, needle, expected) in cases {
            assert_eq!(underlined(line, needle), expected, "{line}");
        }
    }

    #[test]
    fn what_is_no_call_is_underlined_to_the_end_of_its_statement() {
        assert_eq!(underlined("    *guard += 1;", "*guard"), "*guard += 1");
        assert_eq!(underlined("x.y = 1;", "= 1"), "= 1");
    }

    #[test]
    fn a_column_outside_the_line_underlines_the_line() {
        for column in [0, 99, u32::MAX] {
            assert_eq!(&"  a b "[expression("  a b ", column)], "a b");
            assert_eq!(expression("", column), 0..0);
            assert_eq!(expression("   ", column), 0..0);
            assert_eq!(word("", column), 0..0);
        }
    }

    #[test]
    fn a_word_is_its_name_alone() {
        let line = "self.balance.with_mut(|b| *b += n);";
        assert_eq!(&line[word(line, at(line, "with_mut"))], "with_mut");
        assert_eq!(&"*ü"[word("*ü", 1)], "*");
    }

    #[test]
    fn every_column_of_any_line_gives_a_range_of_whole_characters() {
        for line in [
            "ü.é(ß)?.x[1](2).set(",
            ")))(((",
            "..::??",
            "a.b().c",
            "「」.get()",
        ] {
            for column in 0..30 {
                assert!(
                    line.get(expression(line, column)).is_some(),
                    "{line} {column}"
                );
                assert!(line.get(word(line, column)).is_some(), "{line} {column}");
            }
        }
    }
}
