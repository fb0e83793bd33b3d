//! The protocols that are placed in the triangle: the one list of them. Whoever shows them receives names and titles as data.

use catalog::Recording;
use kernel::Room;
use systems::flp::Flp;
use systems::raft::RaftRoom;

use super::raft::SERVERS;

/// A protocol to be placed.
pub(super) struct Protocol {
    /// Its name in words.
    pub(super) title: &'static str,
    /// Its setting.
    pub(super) recording: Recording,
    /// How it is searched.
    pub(super) searched: Searched,
}

/// How a protocol is searched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Searched {
    /// Processes that begin with 0 or 1 and decide on one of them, in rounds or ballots.
    Decisions,
    /// Servers that elect leaders without end.
    Elections,
}

/// Every scenario of the room of consensus, then Raft from its own.
pub(super) fn all() -> Vec<Protocol> {
    let scenarios = Flp::scenarios().into_iter();
    let deciding = scenarios.map(|known| Protocol {
        title: known.title,
        recording: Recording::new(Flp::NAME, known.name, 1),
        searched: Searched::Decisions,
    });
    let electing = Protocol {
        title: "Raft, three servers",
        recording: elections(SERVERS),
        searched: Searched::Elections,
    };
    deciding.chain([electing]).collect()
}

/// A first election among so many servers.
pub(super) fn elections(servers: kernel::NodeId) -> Recording {
    let mut recording = Recording::new(RaftRoom::NAME, "first-election", 1);
    recording.options.insert("servers".to_owned(), servers.to_string());
    recording
}
