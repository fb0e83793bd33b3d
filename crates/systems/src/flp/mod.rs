//! # FLP: consensus that a single crash can keep open for ever
//!
//! Processes begin with an input, 0 or 1, and each is to decide 0 or 1, once. All that decide are to decide the same
//! (*agreement*), a value that somebody began with (*validity*), and every process that does not crash is to decide
//! (*termination*). Messages are never lost, but take as long as they like, and at most one process crashes: it makes
//! no further step. Fischer, Lynch and Paterson, *Impossibility of Distributed Consensus with One Faulty Process*,
//! Journal of the ACM 32(2), 1985, show that no deterministic protocol does all of it. They show more: it is impossible
//! even if only *some* process must decide, and if validity asks no more than that 0 is decided in some run and 1 in
//! some run. What this room checks of its protocols is the stronger form that one wants of them.
//!
//! A *configuration* is the state of every process and the messages in flight. An *event* is one message that arrives
//! at one process, or the first step of a process (the paper's null message). It is *0-valent* if every decision that
//! can still be reached is 0, *1-valent* if every one is 1, *bivalent* if both can be reached, and *stuck* if none can.
//! The scheduler chooses which event comes next, and may let one process crash; nobody else chooses anything, but for
//! the coin of the one protocol that has one.
//!
//! Seven protocols, each of which gives something up:
//!
//! - `gather`: wait for all values, take the first value heard, or a majority of values without waiting for the rest;
//! - `coordinator`: a coordinator that rotates when it is suspected (Chandra and Toueg 1996, figure 6), with a
//!   detector of failures or without;
//! - `ballots`: the single-decree synod with a bounded number of ballots (Lamport 1998);
//! - `rounds`: Ben-Or's rounds (Ben-Or 1983), with the coin and without it.
//!
//! A process begins with its first step, which is an event as any other; a message that arrives before it brings it
//! about. So a process that crashes at once has told nobody its input, as Lemma 2 of the paper needs it. What is
//! decided stands in the output register, which nothing changes and which a crash does not take away.

mod ballots;
mod coordinator;
mod describe;
mod gather;
mod monitor;
mod room;
mod rounds;
mod scenarios;
mod standing;
#[cfg(test)]
mod tests;

use kernel::{Cluster, Context, Delay, Local, Micros, Node, NodeId, Outcome, Protocol};
use serde::{Deserialize, Serialize};

pub use monitor::Watch;
pub use room::Flp;
pub use standing::ProcessProgress;

/// Processes that run one of the protocols.
pub type Processes = Cluster<Consensus, Watch>;

/// 0 or 1.
pub type Bit = u8;

/// The configuration of a process; all have the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Consensus {
    /// What it runs.
    pub algorithm: Algorithm,
    /// The input of each process; `None`: any.
    pub inputs: Option<Vec<Bit>>,
    /// So many rounds, or ballots. A process that would begin another stops, and says so.
    pub bound: u8,
    /// A ballot needs the promises of all, and not of a majority.
    pub all_promise: bool,
    /// Who suspects whom, where the protocol can make use of it.
    pub detector: Detector,
    /// In a search, so many suspicions of each process may be wrong, if the detector is of that kind. Later ones are
    /// right.
    pub wrong: u8,
    /// A process that waits for a coordinator suspects it after so long in round 1, after twice as long in round 2,
    /// and so on.
    pub patience: Micros,
}

/// What a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Wait for the values of all.
    WaitForAll,
    /// Take the first value heard.
    FirstHeard,
    /// Take the majority of the first majority of values.
    Majority,
    /// A coordinator in turns.
    Coordinator,
    /// Promises and votes in ballots.
    Ballots,
    /// Rounds of values and proposals.
    Rounds {
        /// Who sees no proposal tosses a coin; without it, takes 0.
        coin: bool,
    },
}

/// What a detector of failures says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detector {
    /// There is none: nobody is ever suspected.
    None,
    /// Only who has crashed is suspected.
    Accurate,
    /// Anybody may be suspected wrongly, but not for ever: in a search, so many times ([`Consensus::wrong`]).
    Eventual,
}

