//! What is claimed of validators.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Claim, Kind, Local, Monitor, Named, NodeId, Premise, Reads, Seen, Verdict, not_yet};
use rpds::RedBlackTreeSet;

use super::deposits::DepositState;
use super::describe::{block as short, name};
use super::vote::{Offence, Vote, breaks};
use super::{Output, Staking};

/// What has happened that a property speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watch {
    /// A checkpoint after the first came to be final.
    pub finality: bool,
    /// All votes that were ever given: validators forget old ones. Where blocks are given to a search nobody forgets any,
    /// and none is kept here.
    pub votes: RedBlackTreeSet<Vote>,
}

impl Monitor<Staking> for Watch {
    fn observe(&mut self, staking: &Staking, _: NodeId, _: &Local<Staking>, seen: Seen<'_, Staking>) -> bool {
        match seen {
            Seen::Output(Output::Final(block)) if block.height() > 0 && !self.finality => {
                self.finality = true;
                true
            }
            // In a search of votes alone no validator forgets any, so all are in the nodes already, and
            // states stay small.
            Seen::Output(Output::Voted(vote)) if staking.given == 0 => self.keep(vote),
            Seen::Output(Output::Rewrote(_, votes)) => {
                votes.iter().filter(|vote| self.keep(vote)).count() > 0
            }
            Seen::Output(_) | Seen::Input(_) | Seen::Crash | Seen::Failure => false,
        }
    }

    fn claims(_: &Staking) -> Vec<Claim<Staking, Self>> {
        let mut claims = agreement();
        claims.extend(conduct());
        claims
    }

    fn premises(_: &Staking) -> Vec<Premise<Staking, Self>> {
        vec![
            Premise::new(
                "Finality",
                "no two honest validators held a checkpoint after the first to be final",
                Reads::Pair(|staking, one, other| {
                    let both = [one, other];
                    not_yet(both.iter().all(|(node, local)| staking.honest(*node) && has_final(local)))
                }),
            ),
            Premise::new(
                "One branch",
                "no honest validator held a checkpoint after the first to be final",
                Reads::Node(|staking, me, local| not_yet(staking.honest(me) && has_final(local))),
            ),
            Premise::new(
                "Accountable safety",
                "no two checkpoints of different branches were final",
                Reads::Nodes(|staking, locals, _| not_yet(split(staking, locals).is_some())),
            ),
            Premise::new(
                "Nobody is punished for nothing",
                "no honest validator voted",
                Reads::Node(|staking, me, local| not_yet(staking.honest(me) && local.disk.voted > 0)),
            ),
            Premise::new(
                "Only valid blocks",
                "nobody made a block that breaks a rule",
                Reads::Node(|_, _, local| not_yet(local.disk.leaves.ends().any(breaks))),
            ),
        ]
    }
}

impl Watch {
    fn keep(&mut self, vote: &Vote) -> bool {
        let new = !self.votes.contains(vote);
        if new {
            self.votes.insert_mut(*vote);
        }
        new
    }

    /// The validators that all votes that were ever given prove guilty.
    pub(super) fn guilty(&self, locals: &[&Local<Staking>]) -> BTreeSet<NodeId> {
        guilty(self.votes.iter().chain(locals.iter().flat_map(|local| &local.disk.votes)))
    }
}

fn agreement() -> Vec<Claim<Staking, Watch>> {
    vec![
        Claim::new(
            "Finality",
            "No two honest validators hold checkpoints of different branches to be final.",
            "Buterin and Griffith 2017, theorem 1",
            Kind::Always,
            Reads::Pair(|staking, one, other| {
                if staking.honest(one.0) && staking.honest(other.0) { agree(one, other) } else { Ok(()) }
            }),
        ),
        Claim::new(
            "One branch",
            "No honest validator itself holds checkpoints of different branches to be final.",
            "Buterin and Griffith 2017, theorem 1",
            Kind::Always,
            Reads::Node(
                |staking, me, local| {
                    if staking.honest(me) { agree((me, local), (me, local)) } else { Ok(()) }
                },
            ),
        ),
        Claim::new(
            "Accountable safety",
            "Where two checkpoints of different branches are final, all votes ever given prove validators with a third of \
             the first deposits guilty.",
            "Buterin and Griffith 2017, theorem 1",
            Kind::Always,
            Reads::Nodes(accountable),
        ),
        Claim::new(
            "A checkpoint becomes final",
            "A checkpoint after the first can become final.",
            "Buterin and Griffith 2017, section 2",
            Kind::Reachable,
            Reads::Monitor(|_, watch| {
                if watch.finality {
                    Ok(())
                } else {
                    Err("no checkpoint after the first is final yet".to_owned())
                }
            }),
        ),
    ]
}

