//! A room: a system with its options, its rules that can be switched off, and its scenarios.

use std::collections::BTreeMap;

use crate::NodeId;
use crate::diagram::{Diagrams, Label};
use crate::explain::Explain;
use crate::faults::{Counts, Faults};
use crate::scenario::Scenario;
use crate::shape::Shaped;
use crate::system::System;

/// A system that has all that a room needs: it can be searched, limited, told and drawn.
pub trait Subject: Explain + Faults + Shaped {}
impl<S: Explain + Faults + Shaped> Subject for S {}

/// What a system offers to its readers. One implementation a system; `systems::each` visits them all.
pub trait Room: 'static {
    /// The system.
    type System: Subject;

    /// Its name in links: `raft`.
    const NAME: &'static str;
    /// Its title: `Raft`.
    const TITLE: &'static str;
    /// The shelf of the gallery it stands on: `Consensus`.
    const SHELF: &'static str;
    /// One or two sentences.
    const ABOUT: &'static str;
    /// The paper it follows.
    const SOURCE: &'static str;

    /// It is a model from elsewhere that proves the explorer right, and stands apart from the rooms.
    const REFERENCE: bool = false;

    /// What else can be done in it, beside playing and searching.
    const TOOLS: &'static [Tool] = &[];

    /// What a reader sees of it, the natural diagram first.
    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.table(Label::TABLE);
    }

    /// What a search may do to the system, if nothing is said: little enough for the whole space to be searched in
    /// a few seconds.
    fn search(_setup: &Setup) -> Counts {
        Counts::usual(Self::System::faults())
    }

    /// What the system takes for granted and a search within these limits does not grant it, in a sentence or two: what
    /// it breaks then, it has not promised.
    fn assumption(_setup: &Setup, _limits: Counts) -> Option<&'static str> {
        None
    }

    /// Moments in the life of a node at which a crash makes a difference, in order; for the grid of all crash points.
    fn moments() -> Vec<Moment<Self::System>> {
        Vec::new()
    }

    /// Options with which the system starts as it did when these were the answers to the questions of its start;
    /// `None`: there are none.
    fn begun(_setup: &Setup, _answers: &[u32]) -> Option<Vec<(&'static str, String)>> {
        None
    }

    /// Options with which a run can go on longest: no fault, and bounds as far away as they can be.
    fn endless() -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// What an option of an older link is called now, and its value: links keep their runs. `None`: there was none of this
    /// name and value.
    fn formerly(_option: &str, _value: &str) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Its options.
    fn options() -> Vec<Opt>;

    /// Its rules that can be switched off.
    fn rules() -> Vec<Rule>;

    /// Rules that are not offered any more, since they make no difference that a reader sees; older links may switch them
    /// off, and keep their runs.
    fn retired() -> &'static [&'static str] {
        &[]
    }

    /// Names of rules in older links, each with the rules that it stands for now.
    fn former_rules() -> &'static [(&'static str, &'static [&'static str])] {
        &[]
    }

    /// Its scenarios; the first is the one that a bare link opens.
    fn scenarios() -> Vec<Scenario<Self::System>>;

    /// The system with these values. Values have been checked against [`Room::options`] and [`Room::rules`]; what
    /// only makes sense together is checked here, and an `Err` is a sentence.
    fn build(setup: &Setup) -> Result<Self::System, String>;
}

/// Something that can be done in a room, beside playing and searching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The room decides 0 or 1 (outcome 0 or outcome 1): the valency of its configurations can be drawn. Such a room has an
    /// option `inputs`: what each node begins with, a digit a node, or `any`.
    Valency,
    /// Its blocks are worked for: some can be mined by hand, and files of real headers verified.
    MineByHand,
    /// Its nodes hold a text each, which can be edited.
    EditText,
    /// One node drawn onto another tells it all that it knows.
    Tell,
}

/// A moment in the life of a node.
pub struct Moment<S: System> {
    /// In words: `voted yes, no decision yet`.
    pub name: &'static str,
    /// Whether the node is there.
    pub at: fn(&S, &S::State, NodeId) -> bool,
}

/// Something that is done with every room, with its types: see `systems::each`.
pub trait Visit {
    /// Does it with this room.
    fn visit<R: Room>(&mut self);
}

/// One option of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opt {
    /// Its name in links: `servers`.
    pub name: &'static str,
    /// Its name in words: `Servers`.
    pub title: &'static str,
    /// What it may be.
    pub kind: OptKind,
    /// What it is if nothing is said.
    pub default: &'static str,
    /// One sentence.
    pub help: &'static str,
}

/// What an option may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptKind {
    /// A whole number in this range, in this unit (`ms`, or empty).
    Number {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
        /// In which unit.
        unit: &'static str,
    },
    /// `on` or `off`.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
}

