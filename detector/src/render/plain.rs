//! Data on its way to a terminal: names, paths and messages of the program
//! under test.
//!
//! **Invariant:** what leaves here holds no control, escape, bidi or invisible
//! character, is one line, and is no command to a CI server. Every form passes
//! every such string through here.

use std::fmt::Write as _;

/// Whether a character could change what a terminal shows besides itself.
#[must_use]
pub fn is_hostile(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Bidi marks, embeddings, overrides and isolates.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Lines that are no newline.
            | '\u{2028}' | '\u{2029}'
            // What has no width, and tags.
            | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// The text in one harmless line: hostile characters as Rust would escape them.
///
/// ```
/// use racegate_detector::render::plain::plain;
/// assert_eq!(plain("a\u{1b}[31mb\nc"), r"a\u{1b}[31mb\nc");
/// assert_eq!(plain("naïve 线程"), "naïve 线程");
/// ```
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_hostile(character) || is_command(previous, character) => {
                // A `String` takes whatever it is given.
                let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
            }
            _ => out.push(character),
        }
        previous = Some(character);
    }
    out
}

/// The same, cut to `width` characters.
#[must_use]
pub fn brief(text: &str, width: usize) -> String {
    let text = plain(text);
    if text.chars().count() <= width {
        return text;
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept + "…"
}

/// The same, cut at its start: the end of a path tells more.
#[must_use]
pub fn ending(text: &str, width: usize) -> String {
    let text = plain(text);
    let length = text.chars().count();
    if length <= width {
        return text;
    }
    let kept: String = text.chars().skip(length + 1 - width).collect();
    format!("…{kept}")
}

/// A path that may begin a line: it cannot be read as a command (`::error`).
#[must_use]
pub fn path(text: &str) -> String {
    let text = plain(text);
    let harmless = |sign: char| sign.is_alphanumeric() || matches!(sign, '/' | '.' | '_' | '<');
    if text.starts_with(harmless) {
        text
    } else {
        format!("./{text}")
    }
}

/// JSON text whose strings hold no hostile character, with the same meaning.
#[must_use]
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    let mut units = [0; 2];
    for character in text.chars() {
        // Outside its strings, JSON holds no hostile character but the newline.
        let hostile = is_hostile(character) && character != '\n';
        if hostile || is_command(previous, character) {
            for unit in character.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
        previous = Some(character);
    }
    out
}

/// `##[error]` and `##vso[…]` are commands wherever in a line they stand.
fn is_command(previous: Option<char>, character: char) -> bool {
    previous == Some('#') && character == '#'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Payloads that a thread, a function or a file may be named.
    const PAYLOADS: &[&str] = &[
        "\u{1b}]0;title\u{7}",
        "\u{1b}[2J",
        "\u{9b}31m",
        "\u{85}next line",
        "a\u{202e}gpj.exe",
        "\u{2067}\u{2069}",
        "\u{200b}\u{feff}",
        "line\nnext",
        "\r::error::x",
        "##vso[task.complete]",
        "##[error]x",
        "\u{2028}x",
        "\u{7f}\u{0}\u{8}",
        "\u{e0041}",
    ];

    #[test]
    fn no_payload_leaves_as_it_came() {
        for payload in PAYLOADS {
            let harmless = plain(payload);
            assert!(!harmless.contains(is_hostile), "{harmless:?}");
            assert!(!harmless.contains("##"), "{harmless:?}");
            assert_ne!(harmless, *payload);
        }
    }

    #[test]
    fn json_keeps_the_meaning_of_every_payload() {
        for payload in PAYLOADS {
            let text = serde_json::to_string(payload).expect("a string");
            let harmless = json(&text);
            assert!(!harmless.contains(is_hostile), "{harmless:?}");
            assert!(!harmless.contains("##"), "{harmless:?}");
            let back: String = serde_json::from_str(&harmless).expect("still JSON");
            assert_eq!(back, *payload);
        }
    }

    #[test]
    fn ordinary_names_leave_as_they_came() {
        for name in [
            "worker-1",
            "Vec<T>::push",
            "Überwachung",
            "数据",
            "a # b",
            "src/a b.rs",
        ] {
            assert_eq!(plain(name), name);
            assert_eq!(path(name), name);
        }
    }

    #[test]
    fn a_path_that_reads_as_a_command_does_not_begin_a_line() {
        assert_eq!(path("::error file=a::b"), "./::error file=a::b");
        assert_eq!(path(" ::error"), "./ ::error");
    }

    #[test]
    fn a_long_name_is_cut_to_its_width() {
        assert_eq!(brief("abcdef", 6), "abcdef");
        assert_eq!(brief("abcdefg", 6), "abcde…");
        assert_eq!(ending("abcdef", 6), "abcdef");
        assert_eq!(ending("abcdefg", 6), "…cdefg");
    }
}
