//! A cluster: a protocol on every node, a network between them, and faults.
//!
//! `Cluster<P, M>` makes a [`System`](crate::System) of every [`Protocol`]. The parts:
//!
//! - `state`: the nodes, the messages in flight, the links, what faults have cost, the monitor;
//! - `budget`: what may go wrong, and how often;
//! - `event`: what can happen, and which of it is possible;
//! - `network`: latency, loss, duplication, cut and slow links;
//! - `apply`: what each event does;
//! - `search`: what a search needs to know beyond that;
//! - `system`: the cluster as a [`System`](crate::System);
//! - `describe`: the cluster in words; `actions`: what a reader can do to it.
//!
//! Facts about the network: messages are not ordered; a message across a cut link, or to a node that is down, stays
//! in flight until it would arrive and is lost then, so a link that heals in time lets it pass.

mod actions;
mod apply;
mod budget;
mod describe;
mod event;
mod network;
mod search;
mod state;
mod system;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use budget::Budget;
pub use event::Event;
pub use network::{Network, Wire};
pub use state::State;

use crate::NodeId;
use crate::describe::{Describe, KeyEvent};
use crate::monitor::{Claim, Monitor};
use crate::property::{Kind, Property};
use crate::protocol::{Local, Protocol};
use crate::system::Mark;
use crate::time::Delay;

/// A protocol on `size` nodes, a network, and what may go wrong.
#[derive(Debug)]
pub struct Cluster<P: Protocol, M> {
    /// What every node runs.
    pub protocol: P,
    /// How many nodes there are.
    pub size: NodeId,
    /// The links.
    pub network: Network,
    /// What an exploration may do to the cluster. A reader may do more.
    pub budget: Budget,
    /// Nodes whose outbox an adversary edits.
    pub byzantine: BTreeSet<NodeId>,
    /// How long a tick of each node's clock takes, and by how many ticks clocks may differ; `None`: no clocks.
    pub clocks: Option<(Delay, u64)>,
    /// How long the workload waits between two requests.
    pub workload: Delay,
    /// What is on the disks at the start; nodes beyond the list start with an empty one.
    pub disks: Vec<P::Disk>,
    /// A message that would neither change its receiver nor make it say anything is not delivered: it stays in
    /// flight. So do the actors of some checkers, whose counts can be compared then.
    pub leave_ignored: bool,
    /// A node that crashes never comes back, and what is sent to it stays in flight for good.
    pub crash_is_final: bool,
    /// In a search, so many of the nodes that crash come back at most.
    pub restarts: u32,
    /// It is searched: timers keep to [`Protocol::awaits`]. A timed run dates them, so there a timeout is as reliable
    /// as it is long.
    pub searched: bool,
    /// How a step tells what it put out.
    voice: Voice<P>,
    /// The properties, and after them the denials of their premises.
    claims: Vec<Claim<P, M>>,
    /// Where the denials begin.
    properties: usize,
    /// The property of each denial.
    premises: Vec<usize>,
}

/// What outputs are in words and on the time bar. A step says it while it happens, and needs no [`Describe`] for it.
#[derive(Debug)]
struct Voice<P: Protocol> {
    words: fn(&P, NodeId, &P::Output) -> Option<String>,
    mark: fn(&P, &P::Output) -> Option<Mark>,
    timer_mark: fn(&P, &P::Timer) -> Option<Mark>,
    story: Story<P>,
}

/// A key event in a sentence, by who had it and what the node is after it.
type Story<P> = fn(&P, NodeId, &Local<P>, KeyEvent<'_, P>) -> Option<String>;

impl<P: Describe, M: Monitor<P>> Cluster<P, M> {
    /// A cluster with empty disks on a network without faults, and without clients.
    pub fn new(protocol: P, size: NodeId) -> Self {
        let voice =
            Voice { words: P::describe_output, mark: P::mark, timer_mark: P::timer_mark, story: P::story };
        Self { voice, ..Self::undescribed(protocol, size) }
    }
}

impl<P: Protocol, M: Monitor<P>> Cluster<P, M> {
    /// A cluster of a protocol that nobody has put in words: for searches.
    pub fn undescribed(protocol: P, size: NodeId) -> Self {
        let mut claims = M::claims(&protocol);
        let properties = claims.len();
        let place = |name| claims.iter().position(|claim| claim.property.name == name);
        // A property that this setting does not have needs no premise.
        let premises = M::premises(&protocol).into_iter();
        let premises: Vec<_> = premises.filter_map(|one| Some((place(one.property)?, one))).collect();
        let (premises, denials): (Vec<usize>, Vec<_>) = premises.into_iter().unzip();
        claims.extend(denials.into_iter().map(|one| Claim {
            property: Property::new(one.denial, one.denial, "", Kind::Always),
            reads: one.reads,
        }));
        Self {
            protocol,
            size,
            network: Network::default(),
            budget: Budget::default(),
            byzantine: BTreeSet::new(),
            clocks: None,
            workload: Delay::Never,
            disks: Vec::new(),
            leave_ignored: false,
            crash_is_final: false,
            restarts: u32::MAX,
            searched: false,
            voice: Voice {
                words: |_, _, output| Some(format!("{output:?}")),
                mark: |_, _| None,
                timer_mark: |_, _| None,
                story: |_, _, _, _| None,
            },
            claims,
            properties,
            premises,
        }
    }

    /// What is claimed of it, with the code that checks it; after the properties stand the denials of their premises.
    pub fn claims(&self) -> &[Claim<P, M>] {
        &self.claims
    }

    /// Who a node is, as [`crate::Local::step`] wants to know it.
    pub fn identity(&self, node: NodeId) -> (NodeId, NodeId, bool) {
        (node, self.size, self.byzantine.contains(&node))
    }
}
