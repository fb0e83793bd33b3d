//! What should be true, and whether it is.

use crate::NodeId;

/// A claim about a system, in words. What it means in code is [`crate::System::check`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name in the paper: `Election Safety`.
    pub name: &'static str,
    /// Its key, where the name is not the one any more that the key was made from: see [`Property::key`].
    keyed: Option<&'static str>,
    /// One sentence.
    pub statement: &'static str,
    /// Where the paper states it.
    pub source: &'static str,
    /// How it is to hold.
    pub kind: Kind,
}

impl Property {
    /// A claim: its name, what it says, where it is stated, and how it is to hold.
    #[must_use]
    pub const fn new(name: &'static str, statement: &'static str, source: &'static str, kind: Kind) -> Self {
        Self { name, keyed: None, statement, source, kind }
    }

    /// The same claim, known by the key that it had under another name.
    #[must_use]
    pub const fn keyed(self, key: &'static str) -> Self {
        Self { keyed: Some(key), ..self }
    }

    /// What tests, links and host pages know it by, which never changes: `election-safety`.
    #[must_use]
    pub fn key(&self) -> String {
        self.keyed.map_or_else(|| crate::slug(self.name), str::to_owned)
    }
}

/// How a property is to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In every state of every run.
    Always,
    /// In some state of some run: a sanity check.
    Reachable,
    /// Sooner or later in every fair run.
    Eventually,
    /// Again and again in every fair run: whatever has happened, it will be so once more.
    Recurrently,
}

/// `Err` says why it does not hold, in a sentence with the names of those involved.
pub type Verdict = Result<(), String>;

/// What a step changed that a property could read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// The node whose watched part changed.
    pub node: Option<NodeId>,
    /// The monitor changed.
    pub monitor: bool,
    /// Nothing is known: check everything.
    pub everything: bool,
}

impl Touched {
    /// Check everything.
    pub const EVERYTHING: Self = Self { node: None, monitor: true, everything: true };

    /// Whether there is anything to check again.
    #[must_use]
    pub const fn any(self) -> bool {
        self.everything || self.monitor || self.node.is_some()
    }
}
