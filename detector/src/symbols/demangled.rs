//! A function's name as its programmer would write it.

use std::fmt::{self, Write as _};

/// The longest name kept, in bytes.
const MAX_BYTES: usize = 4096;

/// A symbol's name, demangled, without hashes, at most [`MAX_BYTES`] and a mark long.
pub(super) fn demangled(symbol: &str) -> String {
    let mut name = Bounded(String::new());
    // The only error is the bound's own, and what came before it is the name.
    if write!(name, "{:#}", rustc_demangle::demangle(symbol)).is_err() {
        name.0.push('…');
    }
    name.0
}

/// A text that refuses to grow past the bound.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_BYTES - self.0.len();
        let end = text.floor_char_boundary(room);
        self.0.push_str(&text[..end]);
        if end == text.len() {
            Ok(())
        } else {
            Err(fmt::Error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_left_out() {
        assert_eq!(
            demangled("_ZN6ledger7Account7deposit17h05af221e174051e9E"),
            "ledger::Account::deposit"
        );
        assert_eq!(
            demangled("_RNvMCs1234_6ledgerNtB2_7Account7deposit"),
            "<ledger::Account>::deposit"
        );
    }

    #[test]
    fn a_name_of_a_gigabyte_is_cut_at_a_character() {
        let long = "é".repeat(10_000);
        let short = demangled(&long);
        assert!(short.len() <= MAX_BYTES + '…'.len_utf8());
        assert!(short.ends_with("é…"));
    }
}
