//! Guarded actions: a system of actors, where each action is a guard and an effect on one state (Lamport's actions,
//! Dijkstra's guarded commands).
//!
//! [`Actions`] makes a [`System`] of every [`Guarded`]: databases, clocks, specifications, whatever has a state and
//! things that can be done to it. Nothing of it needs messages; where a specification has some, they are what
//! [`DescribeActions::letters`] says.

use std::fmt::Debug;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::action::{Action, Target, key_of};
use crate::alike::Alike;
use crate::explain::{Dates, Explain, Happening, Undated};
use crate::faults::{Counts, Fault, Faults};
use crate::property::{Property, Touched, Verdict};
use crate::shape::Shaped;
use crate::system::{Data, Mark, Note, Outcome, System, Turn, Withheld};
use crate::time::{Delay, Micros};
use crate::view::{Field, Figure, MessageView, NodeView, Role, Tone, View};
use crate::{MessageId, NodeId};

/// A state, and actions that are each a guard and an effect. `&self` is the configuration.
pub trait Guarded: Sized + 'static {
    /// Everything that the future depends on.
    type State: Clone + Eq + Hash + Debug + 'static;
    /// One action, with the values of its parameters.
    type Action: Data;

    /// Where it starts; each of the states, where there are several.
    fn starts(&self) -> Vec<Self::State>;
    /// All actions whose guard holds, in an order that depends on the state alone.
    fn enabled(&self, state: &Self::State) -> Vec<Self::Action>;
    /// The state after the action; `None` where its guard does not hold.
    fn after(&self, state: &Self::State, action: &Self::Action) -> Option<Self::State>;
    /// What should be true.
    fn claims(&self) -> Vec<ActionClaim<Self>>;

    /// How many actors there are.
    fn actors(&self) -> NodeId;
    /// Who acts.
    fn actor(&self, action: &Self::Action) -> NodeId;
    /// How long an action waits once its guard holds.
    fn delay(&self, _action: &Self::Action) -> Delay {
        Delay::Between(Micros::ms(100), Micros::ms(200))
    }
    /// Whether a fair run may not put the action off for ever. What need not happen (a fault, a client's wish) is not.
    fn fair(&self, _action: &Self::Action) -> bool {
        true
    }
    /// What would have to happen at last and a bound of the configuration withholds.
    fn withheld(&self, _state: &Self::State) -> Vec<Withheld> {
        Vec::new()
    }
    /// What has been decided, as [`System::outcomes`].
    fn outcomes(&self, _state: &Self::State) -> u16 {
        0
    }

    /// What a search may limit, as [`Faults::faults`].
    fn faults() -> &'static [Fault] {
        &[]
    }
    /// Within these limits.
    #[must_use]
    fn bounded(self, _limits: Counts) -> Self {
        self
    }
    /// What has happened of what is limited.
    fn spent(&self, _state: &Self::State) -> Counts {
        Counts::none(Self::faults())
    }

    /// Groups of actors that nothing tells apart.
    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        Vec::new()
    }
    /// What [`Alike::signature`] is.
    fn signature(&self, _state: &Self::State, _actor: NodeId) -> u64 {
        0
    }
    /// The state with actor `a` in the place of actor `map[a]`.
    fn relabel(&self, state: &Self::State, _map: &[NodeId]) -> Self::State {
        state.clone()
    }
    /// The action with actor `a` in the place of actor `map[a]`.
    fn relabel_action(&self, action: &Self::Action, _map: &[NodeId]) -> Self::Action {
        action.clone()
    }
}

