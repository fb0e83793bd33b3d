//! A step in words.

use kernel::view::{MessageView, Role};
use kernel::{Happening, Mark, MessageId, Micros, NodeId, Note};

/// One step of a run, in words. Made only where somebody reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Which step, from 1; 0 is the start.
    pub step: u64,
    /// When.
    pub at: Micros,
    /// What happened.
    pub happening: Happening,
    /// Who made it happen.
    pub cause: Cause,
    /// Why: the paper's lines.
    pub notes: Vec<Note>,
    /// What was answered.
    pub words: Vec<String>,
    /// What made it a key event, and what that means, in a sentence without a full stop.
    pub story: Option<String>,
    /// The messages sent.
    pub sent: Vec<MessageView>,
    /// The message received.
    pub received: Option<MessageId>,
    /// The messages lost.
    pub lost: Vec<MessageId>,
    /// The node whose role or era changed.
    pub turned: Option<Turned>,
    /// Marks for the time bar.
    pub marks: Vec<Mark>,
    /// Properties broken by this step, with the reason.
    pub broken: Vec<(&'static str, String)>,
}

impl Line {
    /// It is worth telling: it has a mark, or breaks a property.
    #[must_use]
    pub fn is_key(&self) -> bool {
        !self.marks.is_empty() || !self.broken.is_empty()
    }
}

/// A node that became something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Which node.
    pub node: NodeId,
    /// What it was: role and era.
    pub was: (Role, Option<u64>),
    /// What it is now.
    pub is: (Role, Option<u64>),
}

/// Who made a step happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its date had come.
    Time,
    /// The scenario's script.
    Script,
    /// The reader.
    Reader,
    /// The schedule that the reader has it follow.
    Schedule,
}
