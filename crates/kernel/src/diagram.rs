//! The diagrams of a room: it lists them, and what lists them says what becomes of each.
//!
//! The list is a visitor with a method for each kind of diagram, and it is static: a program that draws the list of a
//! room carries the drawings that this room lists, and no other.

use crate::explain::Explain;
use crate::view::{Blocks, Lattice, Logs, Panel, TextRow};

/// What a diagram is called and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Its name in links and commands: `space-time`. It never changes.
    pub key: &'static str,
    /// Its name in words: `Space–time`.
    pub title: &'static str,
    /// Where it stands.
    pub place: Place,
}

/// Where a diagram stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// On the stage, behind a tab.
    Tab,
    /// The same, and under the ring too where there are no more nodes than this: it says what the ring does not.
    UnderRing(usize),
}

impl Label {
    /// Nodes on a ring and the messages between them.
    pub const RING: Self = Self::tab("ring", "Ring");
    /// A lane a node, time from left to right.
    pub const SPACE_TIME: Self = Self::tab("space-time", "Space–time");
    /// What each node holds.
    pub const TABLE: Self = Self::tab("table", "Table");
    /// Replicated logs. More rows than nine have no room under the ring.
    pub const LOGS: Self = Self::tab("logs", "Logs").under_ring(9);
    /// Tables and sentences of the system's own.
    pub const FIGURES: Self = Self::tab("figures", "Figures");

    /// A diagram behind a tab.
    #[must_use]
    pub const fn tab(key: &'static str, title: &'static str) -> Self {
        Self { key, title, place: Place::Tab }
    }

    /// And under the ring too, of so many nodes at most.
    #[must_use]
    pub const fn under_ring(self, nodes: usize) -> Self {
        Self { place: Place::UnderRing(nodes), ..self }
    }
}

/// What is made of a list of diagrams: a method for each kind, with the function from a state to what is drawn.
pub trait Diagrams<S: Explain> {
    /// What is made of a diagram of a kind that is not treated by itself.
    fn any(&mut self, label: Label);

    /// Nodes on a ring, and the messages between them.
    fn ring(&mut self, label: Label) {
        self.any(label);
    }

    /// A space-time diagram: a lane a node.
    fn lanes(&mut self, label: Label) {
        self.any(label);
    }

    /// What each node holds, field by field.
    fn table(&mut self, label: Label) {
        self.any(label);
    }

    /// Replicated logs, one above the other.
    fn logs(&mut self, label: Label, _of: fn(&S, &S::State) -> Logs) {
        self.any(label);
    }

    /// A tree of blocks.
    fn blocks(&mut self, label: Label, _of: fn(&S, &S::State) -> Blocks) {
        self.any(label);
    }

    /// What people wrote, a text a node.
    fn texts(&mut self, label: Label, _of: fn(&S, &S::State) -> Vec<TextRow>) {
        self.any(label);
    }

    /// The states that nodes can come to, where states have an order.
    fn lattice(&mut self, label: Label, _of: fn(&S, &S::State) -> Lattice) {
        self.any(label);
    }

    /// Tables and sentences about a state.
    fn panels(&mut self, label: Label, _of: fn(&S, &S::State) -> Vec<Panel>) {
        self.any(label);
    }

    /// Tables and sentences about the system, whatever its state. To make them may take a while; they are made once.
    fn laws(&mut self, label: Label, _of: fn(&S) -> Vec<Panel>) {
        self.any(label);
    }

    /// The logs of this run above those of another system that was asked the same, where there is one of that shape.
    fn logs_beside(&mut self, label: Label, _of: fn(&S, &S::State) -> Logs) {
        self.any(label);
    }

    /// The lanes of this run above those of a system of consensus on the same network, where there is one.
    fn lanes_beside(&mut self, label: Label) {
        self.any(label);
    }
}
