//! Paxos, as `Paxos.tla` of the TLA+ examples specifies it.
//!
//! Only acceptors have a state. What proposers do is in the messages: anybody may open a ballot at any time (`1a`),
//! acceptors promise and say what they last voted for (`1b`), a value that a majority of promises allows is proposed
//! once in a ballot (`2a`), and acceptors vote for it (`2b`). Messages are a set and never consumed. An acceptor votes in
//! a ballot that is not below its own, and that raises its own. What is chosen follows from the votes.
//!
//! A promise says one thing in a ballot, and a ballot has one value, so the messages are: a bit for each `1a` and `2b`, a
//! number for each `1b` (the ballot last voted in) and for each `2a` (the value).

mod room;
mod words;

use kernel::guarded::{ActionClaim, Guarded};
use kernel::{Delay, Kind, NodeId};
use serde::{Deserialize, Serialize};

use super::ballots::{self, Sizes, each};
use super::{claim, ms};
pub use room::PaxosRoom;

/// The specification, with so many acceptors, values and ballots.
#[derive(Clone, Copy, Debug)]
pub struct Paxos {
    sizes: Sizes,
    /// How many bits a promise takes.
    promise_bits: u32,
    /// How many bits a proposal takes.
    proposal_bits: u32,
}

/// All variables of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// Eight bits an acceptor: `maxBal` plus one, and `maxVBal` plus one; 0: none.
    acceptors: u64,
    /// `1b`, for each acceptor in each ballot: 0 not sent, 1 never voted, or the ballot voted in plus two.
    promises: u64,
    /// From below: a bit for each `1a`, a bit for each `2b`, and for each `2a` the value plus one.
    others: u64,
}

const ACCEPTOR: u32 = 8;
const VOTED: u32 = 4;

/// The actions of `Paxos.tla`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// `Phase1a(b)`.
    Open(u8),
    /// `Phase1b(a)`, for the message of a ballot.
    Promise(u8, u8),
    /// `Phase2a(b, v)`.
    Propose(u8, u8),
    /// `Phase2b(a)`, for the message of a ballot.
    Vote(u8, u8),
}

impl Paxos {
    /// The specification; an error where a state would not fit.
    fn new(sizes: Sizes) -> Result<Self, String> {
        let Sizes { acceptors, values, ballots } = sizes;
        let (promise_bits, proposal_bits) = (ballots::width(ballots + 1), ballots::width(values + 1));
        let (promises, others) =
            (acceptors * ballots * promise_bits, ballots + acceptors * ballots + ballots * proposal_bits);
        if promises.max(others) > u64::BITS {
            return Err(format!(
                "asks for {acceptors} acceptors and {ballots} ballots, which is more than can be searched; fewer of \
                 either would do"
            ));
        }
        Ok(Self { sizes, promise_bits, proposal_bits })
    }

    fn max_ballot(state: State, acceptor: u32) -> Option<u32> {
        ((state.acceptors >> (acceptor * ACCEPTOR) & 0xf) as u32).checked_sub(1)
    }

    fn voted_ballot(state: State, acceptor: u32) -> Option<u32> {
        ((state.acceptors >> (acceptor * ACCEPTOR + VOTED) & 0xf) as u32).checked_sub(1)
    }

    const fn opened(state: State, ballot: u32) -> bool {
        state.others >> ballot & 1 == 1
    }

    const fn promise_at(&self, acceptor: u32, ballot: u32) -> u32 {
        (acceptor * self.sizes.ballots + ballot) * self.promise_bits
    }

    const fn vote_at(&self, acceptor: u32, ballot: u32) -> u32 {
        self.sizes.ballots + acceptor * self.sizes.ballots + ballot
    }

    const fn proposal_at(&self, ballot: u32) -> u32 {
        self.sizes.ballots * (1 + self.sizes.acceptors) + ballot * self.proposal_bits
    }

    /// What an acceptor has promised in a ballot, as it is written.
    const fn promise(&self, state: State, acceptor: u32, ballot: u32) -> u64 {
        state.promises >> self.promise_at(acceptor, ballot) & ((1 << self.promise_bits) - 1)
    }

    const fn voted(&self, state: State, acceptor: u32, ballot: u32) -> bool {
        state.others >> self.vote_at(acceptor, ballot) & 1 == 1
    }

