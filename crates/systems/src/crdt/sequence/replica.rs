//! A replica: what it holds, what it does itself, and what it hears of.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::tree::{Id, Span, Spot, Tree};

/// The rule for what was typed at the same place at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Later ones further left.
    Rga,
    /// In a tree, and siblings by replica.
    Fugue,
    /// In the same tree, and siblings on the right first by how far right they reach.
    FugueMax,
}

impl Kind {
    /// Whether a character names the one to its right, too.
    const fn names_right(self) -> bool {
        match self {
            Self::Rga => false,
            Self::Fugue | Self::FugueMax => true,
        }
    }
}

/// What one replica tells the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// Characters were typed.
    Insert {
        /// The first of them.
        id: Id,
        /// Its Lamport clock.
        clock: u32,
        /// What stood to its left; `None`: the beginning.
        left: Option<Id>,
        /// What stood to the right of all; `None`: the end, or the rule has no use for it.
        right: Option<Id>,
        /// All of them.
        text: Vec<char>,
    },
    /// Characters were deleted: these and so many that their agent typed after them.
    Delete {
        /// The first and how many, several times.
        runs: Vec<(Id, u32)>,
    },
}

/// Why an operation or an edit is not carried out. The replica is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The place is beyond the end.
    Beyond {
        /// The place.
        at: usize,
        /// How many characters there are.
        length: usize,
    },
    /// It says nothing, or what no replica says.
    Damaged(&'static str),
    /// There is no room for more characters.
    Full,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Beyond { at, length } => write!(f, "place {at} is beyond the end of {length} characters"),
            Self::Damaged(why) => f.write_str(why),
            Self::Full => f.write_str("there are more than a billion characters"),
        }
    }
}

/// More characters are refused, tombstones counted.
const MOST: usize = 1 << 30;

/// A replica of the sequence.
#[derive(Clone, Debug)]
pub struct Replica {
    pub(super) kind: Kind,
    pub(super) agent: u32,
    pub(super) tree: Tree,
    /// What each agent typed, in its own order.
    pub(super) typed: Vec<Vec<char>>,
    pub(super) clock: u32,
    /// What came before something that it builds on.
    pub(super) waiting: Vec<Operation>,
}

impl Replica {
    /// An empty one, of this agent.
    #[must_use]
    pub fn new(kind: Kind, agent: u32) -> Self {
        Self { kind, agent, tree: Tree::new(), typed: Vec::new(), clock: 0, waiting: Vec::new() }
    }

    /// How many characters are not deleted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.visible() as usize
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many characters are deleted.
    #[must_use]
    pub fn tombstones(&self) -> usize {
        (self.tree.all() - self.tree.visible()) as usize
    }

    /// How many stretches the characters are kept in.
    #[must_use]
    pub fn spans(&self) -> usize {
        self.tree.spans()
    }

