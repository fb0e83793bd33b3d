//! What several people typed at once is not mixed: the claim, and what it has to know of who knew what.
//!
//! Two letters that one person typed side by side, the second right behind the first or right before it, belong together.
//! Somebody who has seen one of them may type between them. Somebody who has seen neither cannot mean to, and if a letter
//! of theirs stands between the two all the same, the rule has mixed what they typed.
//!
//! In the tree of Fugue and of FugueMax the second letter is a child of the first, or both are below the first on its right,
//! so all that stands between them is below one of them and was typed by somebody who had seen it: the claim holds of
//! both. That the second was typed right before the first counts only where the same letter stood to the left of both:
//! otherwise something has come between, and the second is tied to that.

use std::collections::BTreeMap;
use std::ops::Range;

use kernel::{Claim, Kind, Local, NodeId, Premise, Reads, Verdict, not_yet};

use super::monitor::Watch;
use super::object::Object;
use super::{Replication, agent};
use crate::crdt::dots::letter;
use crate::crdt::lattice::Agent;
use crate::crdt::sequence::{Cell, Replica};

/// Who typed what, and how much of what others typed they had seen. Letters are counted as they come into the text, since
/// not everything that is pasted does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Typed(BTreeMap<Agent, Own>);

/// What one person typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Own {
    /// How many letters.
    count: u32,
    passages: Vec<Passage>,
}

/// Letters that one person typed one after the other, knowing the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Passage {
    /// Which of their letters is the first.
    from: u32,
    /// How many letters of each of the others they had seen, of whom any.
    seen: Vec<(u32, u32)>,
    /// It was typed right before this letter of their own, and behind the same letter as that one.
    before: Option<u32>,
}

impl Typed {
    /// Takes note of what somebody typed, whose text this is now. Says whether that was anything.
    pub(super) fn record(&mut self, by: Agent, text: &Replica) -> bool {
        let me = u32::from(by);
        let own = self.0.entry(by).or_default();
        let (from, count) = (own.count, text.typed(me));
        if count == from {
            return false;
        }
        own.count = count;
        let others = (0..text.agents()).filter(|&other| other != me);
        let seen = others.map(|other| (other, text.typed(other))).filter(|(_, count)| *count > 0).collect();
        let (left, right) = text.beside(me, from, count - 1);
        let behind_the_same = |right: &(u32, u32)| text.beside(right.0, right.1, right.1).0 == left;
        let before = right.filter(|right| right.0 == me && behind_the_same(right)).map(|right| right.1);
        // Letters that go on with a passage are told from it by their left, which is in the text.
        if before.is_some() || own.passages.last().is_none_or(|last| last.seen != seen) {
            own.passages.push(Passage { from, seen, before });
        }
        true
    }

    fn passage(&self, (by, letter): (u32, u32)) -> Option<&Passage> {
        let passages = &self.0.get(&Agent::try_from(by).ok()?)?.passages;
        passages[..passages.partition_point(|passage| passage.from <= letter)].last()
    }

    /// Whether whoever typed a letter had seen one of somebody else's before this one, or is the same.
    fn had_seen(&self, cell: &Cell, (by, letter): (u32, u32)) -> bool {
        let seen = |passage: &Passage| passage.seen.iter().any(|&(who, count)| who == by && count > letter);
        cell.id.agent == by || self.passage((cell.id.agent, cell.id.seq)).is_some_and(seen)
    }

    /// The letters that belong together with one before or behind them, and what stands between the two: the place of the
    /// letter, the places between, and the name of the earlier one of the two.
    fn together(&self, cells: &[Cell]) -> impl Iterator<Item = (usize, Range<usize>, (u32, u32))> {
        // Deleted ones are passed with the others, so that what a letter was typed beside is found beside it.
        cells.iter().enumerate().filter(|(_, cell)| !cell.deleted).flat_map(move |(place, cell)| {
            let (by, number) = (cell.id.agent, cell.id.seq);
            // Back to the own letter that it was typed behind.
            let left = cell.left.filter(|left| left.agent == by);
            let back = left.and_then(|left| {
                let start = cells[..place].iter().rposition(|cell| cell.id == left)?;
                (!cells[start].deleted).then_some((place, start + 1..place, (by, left.seq.min(number))))
            });
            // On to the own letter that it was typed before.
            let passage = self.passage((by, number)).filter(|passage| passage.from == number);
            let on = passage.and_then(|passage| passage.before).and_then(|right| {
                let is_right = |cell: &Cell| (cell.id.agent, cell.id.seq) == (by, right);
                let end = place + cells[place..].iter().position(is_right)?;
                (!cells[end].deleted).then_some((place, place + 1..end, (by, right.min(number))))
            });
            back.into_iter().chain(on)
        })
    }

    /// One of these letters that is by somebody who had not seen this one, and so none that its person typed later.
    fn stranger(&self, cells: &[Cell], one: (u32, u32)) -> Option<Cell> {
        cells.iter().find(|cell| !cell.deleted && !self.had_seen(cell, one)).copied()
    }

    /// Two letters of one person that belong together, and one between them that does not.
    fn mixed(&self, cells: &[Cell]) -> Option<(Cell, Cell)> {
        let between = |(place, between, one): (usize, Range<usize>, _)| {
            Some((cells[place], self.stranger(&cells[between], one)?))
        };
        self.together(cells).find_map(between)
    }

    /// Whether there are two letters that belong together, and anywhere one that does not.
    fn can_be_mixed(&self, cells: &[Cell]) -> bool {
        self.together(cells).any(|(_, _, one)| self.stranger(cells, one).is_some())
    }
}

fn cells(local: &Local<Replication>) -> Vec<Cell> {
    match &local.disk.object {
        Some(Object::Text(text)) => text.replica().cells().collect(),
        _ => Vec::new(),
    }
}

/// Without two people who typed apart there is nothing to mix.
pub(super) fn premise() -> Premise<Replication, Watch> {
    Premise::new(
        "No interleaving",
        "no text had two letters typed side by side and one by somebody who had seen neither",
        Reads::NodeAndMonitor(|_, _, local, watch| not_yet(watch.typed.can_be_mixed(&cells(local)))),
    )
}

/// Nobody’s letters are parted by somebody who knew of none of them.
pub(super) fn claim() -> Claim<Replication, Watch> {
    Claim::new(
        "No interleaving",
        "Between two letters that one person typed side by side stands nothing by somebody who had seen neither.",
        "Weidner and Kleppmann 2025, section 2",
        Kind::Always,
        Reads::NodeAndMonitor(verdict),
    )
}

fn verdict(_: &Replication, me: NodeId, local: &Local<Replication>, watch: &Watch) -> Verdict {
    let Some(Object::Text(text)) = &local.disk.object else { return Ok(()) };
    let Some((one, stranger)) = watch.typed.mixed(&cells(local)) else { return Ok(()) };
    let name = |cell: Cell| letter(Agent::try_from(cell.id.agent).unwrap_or(Agent::MAX));
    Err(format!(
        "{} reads “{}”: “{}” by {} stands between letters that {} typed side by side",
        letter(agent(me)),
        text.text(),
        stranger.letter,
        name(stranger),
        name(one),
    ))
}