/// What processes send each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// The input of the sender.
    Value(Bit),
    /// To the coordinator of a round: what the sender would decide, and since which round.
    Estimate {
        /// The round.
        round: u8,
        /// What it would decide.
        value: Bit,
        /// The round in which it adopted that; 0: it is its input.
        adopted: u8,
    },
    /// From the coordinator of a round: adopt this.
    Adopt {
        /// The round.
        round: u8,
        /// What to adopt.
        value: Bit,
    },
    /// It is adopted, or the sender has stopped waiting for it.
    Reply {
        /// The round.
        round: u8,
        /// Whether it is.
        adopted: bool,
    },
    /// Promise to accept nothing lower.
    Prepare {
        /// The ballot.
        ballot: u8,
    },
    /// Promised.
    Promise {
        /// The ballot.
        ballot: u8,
        /// The sender's latest vote: ballot and value.
        vote: Option<(u8, Bit)>,
    },
    /// Vote for this.
    Accept {
        /// The ballot.
        ballot: u8,
        /// The value.
        value: Bit,
    },
    /// Voted.
    Accepted {
        /// The ballot.
        ballot: u8,
    },
    /// The sender has promised more.
    Refused {
        /// The ballot that it refuses.
        ballot: u8,
        /// What it has promised.
        promised: u8,
    },
    /// The sender's value in a round.
    Mine {
        /// The round.
        round: u8,
        /// The value.
        value: Bit,
    },
    /// The sender's proposal in a round, if it makes one.
    Propose {
        /// The round.
        round: u8,
        /// The value.
        value: Option<Bit>,
    },
    /// The sender has decided.
    Decided(Bit),
}

/// What a process waits for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timer {
    /// Its first step.
    Begin,
    /// Its detector suspects the coordinator.
    Suspect,
}

/// What others may know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// A process began with this input.
    Begun(Bit),
    /// It decided.
    Decided(Bit),
}

/// The output register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Register {
    /// What the process has decided.
    pub decided: Option<Bit>,
}

/// What a crash takes away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Memory {
    /// What the process began with.
    pub input: Bit,
    /// What it is doing.
    pub work: Work,
}

/// What a process is doing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// It has not made its first step.
    Asleep,
    /// It gathers values.
    Gather(gather::Gather),
    /// It follows coordinators.
    Follow(coordinator::Follow),
    /// It promises and votes, and may have a ballot of its own.
    Vote(ballots::Vote),
    /// It goes from round to round.
    Round(rounds::Round),
    /// It has decided, and does nothing more.
    Done,
    /// It would begin a round beyond the bound.
    OutOfRounds,
}

/// What a handler has at hand.
type Cx<'a, 'b> = &'a mut Context<'b, Consensus>;

/// A set of processes, a bit each.
pub(crate) type Set = u8;

fn majority(size: NodeId) -> u32 {
    u32::from(size) / 2 + 1
}

impl Consensus {
    /// The bound in words: `2 ballots`.
    #[must_use]
    pub fn bound_words(&self) -> String {
        let what = if self.algorithm == Algorithm::Ballots { "ballot" } else { "round" };
        format!("{} {what}{}", self.bound, if self.bound == 1 { "" } else { "s" })
    }

    /// The first step: the process tells the others what it has to tell.
    fn begin(&self, node: &mut Node<'_, Self>, cx: Cx<'_, '_>) {
        cx.cancel_timer(Timer::Begin);
        let input = node.ram.input;
        node.ram.work = match self.algorithm {
            Algorithm::WaitForAll | Algorithm::FirstHeard | Algorithm::Majority => {
                Work::Gather(gather::Gather::begin(input, cx))
            }
            Algorithm::Coordinator => Work::Follow(coordinator::Follow::begin(self, input, cx)),
            Algorithm::Ballots => Work::Vote(ballots::Vote::begin(self, cx)),
            Algorithm::Rounds { .. } => Work::Round(rounds::Round::begin(input, cx)),
        };
    }

    fn decide(node: &mut Node<'_, Self>, value: Bit, cx: Cx<'_, '_>) {
        node.disk.decided = Some(value);
        node.ram.work = Work::Done;
        cx.cancel_timer(Timer::Suspect);
        cx.output(Output::Decided(value));
    }
}

