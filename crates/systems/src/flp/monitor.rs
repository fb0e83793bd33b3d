//! What consensus is, and what must be remembered to say so: which inputs there were.
//!
//! Fischer, Lynch and Paterson ask less, and show that even that is impossible, which makes the theorem stronger: both
//! 0 and 1 are possible decisions (of the whole protocol; a protocol that always decides 0 is excluded, and no more),
//! and *some* process decides in every admissible run.

use kernel::{
    Claim, Describe, Kind, Local, Monitor, Named, NodeId, Premise, Property, Reads, Seen, Verdict, not_yet,
};
use serde::{Deserialize, Serialize};

use super::{Consensus, Output};

/// The inputs that some process began with: bit 0 for 0, bit 1 for 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Watch {
    pub(super) inputs: u8,
}

impl Monitor<Consensus> for Watch {
    fn observe(&mut self, _: &Consensus, _: NodeId, _: &Local<Consensus>, seen: Seen<'_, Consensus>) -> bool {
        let before = self.inputs;
        if let Seen::Output(Output::Begun(input)) = seen {
            self.inputs |= 1 << input;
        }
        self.inputs != before
    }

    fn claims(_: &Consensus) -> Vec<Claim<Consensus, Self>> {
        let claim = |name, statement, source, kind, reads| Claim {
            property: Property::new(name, statement, source, kind),
            reads,
        };
        vec![
            claim(
                "Agreement",
                "No two processes decide differently, whether they crash afterwards or not.",
                "Fischer, Lynch and Paterson 1985, section 2",
                Kind::Always,
                Reads::Pair(agreement),
            ),
            claim(
                "Validity",
                "What is decided is the input of some process. The theorem asks less: that 0 is decided in some run and \
                 1 in some run.",
                "Stronger than Fischer, Lynch and Paterson 1985, section 2",
                Kind::Always,
                Reads::NodeAndMonitor(validity),
            ),
            claim(
                "Termination",
                "Every process that does not crash decides, as long as at most one crashes and every message \
                 arrives at last. The theorem asks less: that some process decides.",
                "Stronger than Fischer, Lynch and Paterson 1985, section 2",
                Kind::Eventually,
                Reads::Node(termination),
            ),
        ]
    }

    fn premises(_: &Consensus) -> Vec<Premise<Consensus, Self>> {
        let decided = || Reads::Node(|_, _, local: &Local<Consensus>| not_yet(local.disk.decided.is_some()));
        vec![
            Premise::new("Agreement", "no process decided", decided()),
            Premise::new("Validity", "no process decided", decided()),
        ]
    }
}

fn agreement(protocol: &Consensus, one: Named<'_, Consensus>, other: Named<'_, Consensus>) -> Verdict {
    match (one.1.disk.decided, other.1.disk.decided) {
        (Some(here), Some(there)) if here != there => {
            let names = (protocol.node_name(one.0), protocol.node_name(other.0));
            Err(format!("{} decides {here}, and {} decides {there}.", names.0, names.1))
        }
        _ => Ok(()),
    }
}

fn validity(protocol: &Consensus, me: NodeId, local: &Local<Consensus>, watch: &Watch) -> Verdict {
    match local.disk.decided {
        Some(value) if watch.inputs >> value & 1 == 0 => {
            Err(format!("{} decides {value}, and no process began with it.", protocol.node_name(me)))
        }
        _ => Ok(()),
    }
}

fn termination(protocol: &Consensus, me: NodeId, local: &Local<Consensus>) -> Verdict {
    if local.up() && local.disk.decided.is_none() {
        return Err(format!("{} has not decided.", protocol.node_name(me)));
    }
    Ok(())
}
