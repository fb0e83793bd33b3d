//! Words that a reader sees, with the keys that links, lessons, tests and host pages know them by.

use std::fmt;
use std::ops::Deref;

/// A name in words: of a role, a field, a kind of message. Its key never changes: as long as nobody has said another one,
/// it follows from the words as they were first, and whoever changes those says what it was ([`Word::keyed`]). All keys
/// that are in use stand in a list that a test compares.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word {
    text: String,
    key: Option<&'static str>,
}

impl Word {
    /// Words that have changed since their key was given.
    #[must_use]
    pub fn keyed(key: &'static str, text: impl Into<String>) -> Self {
        Self { text: text.into(), key: Some(key) }
    }

    /// Its key: `commit-index`.
    #[must_use]
    pub fn key(&self) -> String {
        self.key.map_or_else(|| slug(&self.text), str::to_owned)
    }

    /// Whether this is its key.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        self.key.map_or_else(|| slugged(&self.text).eq(key.chars()), |own| own == key)
    }
}

impl Deref for Word {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), key: None }
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self { text, key: None }
    }
}

impl From<Word> for String {
    fn from(word: Word) -> Self {
        word.text
    }
}

/// Words as a key: small letters and digits, with one hyphen for everything between them, and where a capital follows a
/// small letter.
#[must_use]
pub fn slug(text: &str) -> String {
    slugged(text).collect()
}

fn slugged(text: &str) -> impl Iterator<Item = char> {
    // What the key ends with so far: a small letter or not; nothing while it is empty; and whether something was left out.
    let (mut small, mut gap) = (None, false);
    text.chars().flat_map(move |letter| {
        if !letter.is_ascii_alphanumeric() {
            gap = true;
            return None.into_iter().chain(None);
        }
        let apart = small.is_some_and(|small| gap || (small && letter.is_ascii_uppercase()));
        (small, gap) = (Some(letter.is_ascii_lowercase()), false);
        apart.then_some('-').into_iter().chain(Some(letter.to_ascii_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_outlives_its_words() {
        let first = Word::from("commit index");
        assert_eq!((&*first, first.key().as_str()), ("commit index", "commit-index"));
        let later = Word::keyed("commit-index", "committed up to");
        for word in [first, later] {
            assert!(word.is("commit-index") && !word.is("commit") && !word.is("commit-index-2"), "{word}");
        }
        assert_eq!(slug("  No two leaders: (term 2) "), "no-two-leaders-term-2");
        assert_eq!((slug("AppendEntries"), slug("FLP")), ("append-entries".to_owned(), "flp".to_owned()));
    }
}
