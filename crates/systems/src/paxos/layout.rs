//! Which node has which roles, and what it is called.

use std::ops::Range;

use kernel::NodeId;

/// The roles of the nodes: all in one node, or a node for each, in the order clients, proposers, acceptors, learners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Layout {
    /// Every node accepts and learns, and the first `proposers` propose as well; there are no nodes for clients.
    pub combined: bool,
    /// How many nodes are clients; where there is none, clients turn to proposers from outside.
    pub clients: NodeId,
    /// How many nodes propose.
    pub proposers: NodeId,
    /// How many nodes accept.
    pub acceptors: NodeId,
    /// How many nodes learn.
    pub learners: NodeId,
}

impl Layout {
    /// Every one of `servers` accepts and learns, and the first `proposers` propose.
    #[must_use]
    pub const fn combined(proposers: NodeId, servers: NodeId) -> Self {
        Self { combined: true, clients: 0, proposers, acceptors: servers, learners: servers }
    }

    /// How many nodes there are.
    pub(super) const fn size(&self) -> NodeId {
        if self.combined {
            self.acceptors
        } else {
            self.clients + self.proposers + self.acceptors + self.learners
        }
    }

    pub(super) const fn clients(&self) -> Range<NodeId> {
        0..self.clients
    }

    pub(super) const fn proposers(&self) -> Range<NodeId> {
        self.clients..self.clients + self.proposers
    }

    pub(super) const fn acceptors(&self) -> Range<NodeId> {
        let first = if self.combined { 0 } else { self.clients + self.proposers };
        first..first + self.acceptors
    }

    pub(super) const fn learners(&self) -> Range<NodeId> {
        let first = if self.combined { 0 } else { self.clients + self.proposers + self.acceptors };
        first..first + self.learners
    }

    /// The nodes that clients outside turn to: those for clients, or else the proposers.
    pub(super) const fn asked(&self) -> Range<NodeId> {
        if self.clients > 0 { self.clients() } else { self.proposers() }
    }

    /// The proposer that a node for a client turns to.
    pub(super) const fn proposer_of(&self, client: NodeId) -> NodeId {
        self.proposers().start + client % self.proposers
    }

    /// The proposer that is trusted to begin ballots alone.
    pub(super) const fn distinguished(&self) -> NodeId {
        self.proposers().start
    }

    /// Which of the proposers a node is, from 0.
    pub(super) fn proposer_place(&self, node: NodeId) -> NodeId {
        node.saturating_sub(self.proposers().start)
    }

    /// Nodes that nothing tells apart: acceptors that do not propose, and learners.
    pub(super) fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        let only_learners = if self.combined { 0..0 } else { self.learners() };
        let only_acceptors = if self.combined { self.proposers..self.acceptors } else { self.acceptors() };
        [only_acceptors, only_learners]
            .into_iter()
            .filter(|group| group.len() > 1)
            .map(Iterator::collect)
            .collect()
    }

    /// `S1`, where roles are combined; or `C1`, `P1`, `A1`, `L1`.
    pub(super) fn name(&self, node: NodeId) -> String {
        let groups = if self.combined {
            vec![('S', 0..self.acceptors)]
        } else {
            vec![
                ('C', self.clients()),
                ('P', self.proposers()),
                ('A', self.acceptors()),
                ('L', self.learners()),
            ]
        };
        let group = groups.into_iter().find(|(_, nodes)| nodes.contains(&node));
        group.map_or_else(
            || format!("node {}", u32::from(node) + 1),
            |(letter, nodes)| format!("{letter}{}", u32::from(node - nodes.start) + 1),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_role_and_count_from_one() {
        let apart = Layout { combined: false, clients: 1, proposers: 2, acceptors: 3, learners: 1 };
        let names: Vec<String> = (0..apart.size()).map(|node| apart.name(node)).collect();
        assert_eq!(names, ["C1", "P1", "P2", "A1", "A2", "A3", "L1"]);
        assert_eq!((apart.name(7), apart.distinguished(), apart.proposer_of(0)), ("node 8".to_owned(), 1, 1));
        assert_eq!(apart.interchangeable(), [[3, 4, 5]]);
        let one = Layout::combined(2, 4);
        assert_eq!((one.size(), one.name(3), one.interchangeable()), (4, "S4".to_owned(), vec![vec![2, 3]]));
    }
}
