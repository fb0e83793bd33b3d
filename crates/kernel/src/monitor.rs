//! What a property needs to remember of the past.

use std::fmt::Debug;

use crate::NodeId;
use crate::property::{Kind, Property, Verdict};
use crate::protocol::{Envelope, Local, Protocol};
use crate::system::Value;

/// A small value that folds what is put in and out, so that a property can speak of the past. Only what a property
/// reads belongs in it, since every distinct monitor makes another state.
pub trait Monitor<P: Protocol>: Value + Default {
    /// Whether it is told of failures ([`Seen::Failure`]). One that is not costs a search nothing.
    const SEES_FAILURES: bool = false;

    /// Takes into account what stands on the disks when a run begins, once all nodes have been started.
    fn begin(&mut self, _protocol: &P, _locals: &[Local<P>]) {}

    /// Takes one thing into account; says whether that changed anything.
    fn observe(&mut self, protocol: &P, node: NodeId, local: &Local<P>, seen: Seen<'_, P>) -> bool;

    /// Puts `map[a]` for each node `a` that it knows by its id. Only for protocols with interchangeable nodes.
    fn relabel(&mut self, _map: &[NodeId]) {}

    /// Gives names that are only ever compared (ballots, say) the least names in the same order, in the monitor, the
    /// nodes and the messages in flight alike, so that a search knows states that differ in nothing else for one.
    /// It may also put one message for all that have the same effect, and leave out those that have none any more.
    /// Says whether there is anything of the kind in this system.
    fn canonical(&mut self, _protocol: &P, _locals: &mut [Local<P>], _mail: &mut Vec<Envelope<P>>) -> bool {
        false
    }

    /// The properties that read this monitor and the nodes.
    fn claims(protocol: &P) -> Vec<Claim<P, Self>>;

    /// What has to happen for a property to say anything, by the name of the property: see [`Premise`].
    fn premises(_protocol: &P) -> Vec<Premise<P, Self>> {
        Vec::new()
    }
}

/// A property of the form "whenever this has happened, that holds" is true of every run in which this never happens, and
/// then nothing was tested. The premise is put as its denial: what holds in a state as long as it has *not* happened.
/// A search that finds the denial true in every state says so (antecedent failure: Beer et al. 2001).
pub struct Premise<P: Protocol, M> {
    /// The name of the property.
    pub property: &'static str,
    /// What never happened: `no client was answered`.
    pub denial: &'static str,
    /// The denial in code.
    pub reads: Reads<P, M>,
}

impl<P: Protocol, M> Premise<P, M> {
    /// Of which property, what never happened, and the code that is `Ok` as long as it has not.
    pub const fn new(property: &'static str, denial: &'static str, reads: Reads<P, M>) -> Self {
        Self { property, denial, reads }
    }
}

/// What a monitor sees.
#[derive(Debug)]
pub enum Seen<'a, P: Protocol> {
    /// A client asked.
    Input(&'a P::Input),
    /// A node answered.
    Output(&'a P::Output),
    /// The node lost its memory.
    Crash,
    /// A message to the node was lost, or a timer fired that waits for others: then one of them is down, or what it
    /// sent is lost or late.
    Failure,
}

/// A property of a cluster, and what it reads.
pub struct Claim<P: Protocol, M> {
    /// In words.
    pub property: Property,
    /// In code.
    pub reads: Reads<P, M>,
}

impl<P: Protocol, M> Claim<P, M> {
    /// What is claimed: its name, one sentence, where it is stated, how it is to hold, and the code that checks it.
    pub const fn new(
        name: &'static str,
        statement: &'static str,
        source: &'static str,
        kind: Kind,
        reads: Reads<P, M>,
    ) -> Self {
        Self { property: Property::new(name, statement, source, kind), reads }
    }
}

/// The verdict of a denial: it holds as long as the thing has not happened.
pub fn not_yet(happened: bool) -> Verdict {
    if happened { Err("it has happened".to_owned()) } else { Ok(()) }
}

/// A node and its id.
pub type Named<'a, P> = (NodeId, &'a Local<P>);

/// What a property reads, so that its verdict can be remembered for exactly that.
pub enum Reads<P: Protocol, M> {
    /// Each node alone.
    Node(fn(&P, NodeId, &Local<P>) -> Verdict),
    /// Each pair of nodes; the first has the smaller id.
    Pair(fn(&P, Named<'_, P>, Named<'_, P>) -> Verdict),
    /// The monitor alone.
    Monitor(fn(&P, &M) -> Verdict),
    /// Each node, with the monitor.
    NodeAndMonitor(fn(&P, NodeId, &Local<P>, &M) -> Verdict),
    /// All nodes together, in order, with the monitor. Nothing smaller is remembered, so a search asks anew in each
    /// state.
    Nodes(fn(&P, &[&Local<P>], &M) -> Verdict),
}

impl<P: Protocol, M> Debug for Claim<P, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.property.fmt(f)
    }
}

/// For protocols without a property that looks back.
impl<P: Protocol> Monitor<P> for () {
    fn observe(&mut self, _: &P, _: NodeId, _: &Local<P>, _: Seen<'_, P>) -> bool {
        false
    }

    fn claims(_: &P) -> Vec<Claim<P, Self>> {
        Vec::new()
    }
}
