//! A system: initial states, enabled events, and what an event does. No time.

use std::fmt::Debug;
use std::hash::Hash;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::MessageId;
use crate::choices::Choices;
use crate::property::{Property, Touched, Verdict};
use crate::time::Delay;

/// Plain data that can be ordered, hashed and shown: all that a state is made of.
pub trait Value: Clone + Ord + Hash + Debug + 'static {}
impl<T: Clone + Ord + Hash + Debug + 'static> Value for T {}

/// Values that can be stored: what an event says, since events stand in links and in files.
pub trait Data: Value + Serialize + DeserializeOwned {}
impl<T: Value + Serialize + DeserializeOwned> Data for T {}

/// What a run has decided, for valency: a number below 16 with a meaning of the system's own.
pub type Outcome = u8;

/// A system that can be simulated and explored: what can happen, and what is claimed. How it is told and drawn is
/// [`crate::Explain`], which of its states are alike [`crate::Alike`], what may go wrong [`crate::Faults`].
pub trait System: Sized + 'static {
    /// Everything that the future depends on. It holds no clock.
    type State: Clone + Eq + Hash + Debug + 'static;
    /// One atomic step of the whole system.
    type Event: Data;

    /// A state to start from; several, through the choices of `turn`.
    fn initial(&self, turn: &mut Turn<'_, Self::Event>) -> Self::State;

    /// What may happen next, within the budgets of the configuration. The order depends on the state alone.
    fn enabled(&self, state: &Self::State) -> Vec<Self::Event>;

    /// Whether the event can physically happen now, budgets aside: a reader may crash more nodes than a search.
    fn permits(&self, state: &Self::State, event: &Self::Event) -> bool;

    /// Makes the event happen. An event that is not permitted changes nothing.
    fn apply(&self, state: &mut Self::State, event: &Self::Event, turn: &mut Turn<'_, Self::Event>);

    /// How long an enabled event takes. Only the simulator asks, at the moment the event becomes enabled.
    fn delay(&self, state: &Self::State, event: &Self::Event) -> Delay;

    /// Whose random stream dates the event and answers its questions: events of different streams do not disturb
    /// each other's draws.
    fn stream(&self, state: &Self::State, event: &Self::Event) -> u32;

    /// A number that stands for the event in every state that has it, if a fair run may not put it off for ever: a
    /// delivery, a timer, a request. `None`: a fault, which need not happen.
    fn fair_key(&self, state: &Self::State, event: &Self::Event) -> Option<u64>;

    /// What would have to happen in every fair run from this state on, and cannot in a search: since a limit is
    /// reached, or since the search lets timers wait for what was lost. A run in which it stays so is no run of the
    /// system, and beyond a limit there are runs that the search has not seen.
    fn withheld(&self, _state: &Self::State) -> Vec<Withheld> {
        Vec::new()
    }

    /// What should be true.
    fn properties(&self) -> Vec<Property>;

    /// Whether property number `property` holds, looking only at what the last step touched.
    fn check(&self, state: &Self::State, property: usize, touched: Touched) -> Verdict;

    /// Properties that say nothing until something has happened: the number of the property, the number under which
    /// [`System::check`] says that it has not, and that in words.
    fn premises(&self) -> Vec<(usize, usize, &'static str)> {
        Vec::new()
    }

    /// What has been decided anywhere: bit `k` stands for outcome `k`. More than one bit is a disagreement.
    fn outcomes(&self, _state: &Self::State) -> u16 {
        0
    }
}

/// Something that would have to happen at last, and that a search withholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Withheld {
    /// What it is: the [`System::fair_key`] that the event has where it can happen.
    pub key: u64,
    /// What withholds it.
    pub by: Limit,
}

/// What keeps something from happening in a search that nothing in the system does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// What is limited under this key ([`crate::Fault`]) has happened as often as it may: as many timers have fired, or no
    /// request is allowed at all.
    Count(&'static str),
    /// A bound of the setting, on rounds or ballots.
    Setting,
    /// The search takes timeouts to be reliable: a timer waits until nothing can come any more, and here it waits for
    /// what was lost.
    Patience,
}