/// How actors and actions are told and drawn. What is left out is told as it is written in the code (`Debug`).
pub trait DescribeActions: Guarded {
    /// The name of an actor.
    fn actor_name(&self, actor: NodeId) -> String {
        format!("A{}", u32::from(actor) + 1)
    }
    /// What an era is called.
    fn era(&self) -> &'static str {
        "era"
    }
    /// An outcome in words.
    fn outcome_name(&self, outcome: Outcome) -> String {
        outcome.to_string()
    }
    /// What an actor is, and in which era.
    fn role(&self, _state: &Self::State, _actor: NodeId) -> (Role, Option<u64>) {
        (Role { word: "".into(), figure: Figure::Circle, acting: false }, None)
    }
    /// Lines under the actor's name, and what it remembers.
    fn describe(&self, _state: &Self::State, _actor: NodeId) -> (Vec<String>, Vec<Field>) {
        (Vec::new(), Vec::new())
    }
    /// An action in words, in the state before it.
    fn words(&self, _state: &Self::State, action: &Self::Action) -> ActionWords {
        let title = format!("{}: {action:?}", self.actor_name(self.actor(action)));
        ActionWords { title, short: key_of(action).replace('-', " "), tone: Tone::Plain }
    }
    /// The messages that have been sent and would still change something.
    fn letters(&self, _state: &Self::State) -> Vec<Letter<Self::Action>> {
        Vec::new()
    }
    /// What else the step says: messages sent and received, the source's line, a mark.
    fn tell(&self, _action: &Self::Action, _says: &mut Says<'_>) {}
}

