//! Voting: what Paxos does, seen from above (`Voting.tla` of the TLA+ examples).
//!
//! Acceptors vote for values in numbered ballots, and a value is chosen when a majority has voted for it in the same
//! ballot. There are no messages. An acceptor may raise its ballot, and votes in no ballot below it; it votes for a
//! value only if a majority shows that no other value can be chosen in an earlier ballot.
//!
//! In a ballot all votes are for one value, so a state is: each acceptor's ballot, who voted in which ballot, and each
//! ballot's value.

use kernel::guarded::{ActionClaim, ActionWords, Actions, DescribeActions, Guarded, Letter, Says};
use kernel::view::{Field, Role, Tone};
use kernel::{Delay, Kind, Mark, Micros, NodeId, Opt, Outcome, Room, Rule, Scenario, Setup};
use serde::{Deserialize, Serialize};

use super::ballots::{self, MOST, Sizes, acceptor_name, each, value_name};
use super::{claim, ms};

/// The specification, with so many acceptors, values and ballots.
#[derive(Clone, Copy, Debug)]
pub struct Voting {
    sizes: Sizes,
}

/// All variables of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// Four bits an acceptor: its highest ballot plus one; then four bits a ballot: its value plus one. 0: none.
    numbers: u64,
    /// A bit for each acceptor in each ballot: it has voted there.
    votes: u64,
}

const NUMBER: u32 = 4;
const VALUES: u32 = MOST * NUMBER;

impl State {
    fn number(self, at: u32) -> Option<u32> {
        ((self.numbers >> at & 0xf) as u32).checked_sub(1)
    }

    fn max_ballot(self, acceptor: u32) -> Option<u32> {
        self.number(acceptor * NUMBER)
    }

    fn value(self, ballot: u32) -> Option<u32> {
        self.number(VALUES + ballot * NUMBER)
    }

    /// Who has voted in a ballot, as bits.
    const fn voters(self, ballot: u32) -> u64 {
        self.votes >> (ballot * MOST) & 0xff
    }

    const fn with(self, at: u32, number: u32) -> Self {
        let numbers = self.numbers & !(0xf << at) | (number as u64 + 1) << at;
        Self { numbers, ..self }
    }
}

/// The actions of `Voting.tla`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// `IncreaseMaxBal(a, b)`.
    Raise(u8, u8),
    /// `VoteFor(a, b, v)`.
    Vote(u8, u8, u8),
}

impl Voting {
    /// The values that may be voted for in a ballot, as bits.
    fn safe(&self, state: State, ballot: u32) -> u64 {
        let ready = (0..self.sizes.acceptors)
            .filter(|&acceptor| state.max_ballot(acceptor) >= Some(ballot))
            .fold(0, |ready, acceptor| ready | 1 << acceptor);
        let value = |earlier| state.value(earlier).expect("a ballot with votes has a value");
        let safe = self.sizes.safe(ballot, ready, |earlier| state.voters(earlier), value);
        state.value(ballot).map_or(safe, |value| safe & 1 << value)
    }

    fn chosen(&self, state: State) -> u64 {
        let chosen = |ballot: &u32| state.voters(*ballot).count_ones() >= self.sizes.majority();
        (0..self.sizes.ballots).filter(chosen).filter_map(|b| state.value(b)).fold(0, |set, v| set | 1 << v)
    }
}

impl Guarded for Voting {
    type State = State;
    type Action = Act;

    fn starts(&self) -> Vec<State> {
        vec![State { numbers: 0, votes: 0 }]
    }

    fn enabled(&self, &state: &State) -> Vec<Act> {
        let mut acts = Vec::new();
        for acceptor in 0..self.sizes.acceptors {
            let max_ballot = state.max_ballot(acceptor);
            let above = max_ballot.map_or(0, |ballot| ballot + 1);
            acts.extend((above..self.sizes.ballots).map(|ballot| Act::Raise(acceptor as u8, ballot as u8)));
        }
        for ballot in 0..self.sizes.ballots {
            let safe = self.safe(state, ballot);
            if safe == 0 {
                continue;
            }
            for acceptor in 0..self.sizes.acceptors {
                if state.max_ballot(acceptor) <= Some(ballot) && state.voters(ballot) >> acceptor & 1 == 0 {
                    let vote = |value| Act::Vote(acceptor as u8, ballot as u8, value as u8);
                    acts.extend(each(safe).map(vote));
                }
            }
        }
        acts
    }

