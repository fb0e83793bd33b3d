//! Three protocols of one message: each process tells its input, and decides on what it has heard.

use kernel::NodeId;
use serde::{Deserialize, Serialize};

use super::{Algorithm, Bit, Consensus, Cx, Message, Next, Set, majority};

/// The values heard, the process's own among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Gather {
    /// From whom.
    pub(super) heard: Set,
    /// Who of them has 1.
    pub(super) ones: Set,
}

impl Gather {
    pub(super) fn begin(input: Bit, cx: Cx<'_, '_>) -> Self {
        cx.broadcast(&Message::Value(input));
        let me = 1 << cx.me();
        Self { heard: me, ones: if input == 1 { me } else { 0 } }
    }

    pub(super) fn hear(&mut self, protocol: &Consensus, from: NodeId, value: Bit, cx: Cx<'_, '_>) -> Next {
        self.heard |= 1 << from;
        self.ones |= value << from;
        let needed = match protocol.algorithm {
            Algorithm::FirstHeard => {
                cx.note("First value heard", "decides the first value that another sends");
                return Next::Decides(value);
            }
            Algorithm::WaitForAll => u32::from(cx.size()),
            Algorithm::Majority | Algorithm::Coordinator | Algorithm::Ballots | Algorithm::Rounds { .. } => {
                majority(cx.size())
            }
        };
        if self.heard.count_ones() < needed {
            return Next::Goes;
        }
        cx.note("Enough values", "decides what most of the values heard are, and 0 on a tie");
        Next::Decides(Bit::from(2 * self.ones.count_ones() > self.heard.count_ones()))
    }
}