    /// How many operations wait for another one.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// The characters.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.len());
        for span in self.tree.iter().filter(|span| !span.deleted) {
            let from = span.id.seq as usize;
            text.extend(&self.typed[span.id.agent as usize][from..from + span.len as usize]);
        }
        text
    }

    fn known(&self, id: Id) -> bool {
        self.typed.get(id.agent as usize).is_some_and(|typed| (id.seq as usize) < typed.len())
    }

    pub(super) fn count(&self, agent: u32) -> u32 {
        self.typed.get(agent as usize).map_or(0, |typed| typed.len() as u32)
    }

    fn keep(&mut self, agent: u32, text: &[char]) {
        let agent = agent as usize;
        if agent >= self.typed.len() {
            self.typed.resize_with(agent + 1, Vec::new);
        }
        self.typed[agent].extend_from_slice(text);
    }

    /// Types characters before the character at a place. What the others are to hear; nothing where nothing is typed.
    pub fn insert(&mut self, at: usize, text: &[char]) -> Result<Option<Operation>, Refusal> {
        let length = self.len();
        if at > length {
            return Err(Refusal::Beyond { at, length });
        }
        if text.is_empty() {
            return Ok(None);
        }
        // Places, numbers and clocks are 32 bits wide and are added without a check.
        if text.len() > MOST - self.tree.all() as usize || self.clock as usize + text.len() > MOST {
            return Err(Refusal::Full);
        }
        let (left, spot) = match at.checked_sub(1) {
            None => (None, self.tree.first()),
            Some(before) => {
                let (spot, place) = self.tree.visible_at(before as u32);
                let left = self.tree.span(spot).map(|span| span.id.plus(place));
                // It may go on the span there, which ends in this leaf.
                let after = Spot { span: spot.span + 1, ..spot };
                let ends = self.tree.span(spot).is_some_and(|span| span.len == place + 1);
                (left, if ends { after } else { self.tree.split(spot, place + 1) })
            }
        };
        let id = Id { agent: self.agent, seq: self.count(self.agent) };
        // What stands next, deleted or not: the others have the tombstone, and between it and the left one
        // there is nothing here, so its own replica needs no rule.
        let next = self.tree.span(self.tree.forward(spot)).map(|span| span.id);
        let right = if self.kind.names_right() { next } else { None };
        let (clock, len) = (self.clock, text.len() as u32);
        self.clock += len;
        self.keep(self.agent, text);
        self.tree.insert(spot, Span { id, len, clock, left, right, deleted: false });
        Ok(Some(Operation::Insert { id, clock, left, right, text: text.to_vec() }))
    }

    /// Deletes characters from a place on. What the others are to hear; nothing where nothing is deleted.
    pub fn delete(&mut self, at: usize, count: usize) -> Result<Option<Operation>, Refusal> {
        let length = self.len();
        if at > length || count > length - at {
            return Err(Refusal::Beyond { at: at.saturating_add(count), length });
        }
        let mut runs: Vec<(Id, u32)> = Vec::new();
        let mut left = count as u32;
        while left > 0 {
            // Always the same place: what was there is deleted, and the next moves up.
            let (spot, place) = self.tree.visible_at(at as u32);
            let spot = self.tree.split(spot, place);
            let Some(span) = self.tree.span(spot).copied() else { break };
            let len = span.len.min(left);
            let spot = self.first_of(spot, len);
            self.tree.delete(spot);
            match runs.last_mut() {
                // One run for what its agent typed in a row, even where the tree keeps it in several spans.
                Some((id, known)) if id.plus(*known) == span.id => *known += len,
                _ => runs.push((span.id, len)),
            }
            left -= len;
        }
        Ok((!runs.is_empty()).then_some(Operation::Delete { runs }))
    }

    /// Makes the span end after so many characters; where it is then.
    fn first_of(&mut self, spot: Spot, len: u32) -> Spot {
        let Some((id, whole)) = self.tree.span(spot).map(|span| (span.id, span.len)) else { return spot };
        if len >= whole {
            return spot;
        }
        let next = self.tree.split(spot, len);
        // The leaf may have been split, and the span moved.
        if next.leaf == spot.leaf && next.span == spot.span + 1 { spot } else { self.tree.find(id).0 }
    }

    /// Hears of an operation. One that builds on something that is not here yet waits; one that is known changes
    /// nothing.
    pub fn hear(&mut self, operation: Operation) -> Result<(), Refusal> {
        check(&operation)?;
        if let Operation::Insert { text, clock, .. } = &operation
            && (text.len() > MOST - self.tree.all() as usize || *clock as usize + text.len() > MOST)
        {
            return Err(Refusal::Full);
        }
        if !self.ready(&operation) {
            self.waiting.push(operation);
            return Ok(());
        }
        self.take(&operation);
        // Each that is taken can be what others wait for, so the search begins anew.
        while let Some(place) = self.waiting.iter().position(|waiting| self.ready(waiting)) {
            let next = self.waiting.swap_remove(place);
            self.take(&next);
        }
        Ok(())
    }

    /// Whether all that it builds on is here.
    fn ready(&self, operation: &Operation) -> bool {
        match operation {
            Operation::Insert { id, left, right, .. } => {
                // No gap among the agent's own characters: they are kept in a list by number.
                id.seq <= self.count(id.agent)
                    && [left, right].into_iter().flatten().all(|&id| self.known(id))
            }
            Operation::Delete { runs } => runs.iter().all(|&(id, count)| self.known(id.plus(count - 1))),
        }
    }

    fn take(&mut self, operation: &Operation) {
        match operation {
            Operation::Insert { id, clock, left, right, text } => {
                // What is known already is left out: it was sent twice.
                let known = (self.count(id.agent) - id.seq) as usize;
                if known >= text.len() {
                    return;
                }
                let skipped = known as u32;
                let (id, clock, rest) = (id.plus(skipped), clock + skipped, &text[known..]);
                // Of what is left over, the first was typed behind the last that is known.
                let left = if skipped > 0 { Some(Id { seq: id.seq - 1, ..id }) } else { *left };
                let len = rest.len() as u32;
                self.keep(id.agent, rest);
                // Lamport's rule: what is typed here from now on is later than all that was heard of.
                self.clock = self.clock.max(clock + len);
                let span = Span { id, len, clock, left, right: *right, deleted: false };
                let spot = self.spot_for(&span);
                self.tree.insert(spot, span);
            }
            Operation::Delete { runs } => runs.iter().for_each(|&(id, count)| self.bury(id, count)),
        }
    }

    fn bury(&mut self, mut id: Id, mut count: u32) {
        while count > 0 {
            let (spot, place) = self.tree.find(id);
            let spot = self.tree.split(spot, place);
            // The run may lie in several spans here, some of which are deleted already: each is made a
            // tombstone by itself.
            let Some(len) = self.tree.span(spot).map(|span| span.len.min(count)) else { return };
            let spot = self.first_of(spot, len);
            self.tree.delete(spot);
            (id, count) = (id.plus(len), count - len);
        }
    }
}

/// Whether any replica would say such a thing.
fn check(operation: &Operation) -> Result<(), Refusal> {
    let agents = |id: &Id| id.agent < AGENTS && (id.seq as usize) < MOST;
    match operation {
        Operation::Insert { text, .. } if text.is_empty() => Err(Refusal::Damaged("it types nothing")),
        Operation::Insert { id, left, right, .. } => {
            let own = |other: &Option<Id>| {
                other.is_some_and(|other| other.agent == id.agent && other.seq >= id.seq)
            };
            if ![Some(*id), *left, *right].iter().flatten().all(agents) {
                return Err(Refusal::Damaged("it names an agent or a character that cannot be"));
            }
            // It would wait for itself, or be put beside what is not there.
            if own(left) || own(right) {
                return Err(Refusal::Damaged("it stands beside what was typed after it"));
            }
            if left.is_some() && left == right {
                return Err(Refusal::Damaged("the same character is to its left and to its right"));
            }
            Ok(())
        }
        Operation::Delete { runs } => {
            let sound = |(id, count): &(Id, u32)| agents(id) && *count > 0 && (*count as usize) < MOST;
            if runs.is_empty() || !runs.iter().all(sound) {
                return Err(Refusal::Damaged("it deletes nothing, or what cannot be"));
            }
            Ok(())
        }
    }
}

/// So many agents at most: what is kept for each is found by its number.
const AGENTS: u32 = 1 << 16;
