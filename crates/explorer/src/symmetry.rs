//! States that differ only in which of some interchangeable nodes is which.
//!
//! Each state is known by the least of its orbit, so that the states counted are orbits exactly: all relabellings are
//! compared, but for those that cannot matter. Nodes that differ in their signature need not be exchanged, since the
//! least is looked for among the orders by signature; and where exchanging neighbours changes nothing, no order of the
//! whole group does.

use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::{Alike, NodeId};

/// The groups of interchangeable nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symmetry {
    groups: Vec<Vec<NodeId>>,
    size: NodeId,
}

impl Symmetry {
    pub(crate) fn of<S: Alike>(system: &S) -> Self {
        let groups = system.interchangeable().into_iter().filter(|group| group.len() > 1).collect();
        Self { groups, size: system.places() }
    }

    /// No two nodes are interchangeable.
    pub(crate) fn is_trivial(&self) -> bool {
        self.groups.is_empty()
    }

    /// The least state of the orbit.
    pub(crate) fn least<S: Alike>(&self, system: &S, state: S::State) -> S::State {
        if self.is_trivial() {
            return state;
        }
        // Signatures do not depend on which node is which, so every state of the orbit is sorted into the
        // same signatures. Only nodes that share one are left to be tried in every order.
        let sorted = self.sorted(system, state);
        let mut classes: Vec<Vec<NodeId>> = Vec::new();
        for group in &self.groups {
            for class in group.chunk_by(|&a, &b| system.signature(&sorted, a) == system.signature(&sorted, b))
            {
                // Swaps of neighbours generate all orders. If none of them changes the state no order does,
                // and the factorial many need not be tried.
                let swaps = |pair: &[NodeId]| system.relabel(&sorted, &self.swap(pair[0], pair[1])) != sorted;
                if class.windows(2).any(swaps) {
                    classes.push(class.to_vec());
                }
            }
        }
        // By hash. Where two states of an orbit had the same one, the orbit could be counted twice, and
        // nothing would be missed.
        let mut least = (number(&sorted), sorted.clone());
        let mut map: Vec<NodeId> = (0..self.size).collect();
        try_all(&classes, &mut map, &mut |map| {
            let other = system.relabel(&sorted, map);
            let candidate = number(&other);
            if candidate < least.0 {
                least = (candidate, other);
            }
        });
        least.1
    }

    /// The state with the nodes of each group in order of their signatures.
    fn sorted<S: Alike>(&self, system: &S, state: S::State) -> S::State {
        let mut map: Vec<NodeId> = (0..self.size).collect();
        for group in &self.groups {
            let mut order = group.clone();
            // A stable sort: a state that is sorted already is not relabelled.
            order.sort_by_key(|&node| system.signature(&state, node));
            for (&place, &node) in group.iter().zip(&order) {
                map[usize::from(node)] = place;
            }
        }
        if map.iter().zip(0..).all(|(&place, node)| place == node) {
            return state;
        }
        system.relabel(&state, &map)
    }

    fn swap(&self, a: NodeId, b: NodeId) -> Vec<NodeId> {
        let mut map: Vec<NodeId> = (0..self.size).collect();
        map.swap(usize::from(a), usize::from(b));
        map
    }
}

fn number(state: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    state.hash(&mut hasher);
    hasher.finish()
}

/// Every order of the nodes within each class, the classes independently.
fn try_all(classes: &[Vec<NodeId>], map: &mut Vec<NodeId>, visit: &mut impl FnMut(&[NodeId])) {
    let Some((class, rest)) = classes.split_first() else {
        visit(map);
        return;
    };
    permute(&mut class.clone(), 0, &mut |order| {
        for (&node, &place) in class.iter().zip(order) {
            map[usize::from(node)] = place;
        }
        try_all(rest, map, &mut *visit);
    });
}

fn permute(order: &mut Vec<NodeId>, from: usize, visit: &mut dyn FnMut(&[NodeId])) {
    if from + 1 >= order.len() {
        visit(order);
        return;
    }
    for at in from..order.len() {
        order.swap(from, at);
        permute(order, from + 1, visit);
        order.swap(from, at);
    }
}
