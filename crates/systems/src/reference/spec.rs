//! A specification as TLA+ writes them: a state, and actions that are each a guard and an update.
//!
//! [`Flat`] makes a [`System`] of any of them. What has been sent stays sent: a message has a fixed number, and it is
//! drawn on its way as long as receiving it would change something.

use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::view::{Field, MessageView, NodeView, Role, Tone, View};
use kernel::{
    Action, Alike, Data, Dates, Delay, Explain, Faults, Happening, Kind, Mark, MessageId, Micros, NodeId,
    Note, Outcome, Property, Shaped, System, Target, Touched, Turn, Undated, Verdict, key_of,
};

/// A specification.
pub trait Specification: Sized + 'static {
    /// Everything that the future depends on, in a few bits.
    type State: Copy + Eq + Hash + Debug + 'static;
    /// One disjunct of the next-state action, with the values of its parameters.
    type Act: Data + Copy;

    /// Where it starts.
    fn initial(&self) -> Self::State;
    /// All actions whose guard holds, in an order that depends on the state alone.
    fn enabled(&self, state: Self::State) -> Vec<Self::Act>;
    /// The state after the action; `None` where its guard does not hold.
    fn after(&self, state: Self::State, act: Self::Act) -> Option<Self::State>;
    /// What should be true.
    fn claims(&self) -> Vec<Claim<Self>>;
    /// What has been decided, as [`System::outcomes`].
    fn outcomes(&self, state: Self::State) -> u16;
    /// An outcome in words.
    fn outcome_name(&self, outcome: Outcome) -> String;

    /// Groups of nodes that nothing tells apart.
    fn interchangeable(&self) -> Vec<Vec<NodeId>>;
    /// What [`System::signature`] is.
    fn signature(&self, state: Self::State, node: NodeId) -> u64;
    /// The state with node `a` in the place of node `map[a]`.
    fn relabel(&self, state: Self::State, map: &[NodeId]) -> Self::State;
    /// The action with node `a` in the place of node `map[a]`.
    fn relabel_act(&self, act: Self::Act, map: &[NodeId]) -> Self::Act;
}

/// How a specification is drawn, told and played.
pub trait InWords: Specification {
    /// How many nodes are drawn.
    fn nodes(&self) -> NodeId;
    /// The name of a node.
    fn node_name(&self, node: NodeId) -> String;
    /// What an era is called.
    fn era(&self) -> &'static str {
        "era"
    }
    /// What a node is, and in which era.
    fn role(&self, state: Self::State, node: NodeId) -> (Role, Option<u64>);
    /// Lines under the node's name, and what it remembers.
    fn describe(&self, state: Self::State, node: NodeId) -> (Vec<String>, Vec<Field>);
    /// The messages that have been sent and would still change something.
    fn letters(&self, state: Self::State) -> Vec<Letter<Self::Act>>;
    /// An action in words.
    fn words(&self, state: Self::State, act: Self::Act) -> Words;
    /// What else the step says: messages sent and received, the source's line, a mark.
    fn tell(&self, act: Self::Act, says: &mut Says<'_>);
    /// The node at which an action happens.
    fn place(&self, act: Self::Act) -> NodeId;
    /// How long an action waits once its guard holds.
    fn delay(&self, act: Self::Act) -> Delay;
}

/// A property, and the code that checks it.
pub type Claim<S> = (Property, fn(&S, <S as Specification>::State) -> Verdict);

