//! Names and texts in a line: what would end them is written as `%` and two digits.

/// A name as it stands in a line.
pub(super) fn escape_name(name: &str) -> String {
    escape(name, |character| {
        character.is_whitespace() || "|()[],;%#".contains(character)
    })
}

/// A field of an STD line, where nothing is unescaped when it is read.
pub(super) fn escape_field(text: &str) -> String {
    escape(text, |character| {
        character.is_whitespace() || character == '|'
    })
}

/// A site or a frame as it stands in a line: spaces and parentheses may stay.
pub(super) fn escape_text(text: &str) -> String {
    let trimmed = text.trim() == text;
    escape(text, |character| {
        let space = character.is_whitespace() && !(trimmed && character == ' ');
        space || "|;%".contains(character)
    })
}

fn escape(text: &str, special: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || special(character) {
            let mut buffer = [0; 4];
            for byte in character.encode_utf8(&mut buffer).bytes() {
                escaped.push_str(&format!("%{byte:02x}"));
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// What stands in a line. A `%` without two digits stands for itself.
pub(super) fn unescape(escaped: &str) -> String {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let digits = others.get(..2).filter(|_| *first == b'%');
        let byte = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte {
            bytes.push(byte);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
