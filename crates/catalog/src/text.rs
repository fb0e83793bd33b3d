//! What a file says, whatever program wrote it: the one way from bytes to text, for the page and for the command.

/// The text of a file. A byte order mark at its begin says how it is encoded, in UTF-8 or in UTF-16, and is no part of
/// the text; without one it is UTF-8. An `Err` says why it is none, in a sentence without a full stop.
pub fn text(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) {
        return utf16(&bytes[2..], u16::from_le_bytes);
    }
    if bytes.starts_with(&[0xfe, 0xff]) {
        return utf16(&bytes[2..], u16::from_be_bytes);
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        format!("it is no text: byte {} is not UTF-8", error.utf8_error().valid_up_to() + 1)
    })?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    Ok(text)
}

/// The byte order mark.
const MARK: char = '\u{feff}';

/// The text without a byte order mark, for what has been text before it came here.
pub(crate) fn unmarked(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, String> {
    if bytes.len() % 2 == 1 {
        return Err("it is no text: it begins like UTF-16, and its last character is cut in two".to_owned());
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16(&units)
        .map_err(|_| "it is no text: it begins like UTF-16, and has half of a surrogate pair".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_says_how_and_is_no_text() {
        let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            "\u{feff}é😀{".encode_utf16().flat_map(unit).collect()
        };
        assert_eq!(text("é😀{".into()).as_deref(), Ok("é😀{"));
        assert_eq!(text("\u{feff}é😀{".into()).as_deref(), Ok("é😀{"));
        assert_eq!(text(utf16(u16::to_le_bytes)).as_deref(), Ok("é😀{"));
        assert_eq!(text(utf16(u16::to_be_bytes)).as_deref(), Ok("é😀{"));
        // Only the first one is a mark.
        assert_eq!(text("\u{feff}\u{feff}a".into()).as_deref(), Ok("\u{feff}a"));
        assert_eq!(text(Vec::new()).as_deref(), Ok(""));
        let wrong = |bytes: &[u8]| text(bytes.to_vec()).unwrap_err();
        assert_eq!(wrong(b"ab\xffc"), "it is no text: byte 3 is not UTF-8");
        assert_eq!(
            wrong(b"\xff\xfea"),
            "it is no text: it begins like UTF-16, and its last character is cut in two"
        );
        assert_eq!(
            wrong(b"\xff\xfe\x3d\xd8"),
            "it is no text: it begins like UTF-16, and has half of a surrogate pair"
        );
    }
}