/// A claim that is to hold always, or to be reached.
pub(super) fn claim<S: Specification>(
    (name, statement, source): (&'static str, &'static str, &'static str),
    kind: Kind,
    check: fn(&S, S::State) -> Verdict,
) -> Claim<S> {
    (Property { name, statement, source, kind }, check)
}

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Letter<A> {
    /// Its number, the same in all runs.
    pub id: MessageId,
    /// From which node to which.
    pub way: (NodeId, NodeId),
    /// Its kind, spelt out, and one letter for it.
    pub kind: (&'static str, char),
    /// A few words.
    pub label: String,
    /// The era it was sent in.
    pub era: Option<u64>,
    /// The action that receives it.
    pub act: A,
}

/// An action in words.
#[derive(Clone, Debug)]
pub struct Words {
    /// A sentence.
    pub title: String,
    /// A word or two, for a button and a dot.
    pub short: &'static str,
    /// How it is meant.
    pub tone: Tone,
}

/// Where an action says what it did.
#[derive(Debug)]
pub struct Says<'a> {
    /// The messages sent.
    pub sent: &'a mut Vec<MessageId>,
    /// The message received.
    pub received: &'a mut Option<MessageId>,
    /// The source's lines.
    pub notes: &'a mut Vec<Note>,
    /// Marks for the time bar.
    pub marks: &'a mut Vec<Mark>,
}

impl Says<'_> {
    /// Which line of the specification this is.
    pub(super) fn note(&mut self, source: &'static str, text: &'static str) {
        self.notes.push(Note { text, source });
    }
}

/// A specification as a system.
pub struct Flat<S: InWords> {
    /// The specification.
    pub spec: S,
    claims: Vec<Claim<S>>,
}

impl<S: InWords> Flat<S> {
    /// The system of a specification.
    pub fn new(spec: S) -> Self {
        Self { claims: spec.claims(), spec }
    }

    fn view_of(&self, letter: Letter<S::Act>, dates: &dyn Dates<S::Act>) -> MessageView {
        MessageView {
            id: letter.id,
            from: letter.way.0,
            to: letter.way.1,
            kind: letter.kind.0.to_owned(),
            letter: letter.kind.1,
            label: letter.label,
            era: letter.era,
            reply: letter.kind.1.is_lowercase(),
            forged: false,
            progress: dates.progress(&letter.act),
            doomed: false,
            fields: Vec::new(),
        }
    }

    /// The action would change something.
    fn changes(&self, state: S::State, act: S::Act) -> bool {
        self.spec.after(state, act).is_some_and(|after| after != state)
    }

    fn action(&self, state: S::State, act: S::Act) -> Action<S::Act> {
        let words = self.spec.words(state, act);
        Action::force(key_of(&act), words.title, words.short, act)
    }
}

impl<S: InWords> System for Flat<S> {
    type State = S::State;
    type Event = S::Act;

    fn initial(&self, turn: &mut Turn<'_, S::Act>) -> S::State {
        turn.report.touched = Touched::EVERYTHING;
        self.spec.initial()
    }

    fn enabled(&self, state: &S::State) -> Vec<S::Act> {
        self.spec.enabled(*state)
    }

    fn permits(&self, state: &S::State, act: &S::Act) -> bool {
        self.spec.after(*state, *act).is_some()
    }

    fn apply(&self, state: &mut S::State, act: &S::Act, turn: &mut Turn<'_, S::Act>) {
        let Some(after) = self.spec.after(*state, *act) else { return };
        let report = &mut *turn.report;
        report.rescan = true;
        if after == *state {
            return;
        }
        *state = after;
        report.touched = Touched::EVERYTHING;
        self.spec.tell(
            *act,
            &mut Says {
                sent: &mut report.sent,
                received: &mut report.received,
                notes: &mut report.notes,
                marks: &mut report.marks,
            },
        );
    }

    /// An action that would change nothing never happens by itself.
    fn delay(&self, state: &S::State, act: &S::Act) -> Delay {
        if self.changes(*state, *act) { self.spec.delay(*act) } else { Delay::Never }
    }

    fn stream(&self, _: &S::State, act: &S::Act) -> u32 {
        1 + u32::from(self.spec.place(*act))
    }

    fn properties(&self) -> Vec<Property> {
        self.claims.iter().map(|(property, _)| *property).collect()
    }