    fn proposal(&self, state: State, ballot: u32) -> Option<u32> {
        let written = state.others >> self.proposal_at(ballot) & ((1 << self.proposal_bits) - 1);
        (written as u32).checked_sub(1)
    }

    /// The values that may be proposed in a ballot, as bits.
    fn allowed(&self, state: State, ballot: u32) -> u64 {
        if self.proposal(state, ballot).is_some() {
            return 0;
        }
        let (mut ready, mut voted) = (0_u64, [0_u64; ballots::MOST as usize]);
        for acceptor in 0..self.sizes.acceptors {
            match self.promise(state, acceptor, ballot) {
                0 => {}
                1 => ready |= 1 << acceptor,
                written => {
                    ready |= 1 << acceptor;
                    voted[written as usize - 2] |= 1 << acceptor;
                }
            }
        }
        if ready.count_ones() < self.sizes.majority() {
            return 0;
        }
        let value = |earlier| self.proposal(state, earlier).expect("a ballot with votes has a value");
        self.sizes.safe(ballot, ready, |earlier| voted[earlier as usize], value)
    }

    fn chosen(&self, state: State) -> u64 {
        let mut chosen = 0;
        for ballot in 0..self.sizes.ballots {
            let voters = (0..self.sizes.acceptors).filter(|&acceptor| self.voted(state, acceptor, ballot));
            if let Some(value) = self.proposal(state, ballot)
                && voters.count() >= self.sizes.majority() as usize
            {
                chosen |= 1 << value;
            }
        }
        chosen
    }

    /// The state with an acceptor in a ballot; `voting` there too, or as it voted before.
    fn entered(state: State, acceptor: u32, ballot: u32, voting: bool) -> State {
        let at = acceptor * ACCEPTOR;
        let number = u64::from(ballot) + 1;
        let (mask, written) = if voting { (0xff, number << VOTED | number) } else { (0xf, number) };
        State { acceptors: state.acceptors & !(mask << at) | written << at, ..state }
    }
}

impl Guarded for Paxos {
    type State = State;
    type Action = Act;

    fn starts(&self) -> Vec<State> {
        vec![State { acceptors: 0, promises: 0, others: 0 }]
    }

    fn enabled(&self, &state: &State) -> Vec<Act> {
        let Sizes { acceptors, ballots, .. } = self.sizes;
        let mut acts = Vec::with_capacity(16);
        acts.extend((0..ballots as u8).map(Act::Open));
        for ballot in 0..ballots {
            if Self::opened(state, ballot) {
                let below = |acceptor: &u32| Self::max_ballot(state, *acceptor) < Some(ballot);
                acts.extend((0..acceptors).filter(below).map(|a| Act::Promise(a as u8, ballot as u8)));
                acts.extend(each(self.allowed(state, ballot)).map(|v| Act::Propose(ballot as u8, v as u8)));
            }
            if self.proposal(state, ballot).is_some() {
                let may = |acceptor: &u32| Self::max_ballot(state, *acceptor) <= Some(ballot);
                acts.extend((0..acceptors).filter(may).map(|a| Act::Vote(a as u8, ballot as u8)));
            }
        }
        acts
    }

    fn after(&self, &state: &State, &act: &Act) -> Option<State> {
        let Sizes { acceptors, values, ballots } = self.sizes;
        let (Act::Open(ballot) | Act::Promise(_, ballot) | Act::Propose(ballot, _) | Act::Vote(_, ballot)) =
            act;
        let ballot = u32::from(ballot);
        if ballot >= ballots {
            return None;
        }
        match act {
            Act::Open(_) => Some(State { others: state.others | 1 << ballot, ..state }),
            Act::Promise(acceptor, _) => {
                let acceptor = u32::from(acceptor);
                let may = acceptor < acceptors
                    && Self::opened(state, ballot)
                    && Self::max_ballot(state, acceptor) < Some(ballot);
                let said = Self::voted_ballot(state, acceptor).map_or(1, |voted| u64::from(voted) + 2);
                let promises = state.promises | said << self.promise_at(acceptor, ballot);
                may.then(|| State { promises, ..Self::entered(state, acceptor, ballot, false) })
            }
            Act::Propose(_, value) => {
                let value = u32::from(value);
                let may = value < values && self.allowed(state, ballot) >> value & 1 == 1;
                let others = state.others | (u64::from(value) + 1) << self.proposal_at(ballot);
                may.then_some(State { others, ..state })
            }
            Act::Vote(acceptor, _) => {
                let acceptor = u32::from(acceptor);
                let may = acceptor < acceptors
                    && self.proposal(state, ballot).is_some()
                    && Self::max_ballot(state, acceptor) <= Some(ballot);
                let others = state.others | 1 << self.vote_at(acceptor, ballot);
                may.then(|| State { others, ..Self::entered(state, acceptor, ballot, true) })
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
                ("Value chosen", "It is possible that a value is chosen.", "Paxos.tla, chosen"),
                Kind::Reachable,
                |spec, &state| ballots::reached(spec.chosen(state)),
            ),
        ]
    }