fn conduct() -> Vec<Claim<Staking, Watch>> {
    vec![
        Claim::new(
            "Nobody is punished for nothing",
            "No honest validator is ever proved guilty, or loses its deposit as a punishment on the branch of an honest one.",
            "Buterin and Griffith 2017, section 2",
            Kind::Always,
            Reads::Node(|staking, me, local| {
                let wronged = local.disk.caught.iter().find(|(who, _)| staking.honest(*who));
                let said = |(who, offence): &(NodeId, Offence)| format!("{} {}", name(*who), offence.words());
                if let Some(caught) = wronged {
                    return Err(said(caught));
                }
                let record = staking.record(local.disk.tip(staking));
                let slashed = |&node: &NodeId| record.standing(node) == DepositState::Slashed;
                let size = staking.stakes.len() as NodeId;
                let wronged = (0..size).find(|node| staking.honest(*node) && slashed(node));
                let lost =
                    |node| format!("{} has lost its deposit on the branch of {}", name(node), name(me));
                wronged.filter(|_| staking.honest(me)).map_or(Ok(()), |node| Err(lost(node)))
            }),
        ),
        Claim::new(
            "Only valid blocks",
            "No honest validator builds on a block that breaks a rule.",
            "Course notes, proof of stake",
            Kind::Always,
            Reads::Node(|staking, me, local| {
                let tip = local.disk.tip(staking);
                let said = || format!("{} builds on {}, and {}", name(me), short(tip), tip.flaws().words());
                if staking.honest(me) && breaks(tip) { Err(said()) } else { Ok(()) }
            }),
        ),
    ]
}

/// Whether each final checkpoint of the one is on a branch with each of the other.
fn agree((a, one): Named<'_, Staking>, (b, other): Named<'_, Staking>) -> Verdict {
    for left in &one.disk.finals {
        for right in &other.disk.finals {
            if !left.leads_to(right) && !right.leads_to(left) {
                let said =
                    format!("{} is final at {}, and {} at {}", short(left), name(a), short(right), name(b));
                return Err(said);
            }
        }
    }
    Ok(())
}

/// The validators that these votes prove guilty: those of whom some pair of them is an offence.
///
/// Sorted by target, two votes for one height stand side by side. Sorted by source, a vote lies within the span of another
/// if one with a lesser source goes beyond it: the furthest of those before is enough.
pub(super) fn guilty<'a>(votes: impl IntoIterator<Item = &'a Vote>) -> BTreeSet<NodeId> {
    let mut given: BTreeMap<NodeId, BTreeSet<&Vote>> = BTreeMap::new();
    for vote in votes {
        given.entry(vote.by).or_default().insert(vote);
    }
    let offends = |votes: &BTreeSet<&Vote>| {
        let mut targets: BTreeMap<u64, &Vote> = BTreeMap::new();
        // The map keeps the latest vote for a height. To compare each with the one before is enough: if no
        // two neighbours differ, all are for one link.
        let twice = votes
            .iter()
            .any(|vote| targets.insert(vote.target.0, vote).is_some_and(|other| other.link() != vote.link()));
        let mut spans: Vec<(u64, u64)> = votes.iter().map(|vote| (vote.source.0, vote.target.0)).collect();
        spans.sort_unstable();
        let (mut furthest, mut next) = (0, (0, 0));
        let around = spans.iter().any(|&(source, target)| {
            // `next` is of this source, `furthest` of lesser ones.
            if source != next.0 {
                furthest = furthest.max(next.1);
                next = (source, 0);
            }
            next.1 = next.1.max(target);
            target < furthest
        });
        twice || around
    };
    given.iter().filter(|(_, votes)| offends(votes)).map(|(by, _)| *by).collect()
}

/// Whether a checkpoint after the first is final at the validator.
fn has_final(local: &Local<Staking>) -> bool {
    local.disk.finals.iter().any(|last| last.height() > 0)
}

/// Two checkpoints of different branches that are final at honest validators, in words.
fn split(staking: &Staking, locals: &[&Local<Staking>]) -> Option<String> {
    let named: Vec<Named<'_, Staking>> = (0..).zip(locals.iter().copied()).collect();
    let honest: Vec<_> = named.into_iter().filter(|(node, _)| staking.honest(*node)).collect();
    let mut pairs =
        // From `k` on, each with itself too: one validator can hold checkpoints of both branches.
        honest.iter().enumerate().flat_map(|(k, one)| honest[k..].iter().map(move |two| (one, two)));
    pairs.find_map(|(one, other)| agree(*one, *other).err())
}

fn accountable(staking: &Staking, locals: &[&Local<Staking>], watch: &Watch) -> Verdict {
    let Some(split) = split(staking, locals) else { return Ok(()) };
    let guilty = watch.guilty(locals);
    let stake: u64 = guilty.iter().map(|&node| staking.stake(node)).sum();
    // Theorem 1: each final checkpoint took two thirds, so the two share a third of the deposits at least.
    if stake * 3 >= staking.stakes.iter().sum::<u64>() {
        return Ok(());
    }
    Err(format!("{split}; and the votes prove less than a third guilty"))
}
