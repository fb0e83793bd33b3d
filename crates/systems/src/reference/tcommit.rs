//! Transaction commit as it should be: what any commit protocol has to achieve (Gray and Lamport 2006, section 2).
//!
//! `TCommit.tla` of the TLA+ examples. Each resource manager works, is prepared, and then commits or aborts. There are
//! no messages: a manager may commit once all are prepared or committed, and abort while nobody has committed. With
//! `n` managers there are `3^n + 2^n - 1` states on `2n + 1` levels.

use kernel::guarded::{ActionClaim, ActionWords, Actions, DescribeActions, Guarded, Letter, Says};
use kernel::view::{Field, Role, Tone};
use kernel::{Delay, Kind, Mark, Micros, NodeId, Opt, Outcome, Room, Rule, Scenario, Setup};
use serde::{Deserialize, Serialize};

use super::commit::{self, Managers};
use super::{claim, ms};

/// The specification with so many managers.
#[derive(Clone, Copy, Debug)]
pub struct TCommit {
    managers: u8,
}

/// The state of every manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State(u64);

/// The actions of `TCommit.tla`; `Decide` by its two disjuncts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// `Prepare(r)`.
    Prepare(u8),
    /// `Decide(r)`, to commit.
    Commit(u8),
    /// `Decide(r)`, to abort.
    Abort(u8),
}

impl Act {
    const fn manager(self) -> u8 {
        match self {
            Self::Prepare(manager) | Self::Commit(manager) | Self::Abort(manager) => manager,
        }
    }
}

impl Guarded for TCommit {
    type State = State;
    type Action = Act;

    fn starts(&self) -> Vec<State> {
        vec![State(0)]
    }

    fn enabled(&self, &State(word): &State) -> Vec<Act> {
        let (managers, all) = (Managers::of(word), commit::all(self.managers));
        let (working, prepared) = (managers.working(all), managers.prepared());
        let may_commit = prepared | managers.committed() == all;
        let may_abort = managers.committed() == 0;
        let mut acts = Vec::with_capacity(2 * usize::from(self.managers));
        acts.extend(commit::each(working).map(Act::Prepare));
        if may_commit {
            acts.extend(commit::each(prepared).map(Act::Commit));
        }
        if may_abort {
            acts.extend(commit::each(working | prepared).map(Act::Abort));
        }
        acts
    }

    fn after(&self, &State(word): &State, &act: &Act) -> Option<State> {
        if act.manager() >= self.managers {
            return None;
        }
        let (managers, all) = (Managers::of(word), commit::all(self.managers));
        let bit = 1 << act.manager();
        let (working, prepared) = (managers.working(all) & bit != 0, managers.prepared() & bit != 0);
        match act {
            Act::Prepare(manager) => working.then(|| State(commit::prepare(word, manager))),
            Act::Commit(manager) => (prepared && managers.prepared() | managers.committed() == all)
                .then(|| State(commit::commit(word, manager))),
            Act::Abort(manager) => ((working || prepared) && managers.committed() == 0)
                .then(|| State(commit::abort(word, manager))),
        }
    }

    fn claims(&self) -> Vec<ActionClaim<Self>> {
        vec![
            claim(
                ("Consistency", "No manager commits while another aborts.", "TCommit.tla, TCConsistent"),
                Kind::Always,
                |_, &State(word)| commit::consistent(Managers::of(word)),
            ),
            claim(
                ("All commit", "It is possible that every manager commits.", "TCommit.tla"),
                Kind::Reachable,
                |spec, &State(word)| {
                    commit::everybody(Managers::of(word).committed(), commit::all(spec.managers))
                },
            ),
            claim(
                ("All abort", "It is possible that every manager aborts.", "TCommit.tla"),
                Kind::Reachable,
                |spec, &State(word)| {
                    commit::everybody(Managers::of(word).aborted(), commit::all(spec.managers))
                },
            ),
        ]
    }

    fn outcomes(&self, &State(word): &State) -> u16 {
        Managers::of(word).outcomes()
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        vec![commit::nodes(0, self.managers)]
    }

