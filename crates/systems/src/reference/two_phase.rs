//! Two-phase commit (Gray and Lamport 2006, section 3), as `TwoPhase.tla` of the TLA+ examples specifies it.
//!
//! Resource managers prepare and tell the transaction manager, which commits once it has heard from all, or aborts
//! whenever it likes. Messages are a set and never consumed; nobody is asked to prepare; a manager that aborts by
//! itself tells nobody; and a manager obeys what it receives whatever its own state is, again and again. With `n`
//! managers there are `2^n + 4^n + 6^n` states (the transaction manager committed, undecided, aborted) on `3n + 2`
//! levels; `3^n + 1` of them go nowhere else.
//!
//! A state is one word of 64 bits: four bits a manager, two for the transaction manager, two for its messages.

use kernel::guarded::{ActionClaim, ActionWords, Actions, DescribeActions, Guarded, Letter, Says};
use kernel::view::{Field, Figure, Role, Tone};
use kernel::{
    Delay, Directive, Kind, Mark, MessageId, Micros, NodeId, Opt, Outcome, Room, Rule, Scenario, Setup,
};
use serde::{Deserialize, Serialize};

use super::commit::{self, Managers, all, bit, each, plane};
use super::{claim, ms};

/// The planes after those of the managers' states: `tmPrepared`, and the `Prepared` messages sent.
const HEARD: u32 = 2;
const TOLD: u32 = 3;
const PLANES: u32 = 4;
/// The transaction manager has decided, and how; its messages.
const TM_COMMITTED: u64 = 1 << 60;
const TM_ABORTED: u64 = 1 << 61;
const COMMIT_SENT: u64 = 1 << 62;
const ABORT_SENT: u64 = 1 << 63;

/// The transaction manager, drawn first.
const TM: NodeId = 0;

/// The specification with so many managers.
#[derive(Clone, Copy, Debug)]
pub struct TwoPhase {
    managers: u8,
}

/// All variables of the specification in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(u64);

/// The actions of `TwoPhase.tla`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// `TMRcvPrepared(r)`.
    ReceivePrepared(u8),
    /// `TMCommit`.
    Commit,
    /// `TMAbort`.
    Abort,
    /// `RMPrepare(r)`.
    Prepare(u8),
    /// `RMChooseToAbort(r)`.
    ChooseToAbort(u8),
    /// `RMRcvCommitMsg(r)`.
    ReceiveCommit(u8),
    /// `RMRcvAbortMsg(r)`.
    ReceiveAbort(u8),
}

impl Act {
    const fn manager(self) -> Option<u8> {
        match self {
            Self::Commit | Self::Abort => None,
            Self::ReceivePrepared(manager)
            | Self::Prepare(manager)
            | Self::ChooseToAbort(manager)
            | Self::ReceiveCommit(manager)
            | Self::ReceiveAbort(manager) => Some(manager),
        }
    }
}

impl TwoPhase {
    /// Message numbers: `Prepared` of each manager, then the decision to each manager.
    fn prepared_id(manager: u8) -> MessageId {
        manager.into()
    }

    fn decision_id(&self, manager: u8) -> MessageId {
        MessageId::from(self.managers) + MessageId::from(manager)
    }

    fn node(manager: u8) -> NodeId {
        NodeId::from(manager) + 1
    }
}

impl Guarded for TwoPhase {
    type State = State;
    type Action = Act;

    fn starts(&self) -> Vec<State> {
        vec![State(0)]
    }