    fn after(&self, &state: &State, &act: &Act) -> Option<State> {
        let (Act::Raise(acceptor, ballot) | Act::Vote(acceptor, ballot, _)) = act;
        let (acceptor, ballot) = (u32::from(acceptor), u32::from(ballot));
        if acceptor >= self.sizes.acceptors || ballot >= self.sizes.ballots {
            return None;
        }
        let raised = state.with(acceptor * NUMBER, ballot);
        match act {
            Act::Raise(..) => (state.max_ballot(acceptor) < Some(ballot)).then_some(raised),
            Act::Vote(_, _, value) => {
                let value = u32::from(value);
                let may = state.max_ballot(acceptor) <= Some(ballot)
                    && state.voters(ballot) >> acceptor & 1 == 0
                    && value < self.sizes.values
                    && self.safe(state, ballot) >> value & 1 == 1;
                let votes = state.votes | 1 << (ballot * MOST + acceptor);
                may.then(|| State { votes, ..raised.with(VALUES + ballot * NUMBER, value) })
            }
        }
    }

    fn claims(&self) -> Vec<ActionClaim<Self>> {
        vec![
            claim(
                ("Agreement", "At most one value is chosen.", "Consensus.tla, Inv"),
                Kind::Always,
                |spec, &state| ballots::agreement(spec.chosen(state)),
            ),
            claim(
                ("Value chosen", "It is possible that a value is chosen.", "Voting.tla, chosen"),
                Kind::Reachable,
                |spec, &state| ballots::reached(spec.chosen(state)),
            ),
        ]
    }

    fn outcomes(&self, &state: &State) -> u16 {
        self.chosen(state) as u16
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        let Sizes { acceptors, values, .. } = self.sizes;
        vec![ballots::nodes(0, acceptors), ballots::nodes(acceptors, values)]
    }

    fn signature(&self, &state: &State, node: NodeId) -> u64 {
        let node = u32::from(node);
        let ballots = 0..self.sizes.ballots;
        match node.checked_sub(self.sizes.acceptors) {
            None => {
                let voted = ballots.fold(0, |sum, ballot| sum << 1 | state.voters(ballot) >> node & 1);
                voted << NUMBER | state.numbers >> (node * NUMBER) & 0xf
            }
            Some(value) => ballots.fold(0, |sum, b| sum << 1 | u64::from(state.value(b) == Some(value))),
        }
    }

    fn relabel(&self, &state: &State, map: &[NodeId]) -> State {
        let mut next = State { numbers: 0, votes: 0 };
        for acceptor in 0..self.sizes.acceptors {
            let to = u32::from(map[acceptor as usize]);
            next.numbers |= (state.numbers >> (acceptor * NUMBER) & 0xf) << (to * NUMBER);
            for ballot in 0..self.sizes.ballots {
                next.votes |= (state.voters(ballot) >> acceptor & 1) << (ballot * MOST + to);
            }
        }
        for ballot in 0..self.sizes.ballots {
            if let Some(value) = state.value(ballot) {
                let to = u32::from(map[(self.sizes.acceptors + value) as usize]) - self.sizes.acceptors;
                next = next.with(VALUES + ballot * NUMBER, to);
            }
        }
        next
    }

    fn relabel_action(&self, &act: &Act, map: &[NodeId]) -> Act {
        let acceptor = |acceptor: u8| map[usize::from(acceptor)] as u8;
        let first = self.sizes.acceptors as u8;
        match act {
            Act::Raise(a, ballot) => Act::Raise(acceptor(a), ballot),
            Act::Vote(a, ballot, value) => {
                Act::Vote(acceptor(a), ballot, map[usize::from(first + value)] as u8 - first)
            }
        }
    }

    fn actors(&self) -> NodeId {
        (self.sizes.acceptors + self.sizes.values) as NodeId
    }

    fn actor(&self, &act: &Act) -> NodeId {
        let (Act::Raise(acceptor, _) | Act::Vote(acceptor, _, _)) = act;
        acceptor.into()
    }

    fn delay(&self, &act: &Act) -> Delay {
        match act {
            Act::Raise(_, ballot) => ms(40 * u64::from(ballot), 40 * u64::from(ballot) + 30),
            Act::Vote(..) => ms(5, 60),
        }
    }
}

