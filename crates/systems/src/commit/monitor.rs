//! What must be true, and what must be remembered to say so.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Claim, Kind, Monitor, Named, NodeId, Premise, Property, Reads, Seen, Verdict, not_yet};
use serde::{Deserialize, Serialize};

use super::log::Tx;
use super::message::Output;
use super::words::{decision, name};
use super::{Commit, records};

/// Decisions further back than this are no longer compared: they were when they were made.
const COMPARED: usize = 8;

/// What the properties remember of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// The latest transaction that a vote was called on.
    pub tx: Tx,
    /// Who has voted yes on it.
    pub yes: BTreeSet<NodeId>,
    /// Each node's latest decision, even if the node has forgotten it.
    pub decided: BTreeMap<NodeId, (Tx, bool)>,
    /// A node that decided again, and not the same: node, transaction, first decision.
    pub reversed: Option<(NodeId, Tx, bool)>,
    /// A commit without all votes: who decided it, transaction, whose vote was missing.
    pub unfounded: Option<(NodeId, Tx, NodeId)>,
    /// A node has crashed, a message was lost, or an answer did not come in time.
    pub failed: bool,
}

impl<P: Commit> Monitor<P> for Watch {
    const SEES_FAILURES: bool = true;

    fn observe(&mut self, protocol: &P, node: NodeId, _: &kernel::Local<P>, seen: Seen<'_, P>) -> bool {
        let before = self.clone();
        match seen {
            Seen::Output(Output::Begins { tx }) if *tx > self.tx => {
                self.tx = *tx;
                self.yes.clear();
            }
            Seen::Output(Output::Votes { tx, yes: true }) if *tx == self.tx => {
                self.yes.insert(node);
            }
            Seen::Output(Output::Decides { tx, commit }) => {
                self.decides(node, (*tx, *commit), protocol.setting().participants);
            }
            Seen::Crash | Seen::Failure => self.failed = true,
            Seen::Input(_) | Seen::Output(_) => {}
        }
        *self != before
    }

    fn claims(_: &P) -> Vec<Claim<P, Self>> {
        P::claims()
    }

    fn premises(_: &P) -> Vec<Premise<P, Self>> {
        let decided = || Reads::Monitor(|_, watch: &Self| not_yet(!watch.decided.is_empty()));
        let committed =
            || Reads::Monitor(|_, watch: &Self| not_yet(watch.decided.values().any(|(_, commit)| *commit)));
        vec![
            Premise::new("Agreement", "nobody decided", decided()),
            Premise::new("No reversal", "nobody decided", decided()),
            Premise::new("Unanimity", "nobody committed", committed()),
            Premise::new(
                "No needless abort",
                "no transaction got yes from every participant without a failure",
                Reads::Monitor(|protocol, watch| {
                    not_yet(!watch.failed && watch.all_agree(protocol.setting().participants))
                }),
            ),
            Premise::new("Nobody is in doubt beside a commit", "nobody committed", committed()),
            Premise::new(
                "Everybody decides",
                "nobody voted yes",
                Reads::Monitor(|_, watch| not_yet(!watch.yes.is_empty())),
            ),
        ]
    }
}

impl Watch {
    /// Whether every participant has voted yes on the latest transaction.
    fn all_agree(&self, participants: NodeId) -> bool {
        (1..=participants).all(|participant| self.yes.contains(&participant))
    }

    fn decides(&mut self, node: NodeId, (tx, commit): (Tx, bool), participants: NodeId) {
        if let Some((before, first)) = self.decided.insert(node, (tx, commit))
            && (before, first) == (tx, !commit)
        {
            self.reversed.get_or_insert((node, tx, first));
        }
        let missing = (1..=participants).find(|participant| !self.yes.contains(participant));
        if let Some(missing) = missing
            && commit
            && tx == self.tx
        {
            self.unfounded.get_or_insert((node, tx, missing));
        }
    }
}