    fn outcomes(&self, &state: &State) -> u16 {
        self.chosen(state) as u16
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        let Sizes { acceptors, values, ballots } = self.sizes;
        vec![ballots::nodes(0, acceptors), ballots::nodes(acceptors + ballots, values)]
    }

    fn signature(&self, &state: &State, node: NodeId) -> u64 {
        let Sizes { acceptors, ballots, .. } = self.sizes;
        let node = u32::from(node);
        if node < acceptors {
            let promises =
                state.promises >> self.promise_at(node, 0) & ((1 << (ballots * self.promise_bits)) - 1);
            let votes = state.others >> self.vote_at(node, 0) & ((1 << ballots) - 1);
            return (promises << ballots | votes) << ACCEPTOR | state.acceptors >> (node * ACCEPTOR) & 0xff;
        }
        let own =
            |ballot| u64::from(self.proposal(state, ballot).map(|v| v + acceptors + ballots) == Some(node));
        (0..ballots).fold(0, |sum, ballot| sum << 1 | own(ballot))
    }

    fn relabel(&self, &state: &State, map: &[NodeId]) -> State {
        let Sizes { acceptors, ballots, .. } = self.sizes;
        let mut next = State {
            others: state.others & ((1 << ballots) - 1),
            ..State { acceptors: 0, promises: 0, others: 0 }
        };
        for acceptor in 0..acceptors {
            let to = u32::from(map[acceptor as usize]);
            next.acceptors |= (state.acceptors >> (acceptor * ACCEPTOR) & 0xff) << (to * ACCEPTOR);
            for ballot in 0..ballots {
                next.promises |= self.promise(state, acceptor, ballot) << self.promise_at(to, ballot);
                next.others |= u64::from(self.voted(state, acceptor, ballot)) << self.vote_at(to, ballot);
            }
        }
        for ballot in 0..ballots {
            if let Some(value) = self.proposal(state, ballot) {
                let to =
                    u64::from(map[(acceptors + ballots + value) as usize]) - u64::from(acceptors + ballots);
                next.others |= (to + 1) << self.proposal_at(ballot);
            }
        }
        next
    }

    fn relabel_action(&self, &act: &Act, map: &[NodeId]) -> Act {
        let first = (self.sizes.acceptors + self.sizes.ballots) as u8;
        let acceptor = |acceptor: u8| map[usize::from(acceptor)] as u8;
        match act {
            Act::Open(_) => act,
            Act::Promise(a, ballot) => Act::Promise(acceptor(a), ballot),
            Act::Propose(ballot, value) => {
                Act::Propose(ballot, map[usize::from(first + value)] as u8 - first)
            }
            Act::Vote(a, ballot) => Act::Vote(acceptor(a), ballot),
        }
    }

    fn actors(&self) -> NodeId {
        let Sizes { acceptors, values, ballots } = self.sizes;
        (acceptors + ballots + values) as NodeId
    }

    fn actor(&self, &act: &Act) -> NodeId {
        match act {
            Act::Open(ballot) | Act::Propose(ballot, _) => self.proposer(ballot.into()),
            Act::Promise(acceptor, _) | Act::Vote(acceptor, _) => acceptor.into(),
        }
    }

    fn delay(&self, &act: &Act) -> Delay {
        match act {
            Act::Open(ballot) => ms(50 * u64::from(ballot), 50 * u64::from(ballot) + 20),
            Act::Propose(..) => ms(1, 5),
            Act::Promise(..) | Act::Vote(..) => ms(10, 20),
        }
    }
}