    fn enabled(&self, &State(word): &State) -> Vec<Act> {
        let all = all(self.managers);
        let mut acts = Vec::with_capacity(4 * usize::from(self.managers) + 2);
        if word & (TM_COMMITTED | TM_ABORTED) == 0 {
            acts.extend(each(plane(word, TOLD)).map(Act::ReceivePrepared));
            if plane(word, HEARD) == all {
                acts.push(Act::Commit);
            }
            acts.push(Act::Abort);
        }
        for manager in each(Managers::of(word).working(all)) {
            acts.push(Act::Prepare(manager));
            acts.push(Act::ChooseToAbort(manager));
        }
        if word & COMMIT_SENT != 0 {
            acts.extend((0..self.managers).map(Act::ReceiveCommit));
        }
        if word & ABORT_SENT != 0 {
            acts.extend((0..self.managers).map(Act::ReceiveAbort));
        }
        acts
    }

    #[inline]
    fn after(&self, &State(word): &State, &act: &Act) -> Option<State> {
        let all = all(self.managers);
        let undecided = word & (TM_COMMITTED | TM_ABORTED) == 0;
        let working = |manager: u8| Managers::of(word).working(all) >> manager & 1 == 1;
        let there = |manager: u8| manager < self.managers;
        let (may, next) = match act {
            Act::ReceivePrepared(r) => {
                (there(r) && undecided && plane(word, TOLD) >> r & 1 == 1, word | bit(r, HEARD))
            }
            Act::Commit => (undecided && plane(word, HEARD) == all, word | TM_COMMITTED | COMMIT_SENT),
            Act::Abort => (undecided, word | TM_ABORTED | ABORT_SENT),
            Act::Prepare(r) => (there(r) && working(r), commit::prepare(word, r) | bit(r, TOLD)),
            Act::ChooseToAbort(r) => (there(r) && working(r), commit::abort(word, r)),
            Act::ReceiveCommit(r) => (there(r) && word & COMMIT_SENT != 0, commit::commit(word, r)),
            Act::ReceiveAbort(r) => (there(r) && word & ABORT_SENT != 0, commit::abort(word, r)),
        };
        may.then_some(State(next))
    }

    fn claims(&self) -> Vec<ActionClaim<Self>> {
        vec![
            claim(
                ("Consistency", "No manager commits while another aborts.", "TCommit.tla, TCConsistent"),
                Kind::Always,
                |_, &State(word)| commit::consistent(Managers::of(word)),
            ),
            claim(
                ("All commit", "It is possible that every manager commits.", "TwoPhase.tla"),
                Kind::Reachable,
                |spec, &State(word)| commit::everybody(Managers::of(word).committed(), all(spec.managers)),
            ),
            claim(
                ("All abort", "It is possible that every manager aborts.", "TwoPhase.tla"),
                Kind::Reachable,
                |spec, &State(word)| commit::everybody(Managers::of(word).aborted(), all(spec.managers)),
            ),
        ]
    }

    fn outcomes(&self, &State(word): &State) -> u16 {
        Managers::of(word).outcomes()
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        vec![commit::nodes(Self::node(0), self.managers)]
    }

    fn signature(&self, &State(word): &State, node: NodeId) -> u64 {
        if node == TM { 0 } else { commit::signature(word, (node - 1) as u8, PLANES) }
    }

    fn relabel(&self, &State(word): &State, map: &[NodeId]) -> State {
        State(commit::relabel(word, self.managers, PLANES, |r| (map[usize::from(r) + 1] - 1) as u8))
    }

    fn relabel_action(&self, &act: &Act, map: &[NodeId]) -> Act {
        let to = |manager: u8| (map[usize::from(manager) + 1] - 1) as u8;
        match act {
            Act::ReceivePrepared(r) => Act::ReceivePrepared(to(r)),
            Act::Commit | Act::Abort => act,
            Act::Prepare(r) => Act::Prepare(to(r)),
            Act::ChooseToAbort(r) => Act::ChooseToAbort(to(r)),
            Act::ReceiveCommit(r) => Act::ReceiveCommit(to(r)),
            Act::ReceiveAbort(r) => Act::ReceiveAbort(to(r)),
        }
    }

    fn actors(&self) -> NodeId {
        NodeId::from(self.managers) + 1
    }