impl Opt {
    /// A whole number: the least, the most and the unit.
    #[must_use]
    pub const fn number(
        name: &'static str,
        title: &'static str,
        (least, most, unit): (u64, u64, &'static str),
        default: &'static str,
        help: &'static str,
    ) -> Self {
        Self { name, title, kind: OptKind::Number { least, most, unit }, default, help }
    }

    /// Checks one value; an `Err` is a sentence that says what is known.
    pub fn check(&self, value: &str) -> Result<(), String> {
        let name = self.name;
        match &self.kind {
            OptKind::Number { least, most, .. } => match value.parse::<u64>() {
                Ok(number) if (*least..=*most).contains(&number) => Ok(()),
                _ => Err(format!("option {name} takes a whole number from {least} to {most}, not “{value}”")),
            },
            OptKind::Switch if matches!(value, "on" | "off") => Ok(()),
            OptKind::Switch => Err(format!("option {name} takes on or off, not “{value}”")),
            OptKind::Choice(words) if words.contains(&value) => Ok(()),
            OptKind::Choice(words) => {
                Err(format!("option {name} takes one of {}, not “{value}”", words.join(", ")))
            }
        }
    }
}

/// A safety rule of a protocol that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in links: `up-to-date-log`.
    pub name: &'static str,
    /// The rule, in one sentence.
    pub title: &'static str,
    /// Where the paper states it.
    pub source: &'static str,
    /// What it is for, in one sentence.
    pub why: &'static str,
    /// Where it is seen what happens without it.
    pub caught: Caught,
}

/// Where it is seen what a rule is for: what the page and the command offer, and a test makes sure of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// A search of this scenario without the rule breaks this property, and with the rule does not.
    Search {
        /// The scenario.
        scenario: &'static str,
        /// The name of the property.
        breaks: &'static str,
        /// Options that differ from those of the scenario.
        set: &'static [(&'static str, &'static str)],
    },
    /// No search shows it, but this scenario played without the rule breaks this property, and with the rule does not.
    Run {
        /// The scenario.
        scenario: &'static str,
        /// The name of the property.
        breaks: &'static str,
        /// Why no search shows it: a sentence.
        since: &'static str,
    },
    /// No property breaks without it.
    Nothing {
        /// The scenario in which it makes a difference.
        scenario: &'static str,
        /// Which difference: a sentence.
        since: &'static str,
    },
}

impl Caught {
    /// By the search that the room proposes for this scenario: this property breaks.
    #[must_use]
    pub const fn search(scenario: &'static str, breaks: &'static str) -> Self {
        Self::Search { scenario, breaks, set: &[] }
    }

    /// By a search with these options.
    #[must_use]
    pub const fn set(self, set: &'static [(&'static str, &'static str)]) -> Self {
        match self {
            Self::Search { scenario, breaks, .. } => Self::Search { scenario, breaks, set },
            Self::Run { .. } | Self::Nothing { .. } => self,
        }
    }

    /// By the run of this scenario: this property breaks; and why no search shows it.
    #[must_use]
    pub const fn run(scenario: &'static str, breaks: &'static str, since: &'static str) -> Self {
        Self::Run { scenario, breaks, since }
    }

    /// By no property; this scenario shows the difference that the sentence names.
    #[must_use]
    pub const fn nothing(scenario: &'static str, since: &'static str) -> Self {
        Self::Nothing { scenario, since }
    }

    /// The scenario.
    #[must_use]
    pub const fn scenario(&self) -> &'static str {
        match self {
            Self::Search { scenario, .. } | Self::Run { scenario, .. } | Self::Nothing { scenario, .. } => {
                scenario
            }
        }
    }
}

/// The values of a room's options and rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The name of the scenario.
    pub scenario: String,
    /// Every option's value, by name.
    pub options: BTreeMap<String, String>,
    /// The rules that are off.
    pub without: Vec<String>,
}

impl Setup {
    /// The value of a number option.
    ///
    /// # Panics
    /// If the room has no such option: the catalogue fills all of them in.
    #[must_use]
    pub fn number(&self, name: &str) -> u64 {
        self.word(name).parse().unwrap_or_else(|_| panic!("option {name} was checked to be a number"))
    }

    /// The value of a switch.
    ///
    /// # Panics
    /// If the room has no such option.
    #[must_use]
    pub fn on(&self, name: &str) -> bool {
        self.word(name) == "on"
    }

    /// The value of an option.
    ///
    /// # Panics
    /// If the room has no such option.
    #[must_use]
    pub fn word(&self, name: &str) -> &str {
        self.options.get(name).unwrap_or_else(|| panic!("the room has an option {name}"))
    }

    /// Whether a rule is on.
    #[must_use]
    pub fn rule(&self, name: &str) -> bool {
        !self.without.iter().any(|off| off == name)
    }
}
