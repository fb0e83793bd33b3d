//! The state of a cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use super::budget::Budget;
use super::network::Wire;
use crate::protocol::{Envelope, Local, Protocol};
use crate::{MessageId, NodeId};

/// Everything that the future of a cluster depends on.
#[derive(Clone)]
pub struct State<P: Protocol, M> {
    /// The nodes, by id.
    pub locals: Vec<Local<P>>,
    /// The messages in flight.
    pub mail: BTreeMap<MessageId, Envelope<P>>,
    /// The links that are cut or slow; all others are ordinary.
    pub wires: BTreeMap<(NodeId, NodeId), Wire>,
    /// What has happened of what a budget limits.
    pub spent: Budget,
    /// What properties remember of the past.
    pub monitor: M,
    pub(super) next_message: MessageId,
    /// The nodes of each kind, and the kind of each node. Follows from `locals`.
    pub(super) kinds: (BTreeMap<u64, BTreeSet<NodeId>>, Vec<u64>),
}

impl<P: Protocol, M> State<P, M> {
    /// The link from one node to another.
    pub fn wire(&self, from: NodeId, to: NodeId) -> Wire {
        if self.wires.is_empty() {
            return Wire::default();
        }
        self.wires.get(&(from, to)).copied().unwrap_or_default()
    }

    /// The node may have become of another kind.
    pub(super) fn sort_in(&mut self, node: NodeId, kind: u64) {
        let (members, kinds) = &mut self.kinds;
        let old = std::mem::replace(&mut kinds[usize::from(node)], kind);
        if old == kind {
            return;
        }
        if let Some(group) = members.get_mut(&old) {
            group.remove(&node);
            if group.is_empty() {
                members.remove(&old);
            }
        }
        members.entry(kind).or_default().insert(node);
    }

    /// One node of each kind, other than `node`.
    pub(super) fn one_of_each_kind(&self, node: NodeId) -> impl Iterator<Item = NodeId> {
        self.kinds.0.values().filter_map(move |group| group.iter().copied().find(|&other| other != node))
    }

    /// The messages in flight as a multiset: in order of what they are, not of when they were sent.
    pub fn mail_sorted(&self) -> Vec<&Envelope<P>> {
        let mut mail: Vec<_> = self.mail.values().collect();
        mail.sort_unstable();
        mail
    }
}

/// Message ids mean something only along one execution: two states are equal when the same messages are in flight,
/// whatever their ids.
impl<P: Protocol, M: PartialEq> PartialEq for State<P, M> {
    fn eq(&self, other: &Self) -> bool {
        self.spent == other.spent
            && self.wires == other.wires
            && self.mail.len() == other.mail.len()
            && self.monitor == other.monitor
            && self.locals == other.locals
            && self.mail_sorted() == other.mail_sorted()
    }
}

impl<P: Protocol, M: Eq> Eq for State<P, M> {}

impl<P: Protocol, M: Hash> Hash for State<P, M> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.locals, &self.wires, &self.spent, &self.monitor).hash(hasher);
        self.mail_sorted().hash(hasher);
    }
}

impl<P: Protocol, M: Debug> Debug for State<P, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("locals", &self.locals)
            .field("mail", &self.mail_sorted())
            .field("wires", &self.wires)
            .field("spent", &self.spent)
            .field("monitor", &self.monitor)
            .finish_non_exhaustive()
    }
}
