//! Fingerprints, version 1: what a finding is recognised by from run to run.
//!
//! **Invariant:** no line, column, thread, address or test name enters a
//! fingerprint, and the two accesses enter it in either order alike. The recipe is
//! frozen: a change is version 2.

use xxhash_rust::xxh3::xxh3_128;

use super::{Access, AccessKind, Cell, Finding};

/// The fingerprint of a finding; `ordinal` tells apart those of one report that
/// would otherwise be equal, counted from zero.
#[must_use]
pub fn of(finding: &Finding, ordinal: usize) -> String {
    let mut sides = [side(&finding.first), side(&finding.second)];
    sides.sort();
    let [first, second] = sides;
    let mut text = ["1", finding.rule, &first, &second, &identity(&finding.cell)].join("\0");
    if ordinal > 0 {
        text.push_str(&format!("\0{ordinal}"));
    }
    format!("{:032x}", xxh3_128(text.as_bytes()))
}

/// The access kind and the innermost function of the program's own code.
fn side(access: &Access) -> String {
    let own = access.stack.iter().filter(|frame| frame.workspace);
    let function = own.filter_map(|frame| frame.function.as_deref()).next();
    let place = function.map_or_else(|| access.site.file.clone(), plain_function);
    let kind = match access.access {
        AccessKind::Read => "read",
        AccessKind::Write => "write",
        AccessKind::AtomicRead => "atomic-read",
        AccessKind::AtomicWrite => "atomic-write",
    };
    format!("{kind}\0{place}")
}

/// A cell's name, else its type and the function or file that made it.
fn identity(cell: &Cell) -> String {
    let Some(site) = cell.created_at.as_ref().filter(|_| !cell.named) else {
        return cell.name.clone();
    };
    let made_in = site
        .function
        .as_deref()
        .map_or_else(|| site.file.clone(), plain_function);
    let type_name = cell.type_name.as_deref().unwrap_or_default();
    format!("{type_name}\0{made_in}")
}

/// A function without what changes from build to build: generic arguments, hashes,
/// the numbers of closures.
///
/// ```
/// use racegate_detector::finding::fingerprint::plain_function;
///
/// let closure = "bank::run::<u64>::{closure#3}";
/// assert_eq!(plain_function(closure), "bank::run::{closure}");
/// ```
#[must_use]
pub fn plain_function(function: &str) -> String {
    let mut plain = String::new();
    let mut rest = without_hash(function);
    while let Some(open) = rest.find(['<', '{']) {
        let (before, at) = rest.split_at(open);
        plain.push_str(before);
        let length = group(at);
        let (inside, after) = at.split_at(length);
        if inside.starts_with('{') {
            plain.push('{');
            plain.push_str(
                inside
                    .trim_matches(['{', '}'])
                    .split('#')
                    .next()
                    .unwrap_or(""),
            );
            plain.push('}');
        } else if plain.is_empty() {
            // `<Type as Trait>::method`: the type is no argument but the path itself.
            plain.push_str(&plain_function(&inside[1..inside.len() - 1]));
        } else if plain.ends_with("::") {
            plain.truncate(plain.len() - 2);
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The length of the bracketed group that a text begins with.
fn group(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut previous = ' ';
    for (index, character) in text.char_indices() {
        match character {
            '<' | '{' => depth += 1,
            // The arrow of a function type closes nothing.
            '>' if previous == '-' => {}
            '>' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        previous = character;
        if depth == 0 {
            return index + character.len_utf8();
        }
    }
    text.len()
}

/// Legacy mangling ends in `::h` and sixteen hexadecimal digits.
fn without_hash(function: &str) -> &str {
    match function.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
            path
        }
        Some(_) | None => function,
    }
}

#[cfg(test)]
mod tests {
    use super::plain_function;

    #[test]
    fn what_changes_from_build_to_build_is_left_out() {
        for (function, plain) in [
            ("bank::deposit", "bank::deposit"),
            ("bank::deposit::h0123456789abcdef", "bank::deposit"),
            ("bank::run::{{closure}}", "bank::run::{closure}"),
            ("bank::run::{closure#12}", "bank::run::{closure}"),
            (
                "bank::run::{closure#0}::{closure#1}",
                "bank::run::{closure}::{closure}",
            ),
            ("bank::Account<i64>::deposit", "bank::Account::deposit"),
            ("bank::call::<fn() -> u8>", "bank::call"),
            (
                "<bank::Account<T> as bank::Audit>::audit",
                "bank::Account as bank::Audit::audit",
            ),
            ("<bank::Account>::deposit", "bank::Account::deposit"),
        ] {
            assert_eq!(plain_function(function), plain, "{function}");
        }
    }
}
