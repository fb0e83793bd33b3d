//! The moments at which a crash makes a difference.

use kernel::Moment;

use super::super::moments::{self, asking, participants, pre_commit, takes_part, telling};
use super::{COORDINATOR, Nodes, Round, Says, ThreePhase, records};

type ThreePhaseState = moments::CommitState<ThreePhase>;

/// In the order of a run: those of the coordinator, then those of a participant.
pub(super) fn all() -> Vec<Moment<Nodes>> {
    let mut list = asking();
    list.extend([
        Moment { name: "has pre-committed, told nobody", at: |_, now, me| left(now, me) == Some((0, true)) },
        Moment {
            name: "has told some of the pre-commit",
            at: |_, now, me| left(now, me).is_some_and(|(told, more)| told > 0 && more),
        },
        Moment {
            name: "has told all of the pre-commit",
            at: |_, now, me| left(now, me).is_some_and(|(_, more)| !more),
        },
    ]);
    list.extend(telling());
    list.extend([
        Moment {
            name: "has not voted",
            at: |_, now, me| {
                takes_part(now, me, |local, tx| {
                    let records = records(local);
                    !records.holds(tx, Says::Yes) && records.decision(tx).is_none()
                })
            },
        },
        Moment {
            name: "has voted yes, is in doubt",
            at: |_, now, me| {
                takes_part(now, me, |local, tx| {
                    records(local).doubt() == Some(tx) && !records(local).holds(tx, Says::PreCommit)
                })
            },
        },
        Moment {
            name: "is pre-committed",
            at: |_, now, me| {
                takes_part(now, me, |local, tx| {
                    records(local).doubt() == Some(tx) && records(local).holds(tx, Says::PreCommit)
                })
            },
        },
        Moment {
            name: "knows the decision",
            at: |_, now, me| takes_part(now, me, |local, tx| records(local).decision(tx).is_some()),
        },
    ]);
    list
}

/// How many the coordinator has told of the pre-commit, and whether it has still to tell some.
fn left(now: &ThreePhaseState, me: super::NodeId) -> Option<(usize, bool)> {
    let local = now.locals.get(usize::from(me)).filter(|_| me == COORDINATOR)?;
    let round = local.ram.as_ref()?.round.as_ref()?;
    let left = moments::left(now, me, pre_commit);
    matches!(round, Round::Acks { .. }).then(|| (participants(now).count() - left, left > 0))
}
