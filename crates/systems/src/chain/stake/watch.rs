//! What is claimed of validators.

use std::collections::BTreeSet;

use kernel::{Claim, Kind, Local, Monitor, Named, NodeId, Reads, Seen, Verdict};

use super::describe::{block as short, name};
use super::vote::{Offence, Vote};
use super::{Output, Staking};

/// What has happened that a property speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watch {
    /// A checkpoint after the first came to be final.
    pub finality: bool,
}

impl Monitor<Staking> for Watch {
    fn observe(&mut self, _: &Staking, _: NodeId, _: &Local<Staking>, seen: Seen<'_, Staking>) -> bool {
        let before = self.finality;
        self.finality |= matches!(seen, Seen::Output(Output::Final(block)) if block.height() > 0);
        self.finality != before
    }

    fn claims(_: &Staking) -> Vec<Claim<Staking, Self>> {
        let mut claims = agreement();
        claims.extend(conduct());
        claims
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
            "Where two checkpoints of different branches are final, votes prove a third of the deposits guilty.",
            "Buterin and Griffith 2017, theorem 1",
            Kind::Always,
            Reads::Nodes(|staking, locals, _| accountable(staking, locals)),
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
            "No honest validator is ever proved guilty.",
            "Buterin and Griffith 2017, section 2",
            Kind::Always,
            Reads::Node(|staking, _, local| {
                let wronged = local.disk.caught.iter().find(|(who, _)| staking.honest(*who));
                let said = |(who, offence): &(NodeId, Offence)| format!("{} {}", name(*who), offence.words());
                wronged.map_or(Ok(()), |caught| Err(said(caught)))
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
                if staking.honest(me) && staking.breaks(tip) { Err(said()) } else { Ok(()) }
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

/// The validators that all votes together prove guilty.
pub(super) fn guilty(locals: &[&Local<Staking>]) -> BTreeSet<NodeId> {
    let votes: BTreeSet<Vote> = locals.iter().flat_map(|local| local.disk.votes.iter().copied()).collect();
    let votes: Vec<Vote> = votes.into_iter().collect();
    let breaks = |vote: &&Vote| votes.iter().any(|other| Offence::of(vote, other).is_some());
    votes.iter().filter(breaks).map(|vote| vote.by).collect()
}

fn accountable(staking: &Staking, locals: &[&Local<Staking>]) -> Verdict {
    let named: Vec<Named<'_, Staking>> = (0..).zip(locals.iter().copied()).collect();
    let honest: Vec<_> = named.into_iter().filter(|(node, _)| staking.honest(*node)).collect();
    let split = honest
        .iter()
        .enumerate()
        .find_map(|(k, one)| honest[k..].iter().find_map(|other| agree(*one, *other).err()));
    let Some(split) = split else { return Ok(()) };
    let guilty = guilty(locals);
    let stake: u64 = guilty.iter().map(|&node| staking.stake(node)).sum();
    if stake * 3 >= staking.stakes.iter().sum::<u64>() {
        return Ok(());
    }
    Err(format!("{split}; and the votes prove less than a third guilty"))
}
