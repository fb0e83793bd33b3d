//! What is done to a replicated object, and what is seen of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is in a set, or the key of a map.
pub type Element = u8;

/// What stands in a register.
pub type Content = u8;

/// What a client does to its replica. A type does nothing with what is not its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// Counts, up (`true`) or down.
    Count(bool),
    /// Puts an element into a set.
    Add(Element),
    /// Takes an element out of a set.
    Remove(Element),
    /// Writes into a register.
    Write(Content),
    /// Writes under a key of a map; 0 removes the key.
    Put(Element, Content),
    /// Edits a text.
    Splice {
        /// Before which character, counted from 0.
        at: u32,
        /// How many characters from there on are deleted.
        delete: u32,
        /// What is typed there instead.
        insert: String,
    },
}

/// What a reader of a replica sees.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VisibleValue {
    /// A count.
    Number(i64),
    /// A set, in order.
    Set(Vec<Element>),
    /// What stands in a register: several where writes are concurrent, none before the first.
    Contents(Vec<Content>),
    /// A map, in the order of its keys.
    Map(Vec<(Element, Content)>),
    /// A text.
    Text(String),
    /// The same cart as objects of several types.
    Carts(Vec<(&'static str, Vec<Element>)>),
}

/// An element in words.
#[must_use]
pub fn element(element: Element) -> String {
    const NAMES: [&str; 6] = ["milk", "bread", "eggs", "tea", "rice", "salt"];
    NAMES.get(usize::from(element)).map_or_else(|| format!("item {element}"), |&name| name.to_owned())
}

/// A content in words.
#[must_use]
pub fn content(content: Content) -> String {
    const NAMES: [&str; 7] = ["nothing", "red", "blue", "green", "white", "black", "gold"];
    NAMES.get(usize::from(content)).map_or_else(|| format!("colour {content}"), |&name| name.to_owned())
}

fn set(elements: &[Element]) -> String {
    if elements.is_empty() {
        return "empty".to_owned();
    }
    elements.iter().map(|&one| element(one)).collect::<Vec<_>>().join(", ")
}

impl VisibleValue {
    /// In a few words; `None` where that takes a table.
    #[must_use]
    pub fn brief(&self) -> Option<String> {
        (!matches!(self, Self::Carts(_))).then(|| self.to_string())
    }
}

impl fmt::Display for VisibleValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) if *number < 0 => write!(f, "−{}", number.unsigned_abs()),
            Self::Number(number) => write!(f, "{number}"),
            Self::Set(elements) => f.write_str(&set(elements)),
            Self::Contents(contents) if contents.is_empty() => f.write_str("nothing"),
            Self::Contents(contents) => {
                f.write_str(&contents.iter().map(|&one| content(one)).collect::<Vec<_>>().join(" or "))
            }
            Self::Map(entries) if entries.is_empty() => f.write_str("empty"),
            Self::Map(entries) => {
                let entry =
                    |&(key, value): &(Element, Content)| format!("{}: {}", element(key), content(value));
                f.write_str(&entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Self::Text(text) if text.is_empty() => f.write_str("no text"),
            Self::Text(text) => write!(f, "“{text}”"),
            Self::Carts(carts) => {
                let cart = |(name, elements): &(&str, Vec<Element>)| format!("{name}: {}", set(elements));
                f.write_str(&carts.iter().map(cart).collect::<Vec<_>>().join("; "))
            }
        }
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(true) => f.write_str("+1"),
            Self::Count(false) => f.write_str("−1"),
            Self::Add(one) => write!(f, "add {}", element(*one)),
            Self::Remove(one) => write!(f, "remove {}", element(*one)),
            Self::Write(one) => write!(f, "write {}", content(*one)),
            Self::Put(key, 0) => write!(f, "remove {}", element(*key)),
            Self::Put(key, one) => write!(f, "{}: {}", element(*key), content(*one)),
            Self::Splice { at, delete: 0, insert } => write!(f, "type “{insert}” at {at}"),
            Self::Splice { at, delete, insert } if insert.is_empty() => write!(f, "delete {delete} at {at}"),
            Self::Splice { at, delete, insert } => write!(f, "replace {delete} by “{insert}” at {at}"),
        }
    }
}