/// What comes of a message.
pub(crate) enum Next {
    /// The process goes on.
    Goes,
    /// It decides.
    Decides(Bit),
    /// It would begin a round beyond the bound.
    Stops,
}

impl Protocol for Consensus {
    type Message = Message;
    type Timer = Timer;
    type Input = ();
    type Output = Output;
    type Disk = Register;
    type Ram = Memory;

    fn boot(&self, _: &mut Register, cx: &mut Context<'_, Self>) -> Memory {
        let given = self.inputs.as_ref().and_then(|inputs| inputs.get(usize::from(cx.me())));
        let input = given.copied().unwrap_or_else(|| Bit::from(cx.choose(2) == 1));
        cx.set_timer(Timer::Begin, Delay::Between(Micros::ms(1), Micros::ms(20)));
        cx.output(Output::Begun(input));
        Memory { input, work: Work::Asleep }
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        if node.ram.work == Work::Asleep {
            self.begin(node, cx);
        }
        let input = node.ram.input;
        let next = match (&mut node.ram.work, message) {
            (Work::Done | Work::Asleep, _) => Next::Goes,
            (_, Message::Decided(value)) => {
                cx.note("Termination", "takes over what another has decided");
                Next::Decides(value)
            }
            (Work::Gather(gather), Message::Value(value)) => gather.hear(self, from, value, cx),
            (Work::Follow(follow), message) => follow.receive(self, from, message, cx),
            (Work::Vote(vote), message) => vote.receive(self, (from, input), message, cx),
            (Work::Round(round), message) => round.receive(self, from, message, cx),
            (Work::Gather(_) | Work::OutOfRounds, _) => Next::Goes,
        };
        self.go_on(node, next, cx);
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, timer: Timer, cx: &mut Context<'_, Self>) {
        match (timer, &mut node.ram.work) {
            (Timer::Begin, Work::Asleep) => self.begin(node, cx),
            (Timer::Suspect, Work::Follow(follow)) => {
                let next = follow.suspect(self, cx);
                self.go_on(node, next, cx);
            }
            (Timer::Begin | Timer::Suspect, _) => {}
        }
    }

    fn on_input(&self, _: &mut Node<'_, Self>, (): (), _: &mut Context<'_, Self>) {}

    fn watch(&self, local: &Local<Self>) -> u64 {
        local.disk.decided.map_or(0, |value| u64::from(value) + 1) | u64::from(local.up()) << 2
    }

    fn decided(&self, _: NodeId, local: &Local<Self>) -> Option<Outcome> {
        local.disk.decided
    }

    fn halted(&self, _: NodeId, _: NodeId, local: &Local<Self>) -> bool {
        match local.ram.as_ref().map(|ram| &ram.work) {
            Some(Work::OutOfRounds) => true,
            Some(Work::Vote(vote)) => vote.stopped,
            Some(Work::Asleep | Work::Gather(_) | Work::Follow(_) | Work::Round(_) | Work::Done) | None => {
                false
            }
        }
    }

    fn own_step(&self, timer: &Timer) -> bool {
        *timer == Timer::Begin
    }

    fn awaits(&self, _: NodeId, local: &Local<Self>, timer: &Timer) -> Vec<NodeId> {
        let follow = match local.ram.as_ref().map(|ram| &ram.work) {
            Some(Work::Follow(follow)) if *timer == Timer::Suspect => follow,
            _ => return Vec::new(),
        };
        let wrong = self.detector == Detector::Eventual && follow.suspicions < self.wrong;
        if wrong { Vec::new() } else { vec![follow.coordinator] }
    }
}

impl Consensus {
    fn go_on(&self, node: &mut Node<'_, Self>, next: Next, cx: Cx<'_, '_>) {
        match next {
            Next::Goes => {}
            Next::Decides(value) => Self::decide(node, value, cx),
            Next::Stops => {
                node.ram.work = Work::OutOfRounds;
                cx.cancel_timer(Timer::Suspect);
            }
        }
    }
}