    fn actor(&self, &act: &Act) -> NodeId {
        match act {
            Act::ReceivePrepared(_) | Act::Commit | Act::Abort => TM,
            Act::Prepare(r) | Act::ChooseToAbort(r) | Act::ReceiveCommit(r) | Act::ReceiveAbort(r) => {
                Self::node(r)
            }
        }
    }

    fn delay(&self, &act: &Act) -> Delay {
        match act {
            Act::ReceivePrepared(_) | Act::ReceiveCommit(_) | Act::ReceiveAbort(_) => ms(10, 20),
            Act::Commit => ms(1, 2),
            Act::Abort => ms(60, 600),
            Act::Prepare(_) => ms(5, 30),
            Act::ChooseToAbort(_) => ms(25, 400),
        }
    }
}

impl DescribeActions for TwoPhase {
    fn outcome_name(&self, outcome: Outcome) -> String {
        commit::outcome_name(outcome)
    }

    fn actor_name(&self, node: NodeId) -> String {
        if node == TM { "TM".to_owned() } else { commit::name((node - 1) as u8) }
    }

    fn role(&self, &State(word): &State, node: NodeId) -> (Role, Option<u64>) {
        if node != TM {
            return (commit::role(word, (node - 1) as u8), None);
        }
        let role = if word & TM_COMMITTED != 0 {
            "committed"
        } else if word & TM_ABORTED != 0 {
            "aborted"
        } else {
            "undecided"
        };
        let acting = word & (TM_COMMITTED | TM_ABORTED) != 0;
        (Role { word: role.into(), figure: Figure::Square, acting }, None)
    }

    fn describe(&self, &state: &State, node: NodeId) -> (Vec<String>, Vec<Field>) {
        let role = self.role(&state, node).0.word;
        let mut fields = vec![Field::new("state", &role)];
        if node != TM {
            return (Vec::new(), fields);
        }
        let heard = plane(state.0, HEARD);
        let names: Vec<String> = each(heard).map(commit::name).collect();
        fields.push(Field::new(
            "prepared",
            if names.is_empty() { "nobody".to_owned() } else { names.join(" ") },
        ));
        (vec![format!("{} of {}", heard.count_ones(), self.managers)], fields)
    }

    fn letters(&self, &State(word): &State) -> Vec<Letter<Act>> {
        let undecided = word & (TM_COMMITTED | TM_ABORTED) == 0;
        let unheard = if undecided { plane(word, TOLD) & !plane(word, HEARD) } else { 0 };
        let mut letters: Vec<Letter<Act>> = each(unheard)
            .map(|r| Letter {
                id: Self::prepared_id(r),
                way: (Self::node(r), TM),
                kind: ("Prepared", 'p'),
                label: "prepared".to_owned(),
                era: None,
                act: Act::ReceivePrepared(r),
            })
            .collect();
        let managers = Managers::of(word);
        let (kind, done, act): (_, _, fn(u8) -> Act) = if word & COMMIT_SENT != 0 {
            (("Commit", 'C'), managers.committed(), Act::ReceiveCommit)
        } else if word & ABORT_SENT != 0 {
            (("Abort", 'A'), managers.aborted(), Act::ReceiveAbort)
        } else {
            return letters;
        };
        letters.extend(each(all(self.managers) & !done).map(|r| Letter {
            id: self.decision_id(r),
            way: (TM, Self::node(r)),
            kind,
            label: kind.0.to_ascii_lowercase(),
            era: None,
            act: act(r),
        }));
        letters
    }