    fn check(&self, state: &S::State, property: usize, touched: Touched) -> Verdict {
        if touched.any() { self.claims[property].1(&self.spec, *state) } else { Ok(()) }
    }

    fn outcomes(&self, state: &S::State) -> u16 {
        self.spec.outcomes(*state)
    }

    fn fair_key(&self, _: &S::State, act: &S::Act) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        act.hash(&mut hasher);
        Some(hasher.finish())
    }
}

impl<S: InWords> Explain for Flat<S> {
    fn nodes(&self) -> NodeId {
        self.spec.nodes()
    }

    fn node_name(&self, node: NodeId) -> String {
        self.spec.node_name(node)
    }

    fn era(&self) -> &'static str {
        self.spec.era()
    }

    fn outcome_name(&self, outcome: Outcome) -> String {
        self.spec.outcome_name(outcome)
    }

    fn view(&self, state: &S::State, dates: &dyn Dates<S::Act>) -> View {
        let node = |id: NodeId| {
            let (role, era) = self.spec.role(*state, id);
            let (lines, disk) = self.spec.describe(*state, id);
            let (name, badges, ram, timers) = (self.spec.node_name(id), Vec::new(), Vec::new(), Vec::new());
            NodeView { id, name, role, era, lines, badges, disk, ram, timers }
        };
        let letters = self.spec.letters(*state).into_iter();
        View {
            nodes: (0..self.spec.nodes()).map(node).collect(),
            messages: letters.map(|letter| self.view_of(letter, dates)).collect(),
            ..View::default()
        }
    }

    fn narrate(&self, state: &S::State, act: &S::Act) -> Happening {
        let Words { title, short, tone } = self.spec.words(*state, *act);
        Happening { node: Some(self.spec.place(*act)), title, tone, dot: Some(short.to_owned()) }
    }

    fn role(&self, state: &S::State, node: NodeId) -> (Role, Option<u64>) {
        self.spec.role(*state, node)
    }

    fn message(&self, state: &S::State, id: MessageId) -> Option<MessageView> {
        let mut letters = self.spec.letters(*state).into_iter();
        letters.find(|letter| letter.id == id).map(|letter| self.view_of(letter, &Undated))
    }

    fn actions(&self, state: &S::State, target: Target) -> Vec<Action<S::Act>> {
        let acts: Vec<S::Act> = match target {
            Target::World | Target::Link(..) => Vec::new(),
            Target::Node(node) => {
                let here = |act: &S::Act| self.spec.place(*act) == node && self.changes(*state, *act);
                self.spec.enabled(*state).into_iter().filter(here).collect()
            }
            Target::Message(id) => {
                let letters = self.spec.letters(*state).into_iter();
                letters.filter(|letter| letter.id == id).map(|letter| letter.act).collect()
            }
        };
        let can = acts.into_iter().filter(|act| self.spec.after(*state, *act).is_some());
        can.map(|act| self.action(*state, act)).collect()
    }
}

impl<S: InWords> Alike for Flat<S> {
    fn places(&self) -> NodeId {
        self.spec.nodes()
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        self.spec.interchangeable()
    }

    fn signature(&self, state: &S::State, node: NodeId) -> u64 {
        self.spec.signature(*state, node)
    }

    fn relabel(&self, state: &S::State, map: &[NodeId]) -> S::State {
        self.spec.relabel(*state, map)
    }

    fn relabel_event(&self, act: &S::Act, map: &[NodeId]) -> S::Act {
        self.spec.relabel_act(*act, map)
    }
}

impl<S: InWords> Shaped for Flat<S> {
    fn messages(&self, state: &S::State) -> usize {
        self.spec.letters(*state).len()
    }
}

impl<S: InWords> Faults for Flat<S> {}

/// Between so many and so many milliseconds.
pub(super) const fn ms(least: u64, most: u64) -> Delay {
    Delay::Between(Micros::ms(least), Micros::ms(most))
}