/// One step under way: who answers its questions, and where it says what it did.
pub struct Turn<'a, E> {
    /// Who answers.
    pub choices: &'a mut dyn Choices,
    /// What the step did.
    pub report: &'a mut Report<E>,
}

/// What a step did, beside changing the state. Reused from step to step.
#[derive(Clone, Debug)]
pub struct Report<E> {
    /// Events that are enabled now and may have a date; one that was enabled before is dated anew.
    pub enabled: Vec<E>,
    /// Events that are no longer enabled.
    pub disabled: Vec<E>,
    /// The system did not keep the two lists above: compare `enabled` before and after.
    pub rescan: bool,
    /// What a property could read that changed.
    pub touched: Touched,
    /// Why: the paper's lines that the step followed.
    pub notes: Vec<Note>,
    /// The messages sent.
    pub sent: Vec<MessageId>,
    /// Messages that ended without being received.
    pub lost: Vec<MessageId>,
    /// The message that was received.
    pub received: Option<MessageId>,
    /// Marks for the time bar.
    pub marks: Vec<Mark>,
    /// Whether `words` is wanted.
    pub wordy: bool,
    /// What the step put out, in words; only when `wordy`.
    pub words: Vec<String>,
    /// What made it a key event, and what that means, in a sentence; only when `wordy`.
    pub story: Option<String>,
}

impl<E> Default for Report<E> {
    fn default() -> Self {
        Self {
            enabled: Vec::new(),
            disabled: Vec::new(),
            rescan: false,
            touched: Touched::default(),
            notes: Vec::new(),
            sent: Vec::new(),
            lost: Vec::new(),
            received: None,
            marks: Vec::new(),
            wordy: false,
            words: Vec::new(),
            story: None,
        }
    }
}

impl<E> Report<E> {
    /// Ready for the next step. Keeps the buffers and `wordy`.
    pub fn clear(&mut self) {
        self.enabled.clear();
        self.disabled.clear();
        self.rescan = false;
        self.touched = Touched::default();
        self.notes.clear();
        self.sent.clear();
        self.lost.clear();
        self.received = None;
        self.marks.clear();
        self.words.clear();
        self.story = None;
    }
}

/// A line of a paper that a step followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Note {
    /// What was done, in a few words.
    pub text: &'static str,
    /// Where it stands: `Fig. 2, RequestVote 2`.
    pub source: &'static str,
}

/// A moment that is worth a sign on the time bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// What kind of moment.
    pub kind: MarkKind,
    /// Its key: `elected`. It never changes.
    pub key: &'static str,
    /// What the system calls it: `Elected`.
    pub word: &'static str,
}

/// What kind of moment a mark is at; the gravest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkKind {
    /// A new era: somebody was elected, a ballot was opened, a branch was left.
    Era,
    /// Something was decided or committed.
    Decided,
    /// A fault: a crash, a cut, a loss.
    Fault,
    /// A fault ended: a restart, a healed link.
    Repair,
    /// A client asked for something.
    Request,
    /// A property was broken.
    Violation,
}

impl Mark {
    /// Something went wrong.
    pub const FAULT: Self = Self { kind: MarkKind::Fault, key: "fault", word: "Fault" };
    /// It was mended.
    pub const REPAIR: Self = Self { kind: MarkKind::Repair, key: "repair", word: "Repair" };
    /// A client asked for something.
    pub const REQUEST: Self = Self { kind: MarkKind::Request, key: "request", word: "Request" };
    /// A property was broken.
    pub const VIOLATION: Self = Self { kind: MarkKind::Violation, key: "violation", word: "Broken" };

    /// A new era, by its key and in a word.
    #[must_use]
    pub const fn era(key: &'static str, word: &'static str) -> Self {
        Self { kind: MarkKind::Era, key, word }
    }

    /// A decision, by its key and in a word.
    #[must_use]
    pub const fn decided(key: &'static str, word: &'static str) -> Self {
        Self { kind: MarkKind::Decided, key, word }
    }
}
