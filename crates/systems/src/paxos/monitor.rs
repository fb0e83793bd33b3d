//! What must be true (section 2.1), and what must be remembered to say so.
//!
//! A value is chosen when a quorum has voted for it in one ballot. No node sees that, and acceptors overwrite their
//! votes, so the monitor keeps every vote that still matters.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{
    Claim, Envelope, Kind, Local, Monitor, Named, NodeId, Premise, Property, Reads, Seen, Verdict, not_yet,
};
use serde::{Deserialize, Serialize};

use super::{Ballot, Input, Output, Paxos, Value, Vote, canonical};

/// What the properties remember of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// The ballots in which somebody asked for votes, or voted.
    pub(super) ballots: BTreeMap<Ballot, Votes>,
    /// What clients asked for.
    asked: BTreeSet<Value>,
    /// What was chosen, and the first ballot seen to choose it.
    pub(super) chosen: BTreeMap<Value, Ballot>,
}

/// One ballot.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Votes {
    /// The values that votes were asked for.
    pub(super) values: BTreeSet<Value>,
    /// Who voted for which.
    pub(super) votes: BTreeSet<(NodeId, Value)>,
}

impl Votes {
    pub(super) fn count(&self, wanted: Value) -> usize {
        self.votes.iter().filter(|(_, value)| *value == wanted).count()
    }

    /// Acceptors that have not voted in this ballot, and could.
    pub(super) fn open(&self, protocol: &Paxos, ballot: Ballot, locals: &[&Local<Paxos>]) -> usize {
        let acceptors =
            protocol.layout.acceptors().filter_map(|node| Some((node, locals.get(usize::from(node))?)));
        let free = acceptors.filter(|(node, local)| {
            // An acceptor that is down counts too: its promise is on the disk, and it may come back and vote.
            !self.votes.iter().any(|(voter, _)| voter == node) && protocol.may_vote(local, ballot)
        });
        free.count()
    }
}

impl Monitor<Paxos> for Watch {
    fn observe(&mut self, protocol: &Paxos, node: NodeId, _: &Local<Paxos>, seen: Seen<'_, Paxos>) -> bool {
        match seen {
            Seen::Input(Input::Propose { value }) => self.asked.insert(*value),
            Seen::Output(Output::Proposed(Vote { ballot, value })) => {
                self.ballots.entry(*ballot).or_default().values.insert(*value)
            }
            Seen::Output(Output::Voted(Vote { ballot, value })) => {
                let votes = self.ballots.entry(*ballot).or_default();
                let new = votes.votes.insert((node, *value));
                // The vote that completes the quorum chooses, though no node knows it. It stays chosen when
                // acceptors later vote in higher ballots.
                if votes.count(*value) >= protocol.accept_quorum {
                    self.chosen.entry(*value).or_insert(*ballot);
                }
                new
            }
            Seen::Output(Output::Begun { .. } | Output::Learned { .. } | Output::Answered { .. })
            | Seen::Crash
            | Seen::Failure => false,
        }
    }

    fn relabel(&mut self, map: &[NodeId]) {
        for votes in self.ballots.values_mut() {
            votes.votes = votes.votes.iter().map(|&(node, value)| (map[usize::from(node)], value)).collect();
        }
    }

    fn canonical(
        &mut self,
        protocol: &Paxos,
        locals: &mut [Local<Paxos>],
        mail: &mut Vec<Envelope<Paxos>>,
    ) -> bool {
        canonical::simplify(self, protocol, locals, mail)
    }

    fn claims(_: &Paxos) -> Vec<Claim<Paxos, Self>> {
        let claim = |(name, statement, source), kind, reads| Claim {
            property: Property::new(name, statement, source, kind),
            reads,
        };
        vec![
            claim(AGREEMENT, Kind::Always, Reads::Monitor(agreement)),
            claim(ONE_LESSON, Kind::Always, Reads::Pair(one_lesson)),
            claim(CHOSEN_IS_LEARNED, Kind::Always, Reads::NodeAndMonitor(chosen_is_learned)),
            claim(NONTRIVIALITY, Kind::Always, Reads::Monitor(nontriviality)),
            claim(ONE_VALUE, Kind::Always, Reads::Monitor(one_value)),
            claim(SAFE_BALLOTS, Kind::Always, Reads::Nodes(safe_ballots)),
            claim(CHOICE, Kind::Reachable, Reads::Monitor(choice)),
            claim(TERMINATION, Kind::Eventually, Reads::Nodes(termination)),
        ]
    }

    fn premises(_: &Paxos) -> Vec<Premise<Paxos, Self>> {
        let learned = || Reads::Node(|_, _, local: &Local<Paxos>| not_yet(local.disk.known.is_some()));
        let asked = || Reads::Monitor(|_, watch: &Self| not_yet(!watch.ballots.is_empty()));
        vec![
            Premise::new(
                AGREEMENT.0,
                "no value was chosen",
                Reads::Monitor(|_, watch| not_yet(!watch.chosen.is_empty())),
            ),
            Premise::new(ONE_LESSON.0, "no value was learned", learned()),
            Premise::new(CHOSEN_IS_LEARNED.0, "no value was learned", learned()),
            Premise::new(NONTRIVIALITY.0, "no vote was asked for", asked()),
            Premise::new(ONE_VALUE.0, "no vote was asked for", asked()),
            Premise::new(SAFE_BALLOTS.0, "no vote was asked for", asked()),
        ]
    }
}

