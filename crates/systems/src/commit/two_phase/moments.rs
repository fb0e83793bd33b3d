//! The moments at which a crash makes a difference.

use kernel::Moment;

use super::super::moments::{asking, takes_part, telling};
use super::{Nodes, Says, records};

/// In the order of a run: those of the coordinator, then those of a participant.
pub(super) fn all() -> Vec<Moment<Nodes>> {
    let mut list = asking();
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
            at: |_, now, me| takes_part(now, me, |local, tx| records(local).doubt() == Some(tx)),
        },
        Moment {
            name: "knows the decision",
            at: |_, now, me| takes_part(now, me, |local, tx| records(local).decision(tx).is_some()),
        },
    ]);
    list
}
