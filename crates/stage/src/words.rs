//! Estimates of how wide words are, and what to do with words that are too wide.
//!
//! The table is on the wide side of the fonts of the page, so that words fit where they are expected to.

use scene::{Family, Text, Weight};

/// About how wide a line of text is, in ordinary letters of a size.
pub fn width(words: &str, size: f64) -> f64 {
    words.chars().map(advance).sum::<f64>() * size
}

/// About how wide a line is in letters of one width.
pub fn code_width(words: &str, size: f64) -> f64 {
    words.chars().count() as f64 * CODE * size
}

/// About how wide a text is.
pub fn text_width(text: &Text) -> f64 {
    match text.family {
        Family::Code => code_width(&text.words, text.size),
        Family::Text | Family::Book => width(&text.words, text.size) * boldness(text.weight),
    }
}

/// The words if they fit, else as many letters as do and an ellipsis; nothing where not even that fits.
pub fn fit(words: &str, size: f64, room: f64) -> String {
    cut(words, room, |words| width(words, size))
}

/// The same in letters of one width.
pub fn fit_code(words: &str, size: f64, room: f64) -> String {
    cut(words, room, |words| code_width(words, size))
}

/// The words in lines that are no wider than `room`; a word that is wider is cut.
pub fn wrap(words: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in words.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if width(&longer, size) <= room {
                line = longer;
            } else {
                if !line.is_empty() {
                    lines.push(line);
                }
                line = fit(word, size, room);
            }
        }
        lines.push(line);
    }
    lines
}

/// A character as a text that owns no memory where it can.
pub fn letter(c: char) -> std::borrow::Cow<'static, str> {
    const ASCII: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    match ASCII.find(c) {
        Some(at) => std::borrow::Cow::Borrowed(&ASCII[at..=at]),
        None => std::borrow::Cow::Owned(c.to_string()),
    }
}

const CODE: f64 = 0.61;

const fn boldness(weight: Weight) -> f64 {
    match weight {
        Weight::Regular => 1.0,
        Weight::Strong | Weight::Bold => 1.09,
    }
}

/// The advance of a character, as a part of the size of the letters.
const fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | 'I' => 0.34,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' | '·' => 0.42,
        'm' | 'w' | 'M' | 'W' | '…' | '%' | '@' | '—' | '→' | '←' => 0.96,
        'A'..='Z' | '=' | '+' | '<' | '>' => 0.74,
        '\u{0}'..='\u{2E7F}' => 0.63,
        _ => 1.05,
    }
}

fn cut(words: &str, room: f64, measure: impl Fn(&str) -> f64) -> String {
    if measure(words) <= room {
        return words.to_owned();
    }
    let mut ends: Vec<usize> = words.char_indices().map(|(at, _)| at).skip(1).collect();
    while let Some(end) = ends.pop() {
        let shorter = format!("{}…", words[..end].trim_end());
        if measure(&shorter) <= room {
            return shorter;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_fit_stay_and_others_end_in_an_ellipsis() {
        assert_eq!(fit("follower", 12.0, 100.0), "follower");
        assert_eq!(fit("AppendEntries", 12.0, 60.0), "Append…");
        assert_eq!(fit("AppendEntries", 12.0, 3.0), "");
        assert_eq!(fit_code("Ünïcödé", 10.0, 30.0), "Ünï…");
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three\nfour", 10.0, 50.0), ["one two", "three", "four"]);
        assert_eq!(wrap("", 10.0, 50.0), Vec::<String>::new());
    }

    #[test]
    fn a_letter_is_borrowed_where_it_can_be() {
        assert_eq!(letter('A'), "A");
        assert_eq!(letter('λ'), "λ");
    }
}
