//! The systems, one folder each. A folder is a chapter: it opens with what a reader needs to know.

pub mod commit;
pub mod flp;
pub mod multi_paxos;
pub mod paxos;
pub mod raft;
pub mod reference;
mod rules;
pub mod store;

use kernel::Visit;

/// Visits every room, in the order of the gallery.
pub fn each(visitor: &mut impl Visit) {
    visitor.visit::<raft::RaftRoom>();
    visitor.visit::<paxos::PaxosRoom>();
    visitor.visit::<multi_paxos::MultiPaxosRoom>();
    visitor.visit::<flp::Flp>();
    visitor.visit::<commit::two_phase::TwoPhaseRoom>();
    visitor.visit::<commit::three_phase::ThreePhaseRoom>();
    reference::each(visitor);
}