    fn signature(&self, &State(word): &State, node: NodeId) -> u64 {
        commit::signature(word, node as u8, 2)
    }

    fn relabel(&self, &State(word): &State, map: &[NodeId]) -> State {
        State(commit::relabel(word, self.managers, 2, |manager| map[usize::from(manager)] as u8))
    }

    fn relabel_action(&self, &act: &Act, map: &[NodeId]) -> Act {
        let to = |manager: u8| map[usize::from(manager)] as u8;
        match act {
            Act::Prepare(manager) => Act::Prepare(to(manager)),
            Act::Commit(manager) => Act::Commit(to(manager)),
            Act::Abort(manager) => Act::Abort(to(manager)),
        }
    }

    fn actors(&self) -> NodeId {
        self.managers.into()
    }

    fn actor(&self, &act: &Act) -> NodeId {
        act.manager().into()
    }

    fn delay(&self, &act: &Act) -> Delay {
        match act {
            Act::Prepare(_) | Act::Commit(_) => ms(5, 30),
            Act::Abort(_) => ms(25, 400),
        }
    }
}

impl DescribeActions for TCommit {
    fn outcome_name(&self, outcome: Outcome) -> String {
        commit::outcome_name(outcome)
    }

    fn actor_name(&self, node: NodeId) -> String {
        commit::name(node as u8)
    }

    fn role(&self, &State(word): &State, node: NodeId) -> (Role, Option<u64>) {
        (commit::role(word, node as u8), None)
    }

    fn describe(&self, &State(word): &State, node: NodeId) -> (Vec<String>, Vec<Field>) {
        (Vec::new(), vec![Field::new("state", commit::role(word, node as u8).word)])
    }

    fn letters(&self, _: &State) -> Vec<Letter<Act>> {
        Vec::new()
    }

    fn words(&self, _: &State, &act: &Act) -> ActionWords {
        let name = commit::name(act.manager());
        let (title, short, tone) = match act {
            Act::Prepare(_) => (format!("{name} prepares"), "Prepare", Tone::Plain),
            Act::Commit(_) => {
                (format!("{name} commits, since all are prepared or have committed"), "Commit", Tone::Good)
            }
            Act::Abort(_) => (format!("{name} aborts, since nobody has committed"), "Abort", Tone::Warn),
        };
        ActionWords { title, short: short.to_owned(), tone }
    }

    fn tell(&self, &act: &Act, says: &mut Says<'_>) {
        match act {
            Act::Prepare(_) => says.note("TCommit.tla, Prepare", "a working manager may prepare"),
            Act::Commit(_) => {
                says.note("TCommit.tla, Decide", "canCommit: all are prepared or committed");
                says.marks.push(Mark::decided("decided", "Decided"));
            }
            Act::Abort(_) => {
                says.note("TCommit.tla, Decide", "notCommitted: nobody has committed");
                says.marks.push(Mark::decided("decided", "Decided"));
            }
        }
    }
}

/// The room.
#[derive(Debug)]
pub struct TCommitRoom;

impl Room for TCommitRoom {
    type System = Actions<TCommit>;

    const NAME: &'static str = "reference/tcommit";
    const TITLE: &'static str = "Transaction commit, specification";
    const SHELF: &'static str = "Reference models";
    const ABOUT: &'static str = "What any commit protocol has to achieve: all managers commit, or all abort.";
    const SOURCE: &'static str = "Gray and Lamport 2006, section 2; TCommit.tla of the TLA+ examples";
    const REFERENCE: bool = true;

    fn options() -> Vec<Opt> {
        vec![commit::option()]
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Actions<TCommit>>> {
        vec![Scenario {
            name: "commit",
            title: "All commit",
            story: "Three managers prepare. Once all of them are, each may commit; until one has, each may abort.",
            source: "Section 2",
            set: &[],
            length: Micros::ms(90),
            pace: Micros::ms(15),
            script: |_| Vec::new(),
        }]
    }

    fn build(setup: &Setup) -> Result<Actions<TCommit>, String> {
        Ok(Actions::new(TCommit { managers: commit::managers(setup) }))
    }
}
