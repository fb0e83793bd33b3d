//! A text as a value: a replica of a sequence that can be compared, and copied for nothing.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use crate::crdt::lattice::Agent;
use crate::crdt::sequence::{Cell, Id, Kind, Operation, Replica};

/// Longer texts are refused, and so is more at once: a room is a place to look, not an editor of books.
pub(super) const MOST: usize = 20_000;

/// A text. Copies share what they hold until one of them changes.
#[derive(Clone, Debug)]
pub struct Text(Rc<Replica>);

impl Text {
    /// An empty one, of a replica.
    #[must_use]
    pub fn new(kind: Kind, me: Agent) -> Self {
        Self(Rc::new(Replica::new(kind, u32::from(me))))
    }

    /// What is to be read.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.text()
    }

    /// The replica of the sequence.
    #[must_use]
    pub fn replica(&self) -> &Replica {
        &self.0
    }

    /// Edits; what the others are to hear. An `Err` is a sentence, and nothing has changed.
    pub fn splice(&mut self, at: u32, delete: u32, insert: &str) -> Result<Vec<Operation>, String> {
        let typed: Vec<char> =
            insert.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
        let all = self.0.len() + self.0.tombstones();
        if typed.len() > MOST.saturating_sub(all) {
            return Err(format!("the text has {all} characters already, and more than {MOST} are too many"));
        }
        let (at, delete) = (at as usize, delete as usize);
        if at > self.0.len() || delete > self.0.len() - at {
            return Err(format!("the text has only {} characters", self.0.len()));
        }
        let replica = Rc::make_mut(&mut self.0);
        let deleted = replica.delete(at, delete).map_err(|refusal| refusal.to_string())?;
        let inserted = replica.insert(at, &typed).map_err(|refusal| refusal.to_string())?;
        Ok(deleted.into_iter().chain(inserted).collect())
    }

    /// Hears of what another one did. What no replica says changes nothing.
    pub fn hear(&mut self, edits: &[Operation]) {
        let replica = Rc::make_mut(&mut self.0);
        for edit in edits {
            // A refusal leaves the replica as it was, and a peer's nonsense is no fault of ours.
            let _ = replica.hear(edit.clone());
        }
    }

    /// Before which character to type on behind one's own last one; at the end, if one has typed nothing.
    #[must_use]
    pub fn cursor(&self, me: Agent) -> u32 {
        let typed = self.0.typed(u32::from(me));
        let at = match typed.checked_sub(1) {
            Some(last) => self.0.behind(Id { agent: u32::from(me), seq: last }),
            None => self.0.len(),
        };
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// How many bytes all characters take, with their names and with what they stand beside.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.0.cells().map(|cell| cell.letter.len_utf8() + (1 + 4) * 2).sum()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Two are equal if they will do the same for ever: the same characters, deleted ones too, beside the same, and the same
/// waiting.
impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        if Rc::ptr_eq(&self.0, &other.0) {
            return Ordering::Equal;
        }
        let cells = |text: &Self| text.0.cells().collect::<Vec<Cell>>();
        (self.0.identity(), cells(self)).cmp(&(other.0.identity(), cells(other)))
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.identity().hash(hasher);
        self.0.cells().for_each(|cell| cell.hash(hasher));
    }
}
