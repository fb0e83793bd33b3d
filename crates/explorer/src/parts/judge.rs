//! Verdicts and decisions, remembered for exactly what they read.

use kernel::{Monitor, Protocol, Reads, Touched};
use rustc_hash::FxHashMap;

use super::Parts;
use crate::intern::{grown, list_bytes};

const UNKNOWN: u8 = 0;
const HOLDS: u8 = 1;
const BROKEN: u8 = 2;
const UNDECIDED: u8 = 254;
const NOT_ASKED: u8 = 255;

/// What has been found out.
pub(super) struct Judge {
    /// For each claim and node, by local state.
    nodes: Vec<Vec<Vec<u8>>>,
    /// For each claim, by monitor.
    monitors: Vec<Vec<u8>>,
    /// By claim and pair of nodes, and the local states; or claim and node, local state and monitor.
    pairs: FxHashMap<(u32, u32, u32), bool>,
    /// For each node, by local state.
    decided: Vec<Vec<u8>>,
    /// For each node, by local state: whether a limit can withhold something from it.
    restless: Vec<Vec<u8>>,
    /// The state decoded last, and its slice.
    decoded: u32,
    slice: Vec<u32>,
}

impl Judge {
    pub(super) fn new(claims: usize, nodes: usize) -> Self {
        Self {
            nodes: vec![vec![Vec::new(); nodes]; claims],
            monitors: vec![Vec::new(); claims],
            pairs: FxHashMap::default(),
            decided: vec![Vec::new(); nodes],
            restless: vec![Vec::new(); nodes],
            decoded: u32::MAX,
            slice: Vec::new(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        // An entry, and its byte of control; of eight places seven are used.
        let pairs = grown(
            self.pairs.len(),
            self.pairs.capacity(),
            (size_of::<((u32, u32, u32), bool)>() + 1) * 8 / 7,
        );
        let nodes = self.nodes.iter().flatten().chain(&self.monitors).chain(&self.decided);
        pairs + nodes.map(list_bytes).sum::<usize>()
    }
}

fn remembered(list: &mut Vec<u8>, index: u32, find: impl FnOnce() -> bool) -> bool {
    let index = index as usize;
    if list.len() <= index {
        list.resize(index + 1, UNKNOWN);
    }
    // Parts are numbered from 0 on, so a list by number does: one look, and a byte for each.
    if list[index] == UNKNOWN {
        list[index] = if find() { HOLDS } else { BROKEN };
    }
    list[index] == HOLDS
}

impl<P: Protocol, M: Monitor<P>> Parts<P, M> {
    pub(super) fn judged(&mut self, index: u32, claim: usize, touched: Touched) -> bool {
        // Without a look at the state: what the claim reads is as it was in the state before, and there it
        // held, or its first violation is known already.
        if !touched.any() || (self.reads_monitor(claim) && !touched.monitor) {
            return true;
        }
        let mut slice = std::mem::take(&mut self.judge.slice);
        if self.judge.decoded != index {
            self.slices.decode(index, &mut slice);
            self.judge.decoded = index;
        }
        let holds = self.judge_slice(&slice, claim, touched);
        self.judge.slice = slice;
        holds
    }

    /// Whether the claim is about the monitor alone.
    fn reads_monitor(&self, claim: usize) -> bool {
        matches!(self.cluster.claims()[claim].reads, Reads::Monitor(_))
    }

    fn judge_slice(&mut self, slice: &[u32], claim: usize, touched: Touched) -> bool {
        let n = self.nodes();
        let Self { cluster, locals, monitors, judge, .. } = self;
        let protocol = &cluster.protocol;
        let local = |node: usize| &locals[slice[node] as usize];
        let monitor = slice[n];
        // A step changes one node: the others had their verdict in the state before.
        let concerned = |node: usize| touched.everything || touched.node.map(usize::from) == Some(node);
        match cluster.claims()[claim].reads {
            Reads::Node(holds) => (0..n).filter(|&node| concerned(node)).all(|node| {
                let known = &mut judge.nodes[claim][node];
                remembered(known, slice[node], || holds(protocol, node as u16, local(node)).is_ok())
            }),
            Reads::Pair(holds) => (0..n).filter(|&a| concerned(a)).all(|a| {
                (0..n).filter(|&b| b != a).all(|b| {
                    let (a, b) = (a.min(b), a.max(b));
                    // In one order, so that (a, b) and (b, a) are asked once. The nodes are in the key, since
                    // a claim may say who they are.
                    let key = ((claim << 24 | a << 12 | b) as u32, slice[a], slice[b]);
                    *judge.pairs.entry(key).or_insert_with(|| {
                        holds(protocol, (a as u16, local(a)), (b as u16, local(b))).is_ok()
                    })
                })
            }),
            Reads::Monitor(holds) => {
                !(touched.monitor || touched.everything)
                    || remembered(&mut judge.monitors[claim], monitor, || {
                        holds(protocol, &monitors[monitor as usize]).is_ok()
                    })
            }
            Reads::NodeAndMonitor(holds) => {
                // A monitor that changed concerns the claim at every node.
                (0..n).filter(|&node| touched.monitor || concerned(node)).all(|node| {
                    let key = ((claim << 24 | node) as u32, slice[node], monitor);
                    *judge.pairs.entry(key).or_insert_with(|| {
                        holds(protocol, node as u16, local(node), &monitors[monitor as usize]).is_ok()
                    })
                })
            }
            Reads::Nodes(holds) => {
                // Too many combinations to be worth remembering.
                let all: Vec<_> = (0..n).map(local).collect();
                holds(protocol, &all, &monitors[monitor as usize]).is_ok()
            }
        }
    }

    pub(super) fn decided(&mut self, index: u32) -> u16 {
        let n = self.nodes();
        let mut slice = std::mem::take(&mut self.judge.slice);
        if self.judge.decoded != index {
            self.slices.head(index, n, &mut slice);
            // Only the nodes were decoded: whoever wants the rest must not take this for the whole slice.
            self.judge.decoded = u32::MAX;
        }
        let mut set = 0;
        let (locals, protocol) = (&self.locals, &self.cluster.protocol);
        for (node, &local) in slice[..n].iter().enumerate() {
            let known = &mut self.judge.decided[node];
            if known.len() <= local as usize {
                known.resize(local as usize + 1, NOT_ASKED);
            }
            let decided = &mut known[local as usize];
            if *decided == NOT_ASKED {
                *decided = protocol.decided(node as u16, &locals[local as usize]).unwrap_or(UNDECIDED);
            }
            // From 16 on: undecided, or an outcome that a set of 16 bits cannot hold.
            if *decided < 16 {
                set |= 1 << *decided;
            }
        }
        self.judge.slice = slice;
        set
    }

    /// Whether anything could be withheld in a state: quick, so that states in which nothing is are not put together.
    pub(super) fn may_withhold(&mut self, index: u32) -> bool {
        // That no request is allowed may be what is withheld, and to know that takes the whole state.
        if self.cluster.budget.requests == 0 {
            return true;
        }
        let n = self.nodes();
        let mut slice = std::mem::take(&mut self.judge.slice);
        if self.judge.decoded != index {
            self.slices.decode(index, &mut slice);
            self.judge.decoded = index;
        }
        let (locals, protocol) = (&self.locals, &self.cluster.protocol);
        let spent = self.worlds[slice[n + 1] as usize].0;
        let timers = spent.timeouts >= self.cluster.budget.timeouts || spent.unreliable();
        let restless = slice[..n].iter().enumerate().any(|(node, &number)| {
            // Two answers for each local state: with timers held back, and without.
            remembered(&mut self.judge.restless[node], number * 2 + u32::from(timers), || {
                let local = &locals[number as usize];
                let runs = || local.timers.iter().any(|(timer, _)| !protocol.own_step(timer));
                (timers && runs()) || protocol.halted(node as u16, n as u16, local)
            })
        });
        self.judge.slice = slice;
        restless
    }
}