impl DescribeActions for Voting {
    fn outcome_name(&self, outcome: Outcome) -> String {
        ballots::outcome_name(outcome)
    }

    fn actor_name(&self, node: NodeId) -> String {
        let node = u32::from(node);
        node.checked_sub(self.sizes.acceptors).map_or_else(|| acceptor_name(node), value_name)
    }

    fn era(&self) -> &'static str {
        "ballot"
    }

    fn role(&self, &state: &State, node: NodeId) -> (Role, Option<u64>) {
        let node = u32::from(node);
        match node.checked_sub(self.sizes.acceptors) {
            None => ballots::acceptor_role(state.max_ballot(node)),
            Some(value) => ballots::value_role(self.chosen(state) >> value & 1 == 1),
        }
    }

    fn describe(&self, &state: &State, node: NodeId) -> (Vec<String>, Vec<Field>) {
        let node = u32::from(node);
        let list = |votes: Vec<String>| if votes.is_empty() { "none".to_owned() } else { votes.join(", ") };
        let ballots = 0..self.sizes.ballots;
        match node.checked_sub(self.sizes.acceptors) {
            None => {
                let voted = ballots.filter(|&ballot| state.voters(ballot) >> node & 1 == 1);
                let votes = voted.filter_map(|b| Some(format!("{} in {b}", value_name(state.value(b)?))));
                let max_ballot = ballots::in_words(state.max_ballot(node));
                let fields =
                    vec![Field::new("max ballot", &max_ballot), Field::new("votes", list(votes.collect()))];
                (vec![format!("ballot {max_ballot}")], fields)
            }
            Some(value) => {
                let own = ballots.filter(|&ballot| state.value(ballot) == Some(value));
                let votes = own.map(|ballot| format!("{} in {ballot}", state.voters(ballot).count_ones()));
                (Vec::new(), vec![Field::new("votes", list(votes.collect()))])
            }
        }
    }

    fn letters(&self, _: &State) -> Vec<Letter<Act>> {
        Vec::new()
    }

    fn words(&self, _: &State, &act: &Act) -> ActionWords {
        match act {
            Act::Raise(acceptor, ballot) => ActionWords {
                title: format!("{} raises its ballot to {ballot}", acceptor_name(acceptor.into())),
                short: "Raise ballot".to_owned(),
                tone: Tone::Plain,
            },
            Act::Vote(acceptor, ballot, value) => ActionWords {
                title: format!(
                    "{} votes for {} in ballot {ballot}",
                    acceptor_name(acceptor.into()),
                    value_name(value.into())
                ),
                short: "Vote".to_owned(),
                tone: Tone::Good,
            },
        }
    }

    fn tell(&self, &act: &Act, says: &mut Says<'_>) {
        match act {
            Act::Raise(..) => {
                says.note("Voting.tla, IncreaseMaxBal", "an acceptor may enter a higher ballot");
                says.marks.push(Mark::era("ballot", "New ballot"));
            }
            Act::Vote(..) => says.note("Voting.tla, VoteFor", "a majority shows that the value is safe"),
        }
    }
}

/// The room.
#[derive(Debug)]
pub struct VotingRoom;

impl Room for VotingRoom {
    type System = Actions<Voting>;

    const NAME: &'static str = "reference/voting";
    const TITLE: &'static str = "Voting, specification";
    const SHELF: &'static str = "Reference models";
    const ABOUT: &'static str =
        "Acceptors vote in numbered ballots, each only for a value that no earlier ballot can contradict.";
    const SOURCE: &'static str = "Lamport, Voting.tla of the TLA+ examples";
    const REFERENCE: bool = true;

    fn options() -> Vec<Opt> {
        ballots::options("2")
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Actions<Voting>>> {
        vec![Scenario {
            name: "two-ballots",
            title: "Two ballots",
            story: "Three acceptors vote in two ballots. What may be voted for in the second depends on the first.",
            source: "Voting.tla",
            set: &[],
            length: Micros::ms(120),
            pace: Micros::ms(20),
            script: |_| Vec::new(),
        }]
    }

    fn build(setup: &Setup) -> Result<Actions<Voting>, String> {
        Ok(Actions::new(Voting { sizes: Sizes::of(setup) }))
    }
}