type Words = (&'static str, &'static str, &'static str);

const AGREEMENT: Words = ("Agreement", "At most one value is chosen.", "Paxos Made Simple, section 2.1");
const ONE_LESSON: Words =
    ("One answer", "No two nodes learn different values.", "Paxos Made Simple, section 2.1");
const CHOSEN_IS_LEARNED: Words =
    ("No false lesson", "Only a value that was chosen is learned.", "Paxos Made Simple, section 2.1");
const NONTRIVIALITY: Words =
    ("Nontriviality", "Only a value that a client asked for is voted for.", "Paxos Made Simple, section 2.1");
const ONE_VALUE: Words =
    ("One value a ballot", "All votes of a ballot are for the same value.", "Paxos Made Simple, section 2.2");
const SAFE_BALLOTS: Words = (
    "Safe ballots",
    "When a ballot asks for votes for a value, no lower ballot can ever choose another.",
    "Paxos Made Simple, section 2.2, P2c",
);
const CHOICE: Words = ("A choice is possible", "Some run chooses a value.", "Paxos Made Simple, section 2");
const TERMINATION: Words = (
    "Termination",
    "Sooner or later a value is chosen, and a learner knows it.",
    "Paxos Made Simple, section 2.4; Fischer, Lynch and Paterson 1985",
);

fn agreement(protocol: &Paxos, watch: &Watch) -> Verdict {
    let mut chosen = watch.chosen.iter().map(|(value, ballot)| (protocol.number(*ballot), value));
    match (chosen.next(), chosen.next()) {
        (Some((one, first)), Some((other, second))) => {
            Err(format!("{first} is chosen in ballot {one}, and {second} in ballot {other}"))
        }
        (Some(_) | None, None) | (None, Some(_)) => Ok(()),
    }
}

fn one_lesson(protocol: &Paxos, one: Named<'_, Paxos>, other: Named<'_, Paxos>) -> Verdict {
    match (one.1.disk.known, other.1.disk.known) {
        (Some(first), Some(second)) if first != second => Err(format!(
            "{} has learned {first}, and {} has learned {second}",
            protocol.layout.name(one.0),
            protocol.layout.name(other.0)
        )),
        (Some(_) | None, Some(_) | None) => Ok(()),
    }
}

fn chosen_is_learned(protocol: &Paxos, node: NodeId, local: &Local<Paxos>, watch: &Watch) -> Verdict {
    match local.disk.known {
        Some(value) if !watch.chosen.contains_key(&value) => {
            Err(format!("{} has learned {value}, which was not chosen", protocol.layout.name(node)))
        }
        Some(_) | None => Ok(()),
    }
}

fn nontriviality(protocol: &Paxos, watch: &Watch) -> Verdict {
    for (ballot, votes) in &watch.ballots {
        let voted = votes.votes.iter().map(|(_, value)| value);
        if let Some(value) = votes.values.iter().chain(voted).find(|value| !watch.asked.contains(value)) {
            let ballot = protocol.number(*ballot);
            return Err(format!("ballot {ballot} is about {value}, which no client has asked for"));
        }
    }
    Ok(())
}

fn one_value(protocol: &Paxos, watch: &Watch) -> Verdict {
    for (ballot, votes) in &watch.ballots {
        let mut voted = votes.votes.iter();
        if let Some((first, value)) = voted.next()
            && let Some((second, other)) = voted.find(|(_, other)| other != value)
        {
            return Err(format!(
                "in ballot {} {} voted for {value}, and {} for {other}",
                protocol.number(*ballot),
                protocol.layout.name(*first),
                protocol.layout.name(*second)
            ));
        }
    }
    Ok(())
}

/// Lamport's `SafeAt`: in every lower ballot, too many acceptors for another value to be chosen have voted for this one
/// or will not vote any more.
fn safe_ballots(protocol: &Paxos, locals: &[&Local<Paxos>], watch: &Watch) -> Verdict {
    for (ballot, votes) in &watch.ballots {
        for value in &votes.values {
            for (lower, below) in watch.ballots.range(..ballot) {
                // Votes cast for another value, and all that could still come: if together they are no
                // quorum, the lower ballot can choose no other value, whatever happens next.
                let others = below.votes.iter().filter(|(_, other)| other != value).count();
                if below.values.iter().any(|other| other != value)
                    && others + below.open(protocol, *lower, locals) >= protocol.accept_quorum
                {
                    let (ballot, lower) = (protocol.number(*ballot), protocol.number(*lower));
                    return Err(format!(
                        "ballot {ballot} asks for votes for {value}, and ballot {lower} has chosen another value or \
                         still could"
                    ));
                }
            }
        }
    }
    Ok(())
}

fn choice(_: &Paxos, watch: &Watch) -> Verdict {
    if watch.chosen.is_empty() { Err("no value is chosen yet".to_owned()) } else { Ok(()) }
}

fn termination(protocol: &Paxos, locals: &[&Local<Paxos>], _: &Watch) -> Verdict {
    let learners = protocol.layout.learners().filter_map(|node| locals.get(usize::from(node)));
    if learners.into_iter().any(|local| local.disk.known.is_some()) {
        Ok(())
    } else {
        Err("no learner knows of a chosen value".to_owned())
    }
}
