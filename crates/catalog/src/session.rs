//! A run that can be played, looked at and broken: what the page, the command and the tests work with.

use kernel::view::{Chart, Logs, MessageView, NodeView, TextRow, Tone, View};
use kernel::{Gesture, Label, Mark, MarkKind, MessageId, Micros, NodeId, Place, Property, Room, Target};
use scene::Scene;
use simulator::Line;

use crate::error::Error;
use crate::recording::Recording;
use crate::room_session::open_room;
use crate::rooms::{About, Enter, with_room};

/// A run that was opened, or why it could not be.
pub type Opened = Result<Box<dyn Session>, Error>;

/// Opens a recording.
pub type Open = fn(&Recording) -> Opened;

/// Opens a recording: the same one gives the same run.
pub fn open(recording: &Recording) -> Opened {
    struct Any<'a>(&'a Recording);
    impl Enter for Any<'_> {
        type Out = Box<dyn Session>;
        fn enter<R: Room>(self) -> Result<Self::Out, Error> {
            RoomLoader::of::<R>().open(self.0, open)
        }
    }
    with_room(&recording.system, Any(recording))
}

/// Opens nothing: for work on one run, beside which no other is looked at. It names no room, so that a program that is
/// loaded in parts need not bring all of them.
pub(crate) fn alone(_: &Recording) -> Opened {
    Err(Error::NotNow("no other run is opened here".to_owned()))
}

/// The way into one room: for a program whose rooms are not all there from its start, see [`parts!`](crate::parts).
#[derive(Clone, Copy, Debug)]
pub struct RoomLoader {
    /// The room's name in links.
    pub name: &'static str,
    open: fn(&Recording, Open) -> Opened,
}

impl RoomLoader {
    /// The way into this room.
    #[must_use]
    pub const fn of<R: Room>() -> Self {
        Self { name: R::NAME, open: |recording, other| Ok(Box::new(open_room::<R>(recording, other)?)) }
    }

    /// Opens a recording of this room; `other` opens the run of another system that can stand beside it.
    pub fn open(&self, recording: &Recording, other: Open) -> Opened {
        (self.open)(recording, other)
    }
}

/// Opens the start of a scenario; an empty scenario stands for the room's first.
pub fn start(system: &str, scenario: &str, seed: u64) -> Opened {
    open(&Recording::new(system, scenario, seed))
}

/// A run with its past and its branches, standing at one moment. The time shown lies at or after the last step and
/// before the next.
pub trait Session {
    /// The room, the scenario, the options and rules as they are.
    fn about(&self) -> &About;

    /// The whole run as data, with branches, at the time shown.
    fn recording(&self) -> Recording;

    /// Where it stands.
    fn position(&self) -> Position;

    /// Plays on to this time, at most `most` steps; says whether it got there. Never goes back.
    fn play_to(&mut self, shown: Micros, most: u64) -> bool;

    /// Makes the next step; says whether there was one.
    fn step(&mut self) -> bool;

    /// Goes back by one step; says whether there was one.
    fn step_back(&mut self) -> bool;

    /// Goes to this time, back or on. Beyond what has been played it makes at most a million steps; says whether it
    /// got there.
    fn seek(&mut self, shown: Micros) -> bool;

    /// Goes to just after this step, if it has been played.
    fn seek_step(&mut self, step: u64);

    /// The state in words, at the time shown.
    fn view(&self) -> View;

    /// The same without the fields that nodes and messages hold: what is drawn, and costs less.
    fn sketch(&self) -> View;

    /// One node, with all it holds.
    fn node(&self, node: NodeId) -> Option<NodeView>;

    /// One message under way, with its fields.
    fn message(&self, id: MessageId) -> Option<MessageView>;

    /// The replicated logs, where the system keeps any.
    fn logs(&self) -> Option<Logs>;

    /// The diagrams that this room lists, the natural one first.
    fn diagrams(&self) -> Vec<Diagram>;

    /// The diagram of this name, if the room lists it.
    fn diagram(&self, key: &str) -> Option<Diagram> {
        self.diagrams().into_iter().find(|diagram| diagram.key == key)
    }

    /// The latest stretch of this length, or of what plays in eight seconds where that is longer, as lanes, up to the
    /// time shown.
    fn chart(&self, window: Micros) -> Chart;

    /// The state as a picture, at the time shown.
    fn scene(&self, picture: &Picture) -> Scene;

    /// The links that a line drawn across a ring picture crosses, one way each.
    fn crossed(&self, picture: &Picture, from: (f64, f64), to: (f64, f64)) -> Vec<(NodeId, NodeId)>;

    /// The latest steps in words, at most `most`, oldest first.
    fn lines(&self, most: usize) -> Vec<Line>;

    /// The latest step that is worth telling, of the steps that [`Session::lines`] still knows.
    fn key_event(&self) -> Option<&Line>;