/// The properties that both protocols are to have.
pub(super) fn claims<P: Commit>() -> Vec<Claim<P, Watch>> {
    let claim = |name, statement, source, kind, reads| Claim {
        property: Property::new(name, statement, source, kind),
        reads,
    };
    vec![
        claim(
            "Agreement",
            "No two nodes decide differently on a transaction.",
            "AC1; Babaoglu and Toueg 1993, section 2",
            Kind::Always,
            Reads::Pair(agreement::<P>),
        ),
        claim(
            "No reversal",
            "A node that has decided never decides otherwise.",
            "AC2; Babaoglu and Toueg 1993, section 2",
            Kind::Always,
            Reads::Monitor(|_, watch| no_reversal(watch)),
        ),
        claim(
            "Unanimity",
            "Commit is decided only if every participant has voted yes.",
            "AC3; Babaoglu and Toueg 1993, section 2",
            Kind::Always,
            Reads::Monitor(|_, watch| unanimity(watch)),
        ),
        claim(
            "No needless abort",
            "If every participant votes yes and nothing fails, nobody decides to abort. Something fails when a node \
             crashes, a message is lost, or an answer does not come in time.",
            "AC4; Babaoglu and Toueg 1993, section 2",
            Kind::Always,
            Reads::Monitor(|protocol, watch| no_needless_abort(protocol.setting().participants, watch)),
        ),
        claim(
            "Commit is possible",
            "Some run ends with everybody committed.",
            "Without it a protocol that always aborts would do",
            Kind::Reachable,
            Reads::Monitor(|protocol, watch| all_commit(protocol.setting().participants, watch)),
        ),
    ]
}

fn agreement<P: Commit>(_: &P, one: Named<'_, P>, other: Named<'_, P>) -> Verdict {
    for (tx, commit) in records(one.1).decisions().take(COMPARED) {
        if records(other.1).decision(tx) == Some(!commit) {
            return Err(format!(
                "{} has decided to {} T{tx}, and {} to {} it",
                name(one.0),
                decision(commit),
                name(other.0),
                decision(!commit)
            ));
        }
    }
    Ok(())
}

fn no_reversal(watch: &Watch) -> Verdict {
    watch.reversed.map_or(Ok(()), |(node, tx, first)| {
        Err(format!(
            "{} had decided to {} T{tx}, and then decided to {} it",
            name(node),
            decision(first),
            decision(!first)
        ))
    })
}

fn unanimity(watch: &Watch) -> Verdict {
    watch.unfounded.map_or(Ok(()), |(node, tx, missing)| {
        Err(format!("{} decided to commit T{tx}, and {} had not voted yes", name(node), name(missing)))
    })
}

fn no_needless_abort(participants: NodeId, watch: &Watch) -> Verdict {
    if watch.failed || !watch.all_agree(participants) {
        return Ok(());
    }
    match watch.decided.iter().find(|(_, decided)| **decided == (watch.tx, false)) {
        Some((node, (tx, _))) => Err(format!(
            "{} has decided to abort T{tx}; everybody has voted yes on it, and nothing has failed",
            name(*node)
        )),
        None => Ok(()),
    }
}

fn all_commit(participants: NodeId, watch: &Watch) -> Verdict {
    let committed = (0..=participants).filter(|node| watch.decided.get(node) == Some(&(watch.tx, true)));
    if committed.count() == usize::from(participants) + 1 {
        Ok(())
    } else {
        Err("not everybody has committed".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two participants that have both voted yes on T1, and a coordinator that decides to abort.
    fn aborted() -> Watch {
        Watch { tx: 1, yes: [1, 2].into(), decided: [(0, (1, false))].into(), ..Watch::default() }
    }

    #[test]
    fn an_abort_is_needless_where_all_have_voted_yes_and_nothing_has_failed() {
        let why = no_needless_abort(2, &aborted()).expect_err("nobody had a reason to abort");
        assert_eq!(why, "C has decided to abort T1; everybody has voted yes on it, and nothing has failed");
        for reason in [
            Watch { failed: true, ..aborted() },
            Watch { yes: [1].into(), ..aborted() },
            Watch { decided: [(0, (1, true))].into(), ..aborted() },
            // The abort was of the transaction before.
            Watch { tx: 2, ..aborted() },
        ] {
            assert_eq!(no_needless_abort(2, &reason), Ok(()));
        }
    }
}
