//! What a reader can do to a run.

use serde::{Deserialize, Serialize};

use crate::time::Micros;
use crate::{MessageId, NodeId};

/// What an action is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The whole system.
    World,
    /// One node.
    Node(NodeId),
    /// One message in flight.
    Message(MessageId),
    /// The link between two nodes, both ways.
    Link(NodeId, NodeId),
}

impl Target {
    /// The name that pictures and the page use: `node:3`, `message:17`, `link:1-3`, `world`.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::World => "world".to_owned(),
            Self::Node(node) => format!("node:{node}"),
            Self::Message(message) => format!("message:{message}"),
            Self::Link(a, b) => format!("link:{a}-{b}"),
        }
    }

    /// Reads what [`Target::id`] wrote.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        if id == "world" {
            return Some(Self::World);
        }
        let (kind, rest) = id.split_once(':')?;
        match kind {
            "node" => rest.parse().ok().map(Self::Node),
            "message" => rest.parse().ok().map(Self::Message),
            "link" => {
                let (a, b) = rest.split_once('-')?;
                Some(Self::Link(a.parse().ok()?, b.parse().ok()?))
            }
            _ => None,
        }
    }
}

/// Something a reader can do, in words and in deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action<E> {
    /// What tests, lessons and host pages call it, among what can be done to the same target: `crash`. It is never shown,
    /// and stays when words change.
    pub key: String,
    /// An imperative: `Crash S3`.
    pub title: String,
    /// A few words for a button: `Crash`.
    pub short: String,
    /// What it does.
    pub does: Does<E>,
}

impl<E> Action<E> {
    /// Makes an event happen now: its key, what it is called in full, and on a button.
    pub fn force(
        key: impl Into<String>,
        title: impl Into<String>,
        short: impl Into<String>,
        event: E,
    ) -> Self {
        Self { key: key.into(), title: title.into(), short: short.into(), does: Does::Force(event) }
    }
}

/// The key of a value by what it is called in the code: `Fire { node: 3 }` is `fire-node-3`.
#[must_use]
pub fn key_of(value: &impl std::fmt::Debug) -> String {
    let (mut key, mut after_small) = (String::new(), false);
    for letter in format!("{value:?}").chars() {
        if letter.is_ascii_alphanumeric() {
            if after_small && letter.is_ascii_uppercase() {
                key.push('-');
            }
            after_small = !letter.is_ascii_uppercase();
            key.push(letter.to_ascii_lowercase());
        } else {
            after_small = false;
            if !key.is_empty() && !key.ends_with('-') {
                key.push('-');
            }
        }
    }
    key.truncate(key.trim_end_matches('-').len());
    key
}

/// What a reader does with pointer, keys or text, where a picture or a window takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture<'a> {
    /// A line drawn across links: one way each.
    Cut(&'a [(NodeId, NodeId)]),
    /// One target drawn onto another.
    Drag {
        /// What is drawn.
        from: Target,
        /// Where it is let go.
        onto: Target,
    },
    /// Text typed at a node.
    Type {
        /// Whose text.
        at: NodeId,
        /// Before which character, and how many are deleted from there on.
        edit: (u32, u32),
        /// What is typed instead.
        text: &'a str,
    },
}

/// The deed of an action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does<E> {
    /// Makes the event happen now.
    Force(E),
    /// Makes the event happen so much later than it would.
    Postpone(E, Micros),
    /// From now on makes exactly these steps happen, one in each span, and nothing else; then time goes on by itself,
    /// without the scenario's script.
    Follow(Vec<ScheduleStep<E>>, Micros),
}

/// One step of a schedule: an event, and how its questions are answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScheduleStep<E> {
    /// What happens.
    pub event: E,
    /// The answers, in the order of the questions; 0 to any question beyond them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain_words() {
        let read = (crate::Target::Node(3), Some("S3"));
        assert_eq!(key_of(&read), "node-3-some-s3");
        assert_eq!(key_of(&crate::Limit::Patience), "patience");
        assert_eq!(key_of(&"CamelCase, and é"), "camel-case-and");
    }

    #[test]
    fn a_target_survives_its_name() {
        for target in [Target::World, Target::Node(3), Target::Message(1 << 40), Target::Link(1, 0)] {
            assert_eq!(Target::parse(&target.id()), Some(target));
        }
        for nonsense in ["", "node", "node:", "node:-1", "node:99999999", "link:1", "moon:1", "link:1-2-3"] {
            assert_eq!(Target::parse(nonsense), None, "{nonsense}");
        }
    }
}
