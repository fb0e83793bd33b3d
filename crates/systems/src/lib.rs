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

/// Gives `$with` every room, in the order of the gallery, each with the name of its part: the page loads the code of a
/// room when it is opened.
#[macro_export]
macro_rules! parts {
    ($with:ident) => {
        $with! {
            raft: $crate::raft::RaftRoom;
            paxos: $crate::paxos::PaxosRoom;
            multi_paxos: $crate::multi_paxos::MultiPaxosRoom;
            flp: $crate::flp::Flp;
            work: $crate::chain::work::WorkRoom;
            stake: $crate::chain::stake::StakeRoom;
            counters: $crate::crdt::replication::CounterRoom;
            sets: $crate::crdt::replication::SetRoom;
            registers: $crate::crdt::replication::RegisterRoom;
            text: $crate::crdt::replication::TextRoom;
            two_phase: $crate::commit::two_phase::TwoPhaseRoom;
            three_phase: $crate::commit::three_phase::ThreePhaseRoom;
            reference_tcommit: $crate::reference::TCommitRoom;
            reference_two_phase: $crate::reference::TwoPhaseRoom;
            reference_voting: $crate::reference::VotingRoom;
            reference_paxos: $crate::reference::PaxosRoom;
            single_copy_register: $crate::reference::SingleCopyRegisterRoom;
            abd_register: $crate::reference::AbdRegisterRoom;
            paxos_clients: $crate::reference::PaxosClientsRoom;
        }
    };
}

macro_rules! visit_each {
    ($($part:ident: $room:ty;)+) => {
        /// Visits every room, in the order of the gallery.
        pub fn each(visitor: &mut impl Visit) {
            $(visitor.visit::<$room>();)+
        }
    };
}

parts!(visit_each);