    /// What is worth a mark on the time bar, on this branch: step, time, mark.
    fn marks(&self) -> Vec<(u64, Micros, Mark)>;

    /// Every property, and since when it is broken.
    fn verdicts(&self) -> Vec<PropertyStanding>;

    /// A number that stands for the run so far: equal on every machine.
    fn hash(&self) -> u64;

    /// What can be done now to a target.
    fn offers(&self, target: Target) -> Vec<Offer>;

    /// Does what [`Session::offers`] names with this key. In the past it starts a branch.
    fn act(&mut self, target: Target, key: &str) -> Result<(), Error>;

    /// Does what a gesture means. In the past it starts a branch.
    fn gesture(&mut self, gesture: &Gesture<'_>) -> Result<(), Error>;

    /// The texts that the nodes hold, where they hold any.
    fn texts(&self) -> Vec<TextRow>;

    /// The branches, in the order in which they were made.
    fn branches(&self) -> Vec<BranchInfo>;

    /// Goes over to another branch.
    fn switch(&mut self, branch: usize);

    /// Gives a branch another name.
    fn rename(&mut self, branch: usize, name: &str);

    /// The steps of a branch after `step`, in words, without moving.
    fn narrate(&self, branch: usize, step: u64, most: usize) -> Vec<Line>;

    /// The last step that two branches share.
    fn shared(&self, one: usize, other: usize) -> u64;
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The time shown.
    pub shown: Micros,
    /// The date of the last step.
    pub now: Micros,
    /// How many steps have been made.
    pub steps: u64,
    /// When the next step happens; `None`: nothing will ever happen again by itself.
    pub next: Option<Micros>,
    /// How far this branch has been played, or the length of the scenario where that is more.
    pub end: Micros,
    /// The branch.
    pub branch: usize,
    /// How many branches there are.
    pub branches: usize,
    /// More events wait than a run can hold, so it does not go on; what it holds can still be looked at.
    pub overflows: bool,
    /// A number that changes whenever anything but the time shown changes: redraw panels when it does.
    pub version: u64,
}

/// A picture to be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Picture {
    /// Which diagram.
    pub diagram: Diagram,
    /// In pixels.
    pub width: f64,
    /// In pixels; pictures that grow with their content may be higher.
    pub height: f64,
    /// To recognise rather than to read.
    pub compact: bool,
    /// How much of the run a space-time diagram shows.
    pub window: Micros,
}

impl Picture {
    /// A picture to read, of the usual window.
    #[must_use]
    pub const fn new(diagram: Diagram, width: f64, height: f64) -> Self {
        Self { diagram, width, height, compact: false, window: Micros::ms(400) }
    }
}

/// A diagram that a room lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diagram {
    /// Its name in links and commands: `space-time`.
    pub key: &'static str,
    /// Its name in words: `Space–time`.
    pub title: &'static str,
    /// Where it stands.
    pub place: Place,
    /// It is as large as its place, and moves with the time shown; the others are as high as they need, and change
    /// with the steps only.
    pub fills: bool,
    /// It shows the network: a line drawn across it crosses links.
    pub network: bool,
    /// The room whose run it shows beside this one; that room's code is needed for it.
    pub beside: Option<&'static str>,
}

impl Diagram {
    /// Nodes on a ring and the messages between them.
    pub const RING: Self = Self { network: true, ..Self::filling(Label::RING) };
    /// A lane a node, time from left to right.
    pub const SPACE_TIME: Self = Self::filling(Label::SPACE_TIME);

    pub(crate) const fn growing(Label { key, title, place }: Label) -> Self {
        Self { key, title, place, fills: false, network: false, beside: None }
    }

    pub(crate) const fn filling(label: Label) -> Self {
        Self { fills: true, ..Self::growing(label) }
    }
}

/// A property and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyStanding {
    /// What is claimed.
    pub property: Property,
    /// Where it is broken: step, time, reason.
    pub broken: Option<(u64, Micros, String)>,
}

/// Something that can be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What [`Session::act`] knows it by: `crash`.
    pub key: String,
    /// What, as an imperative: `Crash S3`.
    pub title: String,
    /// A few words for a button.
    pub short: String,
}

/// A branch in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchInfo {
    /// Its name.
    pub name: String,
    /// The branch it comes from, and the last step and time they share.
    pub fork: Option<(usize, u64, Micros)>,
    /// How far it has been played: steps and time.
    pub end: (u64, Micros),
    /// How many things the reader did on it.
    pub interventions: usize,
}

/// How a mark is meant.
#[must_use]
pub const fn mark_tone(mark: Mark) -> Tone {
    match mark.kind {
        MarkKind::Era | MarkKind::Request => Tone::Plain,
        MarkKind::Decided | MarkKind::Repair => Tone::Good,
        MarkKind::Fault => Tone::Warn,
        MarkKind::Violation => Tone::Bad,
    }
}
