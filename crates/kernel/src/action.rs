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
    /// An imperative: `Crash S3`.
    pub title: String,
    /// A few words for a button: `Crash`.
    pub short: String,
    /// What it does.
    pub does: Does<E>,
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
    Follow(Vec<Step<E>>, Micros),
}

/// One step of a schedule: an event, and how its questions are answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Step<E> {
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
    fn a_target_survives_its_name() {
        for target in [Target::World, Target::Node(3), Target::Message(1 << 40), Target::Link(1, 0)] {
            assert_eq!(Target::parse(&target.id()), Some(target));
        }
        for nonsense in ["", "node", "node:", "node:-1", "node:99999999", "link:1", "moon:1", "link:1-2-3"] {
            assert_eq!(Target::parse(nonsense), None, "{nonsense}");
        }
    }
}
