//! The systems, one folder each, and what they share in `shared`. A folder is a chapter: it opens with what a reader needs
//! to know.

pub mod chain;
pub mod commit;
pub mod crdt;
pub mod flp;
pub mod multi_paxos;
pub mod paxos;
pub mod raft;
pub mod reference;
pub mod shared;

use kernel::Visit;

/// Gives `$with` every room, in the order of the gallery, and in parts: the page loads the code of a part when the first
/// of its rooms is opened. Rooms that share most of their code are one part.
#[macro_export]
macro_rules! parts {
    ($with:ident) => {
        $with! {
            raft: $crate::raft::RaftRoom;
            paxos: $crate::paxos::PaxosRoom;
            multi_paxos: $crate::multi_paxos::MultiPaxosRoom;
            flp: $crate::flp::Flp;
            chain: $crate::chain::work::WorkRoom, $crate::chain::stake::StakeRoom;
            crdt:
                $crate::crdt::replication::CounterRoom, $crate::crdt::replication::SetRoom,
                $crate::crdt::replication::RegisterRoom, $crate::crdt::replication::TextRoom;
            commit: $crate::commit::two_phase::TwoPhaseRoom, $crate::commit::three_phase::ThreePhaseRoom;
            reference:
                $crate::reference::TCommitRoom, $crate::reference::TwoPhaseRoom, $crate::reference::VotingRoom,
                $crate::reference::PaxosRoom;
            registers:
                $crate::reference::SingleCopyRegisterRoom, $crate::reference::AbdRegisterRoom,
                $crate::reference::PaxosClientsRoom;
        }
    };
}

macro_rules! visit_each {
    ($($part:ident: $($room:ty),+;)+) => {
        /// Visits every room, in the order of the gallery.
        pub fn each(visitor: &mut impl Visit) {
            $($(visitor.visit::<$room>();)+)+
        }
    };
}

parts!(visit_each);