/// A property, and the code that checks it.
pub type ActionClaim<G> = (Property, fn(&G, &<G as Guarded>::State) -> Verdict);

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Letter<A> {
    /// Its number, the same in all runs.
    pub id: MessageId,
    /// From which actor to which.
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
pub struct ActionWords {
    /// A sentence.
    pub title: String,
    /// A word or two, for a button and a dot.
    pub short: String,
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
    /// Which line of the source this is.
    pub fn note(&mut self, source: &'static str, text: &'static str) {
        self.notes.push(Note { text, source });
    }
}

/// Guarded actions as a system.
pub struct Actions<G: Guarded> {
    /// The actions.
    pub of: G,
    claims: Vec<ActionClaim<G>>,
    /// What a step says beside its effect: nothing, unless somebody has put the actions in words.
    tell: fn(&G, &G::Action, &mut Says<'_>),
    letters: fn(&G, &G::State) -> usize,
}

impl<G: DescribeActions> Actions<G> {
    /// The system of these actions.
    pub fn new(of: G) -> Self {
        Self { tell: G::tell, letters: |of, state| of.letters(state).len(), ..Self::undescribed(of) }
    }

    fn view_of(&self, letter: Letter<G::Action>, dates: &dyn Dates<G::Action>) -> MessageView {
        MessageView {
            id: letter.id,
            from: letter.way.0,
            to: letter.way.1,
            kind: letter.kind.0.into(),
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
}

impl<G: Guarded> Actions<G> {
    /// The system of actions that nobody has put in words: for searches.
    pub fn undescribed(of: G) -> Self {
        Self { claims: of.claims(), of, tell: |_, _, _| {}, letters: |_, _| 0 }
    }

    /// The action would change something.
    fn changes(&self, state: &G::State, action: &G::Action) -> bool {
        self.of.after(state, action).is_some_and(|after| after != *state)
    }
}

impl<G: Guarded> System for Actions<G> {
    type State = G::State;
    type Event = G::Action;

    fn initial(&self, turn: &mut Turn<'_, G::Action>) -> G::State {
        turn.report.touched = Touched::EVERYTHING;
        let mut starts = self.of.starts();
        let pick = if starts.len() > 1 { turn.choices.choose(starts.len() as u32) } else { 0 };
        starts.swap_remove(pick as usize)
    }

    fn enabled(&self, state: &G::State) -> Vec<G::Action> {
        self.of.enabled(state)
    }

    fn permits(&self, state: &G::State, action: &G::Action) -> bool {
        self.of.after(state, action).is_some()
    }

    fn apply(&self, state: &mut G::State, action: &G::Action, turn: &mut Turn<'_, G::Action>) {
        let Some(after) = self.of.after(state, action) else { return };
        let report = &mut *turn.report;
        report.rescan = true;
        if after == *state {
            return;
        }
        *state = after;
        report.touched = Touched::EVERYTHING;
        let mut says = Says {
            sent: &mut report.sent,
            received: &mut report.received,
            notes: &mut report.notes,
            marks: &mut report.marks,
        };
        (self.tell)(&self.of, action, &mut says);
    }

    /// An action that would change nothing never happens by itself.
    fn delay(&self, state: &G::State, action: &G::Action) -> Delay {
        if self.changes(state, action) { self.of.delay(action) } else { Delay::Never }
    }

    fn stream(&self, _: &G::State, action: &G::Action) -> u32 {
        1 + u32::from(self.of.actor(action))
    }

    fn fair_key(&self, _: &G::State, action: &G::Action) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        action.hash(&mut hasher);
        self.of.fair(action).then(|| hasher.finish())
    }

    fn withheld(&self, state: &G::State) -> Vec<Withheld> {
        self.of.withheld(state)
    }

    fn properties(&self) -> Vec<Property> {
        self.claims.iter().map(|(property, _)| *property).collect()
    }

    fn check(&self, state: &G::State, property: usize, touched: Touched) -> Verdict {
        if touched.any() { self.claims[property].1(&self.of, state) } else { Ok(()) }
    }

    fn outcomes(&self, state: &G::State) -> u16 {
        self.of.outcomes(state)
    }
}

impl<G: DescribeActions> Explain for Actions<G> {
    fn nodes(&self) -> NodeId {
        self.of.actors()
    }

    fn node_name(&self, node: NodeId) -> String {
        self.of.actor_name(node)
    }

    fn era(&self) -> &'static str {
        self.of.era()
    }

    fn outcome_name(&self, outcome: Outcome) -> String {
        self.of.outcome_name(outcome)
    }

    fn view(&self, state: &G::State, dates: &dyn Dates<G::Action>) -> View {
        let node = |id: NodeId| {
            let (role, era) = self.of.role(state, id);
            let (lines, disk) = self.of.describe(state, id);
            let (name, badges, ram, timers) = (self.of.actor_name(id), Vec::new(), Vec::new(), Vec::new());
            NodeView { id, name, role, era, lines, badges, disk, ram, timers }
        };
        let letters = self.of.letters(state).into_iter();
        View {
            nodes: (0..self.of.actors()).map(node).collect(),
            messages: letters.map(|letter| self.view_of(letter, dates)).collect(),
            ..View::default()
        }
    }

    fn narrate(&self, state: &G::State, action: &G::Action) -> Happening {
        let ActionWords { title, short, tone } = self.of.words(state, action);
        Happening { node: Some(self.of.actor(action)), title, tone, dot: Some(short) }
    }

    fn role(&self, state: &G::State, node: NodeId) -> (Role, Option<u64>) {
        self.of.role(state, node)
    }

    fn message(&self, state: &G::State, id: MessageId) -> Option<MessageView> {
        let mut letters = self.of.letters(state).into_iter();
        letters.find(|letter| letter.id == id).map(|letter| self.view_of(letter, &Undated))
    }

    fn actions(&self, state: &G::State, target: Target) -> Vec<Action<G::Action>> {
        let acts: Vec<G::Action> = match target {
            Target::World | Target::Link(..) => Vec::new(),
            Target::Node(node) => {
                let here = |act: &G::Action| self.of.actor(act) == node && self.changes(state, act);
                self.of.enabled(state).into_iter().filter(here).collect()
            }
            Target::Message(id) => {
                let letters = self.of.letters(state).into_iter();
                letters.filter(|letter| letter.id == id).map(|letter| letter.act).collect()
            }
        };
        let can = acts.into_iter().filter(|act| self.of.after(state, act).is_some());
        can.map(|act| {
            let words = self.of.words(state, &act);
            Action::force(key_of(&act), words.title, words.short, act)
        })
        .collect()
    }
}

impl<G: Guarded> Alike for Actions<G> {
    fn places(&self) -> NodeId {
        self.of.actors()
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        self.of.interchangeable()
    }

    fn signature(&self, state: &G::State, node: NodeId) -> u64 {
        self.of.signature(state, node)
    }

    fn relabel(&self, state: &G::State, map: &[NodeId]) -> G::State {
        self.of.relabel(state, map)
    }

    fn relabel_event(&self, action: &G::Action, map: &[NodeId]) -> G::Action {
        self.of.relabel_action(action, map)
    }
}

impl<G: Guarded> Shaped for Actions<G> {
    fn messages(&self, state: &G::State) -> usize {
        (self.letters)(&self.of, state)
    }
}

impl<G: Guarded> Faults for Actions<G> {
    fn faults() -> &'static [Fault] {
        G::faults()
    }

    fn bounded(self, limits: Counts) -> Self {
        let Self { of, tell, letters, .. } = self;
        let of = of.bounded(limits);
        Self { claims: of.claims(), of, tell, letters }
    }

    fn spent(&self, state: &G::State) -> Counts {
        self.of.spent(state)
    }
}
