//! Two-phase commit, as TwoPhase.tla specifies it.

use std::collections::BTreeSet;

use stateright::{Model, Property};

pub(super) struct TwoPhase {
    pub(super) managers: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    managers: Vec<Manager>,
    decision: Decision,
    prepared: Vec<bool>,
    messages: BTreeSet<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Decision {
    Open,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Prepared(usize),
    Commit,
    Abort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    ReceivePrepared(usize),
    Commit,
    Abort,
    Prepare(usize),
    ChooseToAbort(usize),
    ReceiveCommit(usize),
    ReceiveAbort(usize),
}

impl Model for TwoPhase {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            managers: vec![Manager::Working; self.managers],
            decision: Decision::Open,
            prepared: vec![false; self.managers],
            messages: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.decision == Decision::Open {
            if state.prepared.iter().all(|prepared| *prepared) {
                actions.push(Action::Commit);
            }
            actions.push(Action::Abort);
        }
        for manager in 0..self.managers {
            if state.decision == Decision::Open && state.messages.contains(&Message::Prepared(manager)) {
                actions.push(Action::ReceivePrepared(manager));
            }
            if state.managers[manager] == Manager::Working {
                actions.extend([Action::Prepare(manager), Action::ChooseToAbort(manager)]);
            }
            if state.messages.contains(&Message::Commit) {
                actions.push(Action::ReceiveCommit(manager));
            }
            if state.messages.contains(&Message::Abort) {
                actions.push(Action::ReceiveAbort(manager));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::ReceivePrepared(manager) => state.prepared[manager] = true,
            Action::Commit => {
                state.decision = Decision::Committed;
                state.messages.insert(Message::Commit);
            }
            Action::Abort => {
                state.decision = Decision::Aborted;
                state.messages.insert(Message::Abort);
            }
            Action::Prepare(manager) => {
                state.managers[manager] = Manager::Prepared;
                state.messages.insert(Message::Prepared(manager));
            }
            Action::ChooseToAbort(manager) | Action::ReceiveAbort(manager) => {
                state.managers[manager] = Manager::Aborted;
            }
            Action::ReceiveCommit(manager) => state.managers[manager] = Manager::Committed,
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("consistent", |_, state: &State| {
                !(state.managers.contains(&Manager::Committed) && state.managers.contains(&Manager::Aborted))
            }),
            Property::sometimes("all commit", |_, state: &State| {
                state.managers.iter().all(|manager| *manager == Manager::Committed)
            }),
            Property::sometimes("all abort", |_, state: &State| {
                state.managers.iter().all(|manager| *manager == Manager::Aborted)
            }),
        ]
    }
}
