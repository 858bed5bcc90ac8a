//! Lines that keep to their width.

/// The text in lines of at most `width` characters, cut at spaces where it has any.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut length = 0;
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        if length > 0 && length + 1 + word.len() > width {
            lines.push(String::new());
            length = 0;
        }
        while word.len() > width {
            let line = lines.last_mut().expect("there is a line");
            line.extend(word.drain(..width));
            lines.push(String::new());
        }
        let line = lines.last_mut().expect("there is a line");
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        length += word.len();
        line.extend(word);
    }
    lines
}

/// The line, cut to `width` characters if it is longer. Colours take no room
/// and all stay, so that they end where they did.
pub(super) fn clamped(line: &str, width: usize) -> String {
    if pieces(line).filter(|piece| piece.seen).count() <= width {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for piece in pieces(line) {
        if !piece.seen || column + 1 < width {
            out.push(piece.character);
        } else if column + 1 == width {
            out.push('…');
        }
        column += usize::from(piece.seen);
    }
    out
}

/// A character of a coloured line.
struct Piece {
    character: char,
    /// Whether it takes room: it belongs to no escape sequence.
    seen: bool,
}

fn pieces(line: &str) -> impl Iterator<Item = Piece> {
    let mut escaped = false;
    line.chars().map(move |character| {
        escaped |= character == '\u{1b}';
        let seen = !escaped;
        // A colour's sequence ends with an `m`.
        escaped &= character != 'm';
        Piece { character, seen }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_cut_while_there_is_room() {
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrapped("a bc def", 80), ["a bc def"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(wrapped("ab cdefghi j", 3), ["ab", "cde", "fgh", "i j"]);
        assert_eq!(wrapped("cdefgh", 3), ["cde", "fgh"]);
    }

    #[test]
    fn a_line_is_cut_at_its_width_and_keeps_its_colours() {
        assert_eq!(clamped("abc", 3), "abc");
        assert_eq!(clamped("abcd", 3), "ab…");
        let line = "\u{1b}[1mabcd\u{1b}[0m";
        assert_eq!(clamped(line, 4), line);
        assert_eq!(clamped(line, 3), "\u{1b}[1mab…\u{1b}[0m");
    }
}
