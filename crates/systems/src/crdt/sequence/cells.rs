//! A replica character by character: to be drawn and to be compared.

use super::replica::{Kind, Operation, Replica};
use super::tree::{Id, Spot};

/// A character beside another one, by agent and number; `None`: the beginning or the end.
pub type Beside = Option<(u32, u32)>;

/// One character, deleted or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Its name.
    pub id: Id,
    /// What it is.
    pub letter: char,
    /// Its Lamport clock.
    pub clock: u32,
    /// What stood to its left.
    pub left: Option<Id>,
    /// What stood to its right, where the rule has use for it.
    pub right: Option<Id>,
    /// It is a tombstone.
    pub deleted: bool,
}

impl Replica {
    /// All characters, in their order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> {
        self.tree.iter().flat_map(|span| {
            (0..span.len).map(|place| {
                let id = span.id.plus(place);
                Cell {
                    id,
                    letter: self.typed[id.agent as usize][id.seq as usize],
                    clock: span.clock + place,
                    // Within a span each was typed behind the one before: a span is split where that is not
                    // so.
                    left: if place == 0 { span.left } else { Some(span.id.plus(place - 1)) },
                    right: span.right,
                    deleted: span.deleted,
                }
            })
        })
    }

    /// What its future depends on beside its characters: the rule, who it is, its clock, and what waits.
    #[must_use]
    pub fn identity(&self) -> (Kind, u32, u32, Vec<Operation>) {
        let mut waiting = self.waiting.clone();
        waiting.sort();
        (self.kind, self.agent, self.clock, waiting)
    }

    /// How many characters of this agent have come.
    #[must_use]
    pub fn typed(&self, agent: u32) -> u32 {
        self.count(agent)
    }

    /// All agents of whom characters have come are below this.
    #[must_use]
    pub fn agents(&self) -> u32 {
        self.typed.len() as u32
    }

    /// What stood to the left of one of an agent's characters when it was typed, and what stands to the right of another one
    /// now, each by agent and number. Both must be here.
    #[must_use]
    pub fn beside(&self, agent: u32, first: u32, last: u32) -> (Beside, Beside) {
        let (spot, place) = self.tree.find(Id { agent, seq: first });
        let before = place.checked_sub(1).map(|_| Id { agent, seq: first - 1 });
        let left = before.or_else(|| self.tree.span(spot)?.left);
        let (spot, place) = self.tree.find(Id { agent, seq: last });
        let next = self.tree.forward(Spot { span: spot.span + 1, ..spot });
        let ends = self.tree.span(spot).is_some_and(|span| span.len == place + 1);
        let right =
            if ends { self.tree.span(next).map(|span| span.id) } else { Some(Id { agent, seq: last + 1 }) };
        let names = |id: Id| (id.agent, id.seq);
        (left.map(names), right.map(names))
    }

    /// How many characters that are not deleted stand up to this one, itself counted.
    #[must_use]
    pub fn behind(&self, id: Id) -> usize {
        let mut before = 0;
        for cell in self.cells() {
            before += usize::from(!cell.deleted);
            if cell.id == id {
                break;
            }
        }
        before
    }
}