    fn words(&self, _: &State, &act: &Act) -> ActionWords {
        let name = act.manager().map_or_else(String::new, commit::name);
        let (title, short, tone) = match act {
            Act::ReceivePrepared(_) => {
                (format!("TM receives Prepared from {name}"), "Receive Prepared", Tone::Plain)
            }
            Act::Commit => ("TM commits, since every manager is prepared".to_owned(), "Commit", Tone::Good),
            Act::Abort => ("TM aborts".to_owned(), "Abort", Tone::Warn),
            Act::Prepare(_) => (format!("{name} prepares"), "Prepare", Tone::Plain),
            Act::ChooseToAbort(_) => (format!("{name} decides alone to abort"), "Abort alone", Tone::Warn),
            Act::ReceiveCommit(_) => (format!("{name} receives Commit"), "Receive Commit", Tone::Good),
            Act::ReceiveAbort(_) => (format!("{name} receives Abort"), "Receive Abort", Tone::Warn),
        };
        ActionWords { title, short: short.to_owned(), tone }
    }

    fn tell(&self, &act: &Act, says: &mut Says<'_>) {
        match act {
            Act::ReceivePrepared(r) => {
                *says.received = Some(Self::prepared_id(r));
                says.note("TwoPhase.tla, TMRcvPrepared", "one more manager is prepared");
            }
            Act::Commit => {
                says.sent.extend((0..self.managers).map(|r| self.decision_id(r)));
                says.marks.push(Mark::decided("decided", "Decided"));
                says.note("TwoPhase.tla, TMCommit", "all are prepared");
            }
            Act::Abort => {
                says.sent.extend((0..self.managers).map(|r| self.decision_id(r)));
                says.marks.push(Mark::decided("decided", "Decided"));
                says.note("TwoPhase.tla, TMAbort", "the transaction manager may abort until it commits");
            }
            Act::Prepare(r) => {
                says.sent.push(Self::prepared_id(r));
                says.note("TwoPhase.tla, RMPrepare", "a working manager may prepare");
            }
            Act::ChooseToAbort(_) => {
                says.note("TwoPhase.tla, RMChooseToAbort", "a manager that is not prepared may abort alone");
            }
            Act::ReceiveCommit(r) => {
                *says.received = Some(self.decision_id(r));
                says.note("TwoPhase.tla, RMRcvCommitMsg", "told to commit");
            }
            Act::ReceiveAbort(r) => {
                *says.received = Some(self.decision_id(r));
                says.note("TwoPhase.tla, RMRcvAbortMsg", "told to abort");
            }
        }
    }
}

/// The room.
#[derive(Debug)]
pub struct TwoPhaseRoom;

impl Room for TwoPhaseRoom {
    type System = Actions<TwoPhase>;

    const NAME: &'static str = "reference/two-phase";
    const TITLE: &'static str = "Two-phase commit, specification";
    const SHELF: &'static str = "Reference models";
    const ABOUT: &'static str = "Managers prepare and tell the transaction manager, which commits once it has heard from all, or aborts.";
    const SOURCE: &'static str = "Gray and Lamport 2006, section 3; TwoPhase.tla of the TLA+ examples";
    const REFERENCE: bool = true;

    fn options() -> Vec<Opt> {
        vec![commit::option()]
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Actions<TwoPhase>>> {
        vec![
            Scenario {
                name: "commit",
                title: "All commit",
                story: "Three managers prepare and say so. The transaction manager has heard from all, and commits.",
                source: "Section 3",
                set: &[],
                length: Micros::ms(90),
                pace: Micros::ms(15),
                script: |_| Vec::new(),
            },
            Scenario {
                name: "abort",
                title: "One aborts alone",
                story: "One manager aborts by itself before it is prepared, and tells nobody. The transaction manager \
                        hears from the others only, and aborts in the end.",
                source: "Section 3",
                set: &[],
                length: Micros::ms(150),
                pace: Micros::ms(25),
                script: |_| {
                    let force = |at, act: Act| Directive::after(Micros::ms(at), move |_, _| vec![act]);
                    vec![force(4, Act::ChooseToAbort(1)), force(86, Act::Abort)]
                },
            },
        ]
    }

    fn build(setup: &Setup) -> Result<Actions<TwoPhase>, String> {
        Ok(Actions::new(TwoPhase { managers: commit::managers(setup) }))
    }
}
