//! A graph as a tree: every schedule a node of its own, or every state once.
//!
//! Nodes stand in breadth-first order: the roots, then their children, and so on, the children of a node together
//! and in the order of their parents. So a layer is a stretch of numbers, and parents grow with their children.

use std::ops::Range;

use explorer::Graph;

/// A tree of schedules: a node is a way to a state, its children are what may happen next. Or, as
/// [`Unfolding::spanning`], the first way to each state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfolding {
    /// How many of the nodes are roots: the first ones.
    pub roots: usize,
    /// The parent of each node; of a root, itself.
    pub parent: Vec<u32>,
    /// The state at each node.
    pub state: Vec<u32>,
    /// Which successor of its parent's state a node is; 0 for a root.
    pub edge: Vec<u32>,
    /// Whether a node has children that are not there: its state has successors, and it was cut off or is closed.
    pub closed: Vec<bool>,
}

/// A WebAssembly engine improves a function between calls, not within one: long work is many calls.
const SLICE: usize = 4_096;

impl Unfolding {
    /// Only roots, all closed.
    #[must_use]
    pub fn roots(graph: &Graph, roots: &[u32]) -> Self {
        let count = roots.len();
        Self {
            roots: count,
            parent: (0..count as u32).collect(),
            state: roots.to_vec(),
            edge: vec![0; count],
            closed: roots.iter().map(|&state| !graph.successors(state).is_empty()).collect(),
        }
    }

    /// All schedules of at most `depth` steps, as far as there is room for `nodes`: a node has all its children or
    /// none, and the first one whose children do not fit is the last to be looked at.
    #[must_use]
    pub fn of(graph: &Graph, roots: &[u32], depth: usize, nodes: usize) -> Self {
        let mut tree = Self::roots(graph, roots);
        // Whole layers: the nodes that `open` adds stand behind all of this layer, so order by layers comes
        // by itself.
        let mut layer = 0..tree.len();
        for _ in 0..depth {
            if layer.is_empty() {
                break;
            }
            let below = tree.len();
            while !layer.is_empty() {
                let end = layer.end.min(layer.start + SLICE);
                if !tree.open(graph, layer.start..end, nodes) {
                    return tree;
                }
                layer.start = end;
            }
            layer = below..tree.len();
        }
        tree
    }

    /// Each state once, where a breadth-first search meets it first, as far as there is room for `nodes`. Closed is
    /// only what was cut off.
    #[must_use]
    pub fn spanning(graph: &Graph, roots: &[u32], nodes: usize) -> Self {
        let mut tree = Self::roots(graph, roots);
        let mut met = vec![false; graph.len()];
        roots.iter().for_each(|&root| meet(&mut met, root));
        let mut next = 0;
        while next < tree.len() {
            let end = tree.len().min(next + SLICE);
            if !tree.open_new(graph, next..end, nodes, &mut met) {
                break;
            }
            next = end;
        }
        tree
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// The transitions between the states that stand here, each at its last node, by the numbers of the nodes: where
    /// those of a node begin in the second list (and where the last one's end), and where they lead.
    #[must_use]
    pub fn links(&self, graph: &Graph) -> (Vec<u32>, Vec<u32>) {
        let mut node = vec![u32::MAX; graph.len()];
        for (place, &state) in (0..).zip(&self.state) {
            node[state as usize] = place;
        }
        let (mut starts, mut targets) = (vec![0], Vec::new());
        for &state in &self.state {
            let known = graph.successors(state).iter().map(|&next| node[next as usize]);
            targets.extend(known.filter(|&next| next != u32::MAX));
            starts.push(targets.len() as u32);
        }
        (starts, targets)
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }

    /// Whether nodes have children that are not there.
    #[must_use]
    pub fn cut(&self) -> bool {
        self.closed.contains(&true)
    }

    /// The children of a node that are there.
    #[must_use]
    pub fn children(&self, node: u32) -> Range<u32> {
        // Without the roots, which are their own parents: only behind them do parents grow with their
        // children.
        let below = &self.parent[self.roots..];
        let start = self.roots + below.partition_point(|&parent| parent < node);
        let end = start + self.parent[start..].partition_point(|&parent| parent == node);
        start as u32..end as u32
    }

    /// The nodes from a root to a node.
    #[must_use]
    pub fn path(&self, node: u32) -> Vec<u32> {
        let mut path = vec![node];
        let mut here = node;
        while self.parent[here as usize] != here {
            here = self.parent[here as usize];
            path.push(here);
        }
        path.reverse();
        path
    }

    /// Opens one closed node and says which nodes its children are; what stood there and behind it moves on by as
    /// many. Nodes before them, such as this one, keep their numbers.
    pub fn expand(&mut self, graph: &Graph, node: u32) -> Range<u32> {
        let place = self.children(node);
        if !self.closed[node as usize] || !place.is_empty() {
            return place;
        }
        let successors = graph.successors(self.state[node as usize]);
        let (start, count) = (place.start as usize, successors.len());
        self.closed[node as usize] = false;
        // Where `children` has looked for them in vain: there they stand in the order of their parents.
        self.parent.splice(start..start, std::iter::repeat_n(node, count));
        self.state.splice(start..start, successors.iter().copied());
        self.edge.splice(start..start, 0..count as u32);
        let closed = successors.iter().map(|&state| !graph.successors(state).is_empty());
        self.closed.splice(start..start, closed);
        // Nodes from `start` on have moved. Those before it have not, so their children keep what they say.
        for parent in &mut self.parent[start + count..] {
            if *parent as usize >= start {
                *parent += count as u32;
            }
        }
        place.start..place.start + count as u32
    }

    /// Closes one node: what is below it goes. It keeps its number, and the others their order.
    pub fn collapse(&mut self, node: u32) {
        if self.children(node).is_empty() {
            return;
        }
        // What each node becomes; `GONE` below the one that is closed.
        const GONE: u32 = u32::MAX;
        let mut becomes: Vec<u32> = Vec::with_capacity(self.len());
        let mut kept = 0;
        for (here, &parent) in (0..).zip(&self.parent) {
            // Parents stand before their children, so one pass is enough: what becomes of the parent is
            // known.
            let gone = parent != here && (parent == node || becomes[parent as usize] == GONE);
            becomes.push(if gone { GONE } else { kept });
            if !gone {
                let (from, to) = (here as usize, kept as usize);
                // In place: a node only moves to the front, where everything has been read already.
                self.state[to] = self.state[from];
                self.edge[to] = self.edge[from];
                self.closed[to] = self.closed[from];
                kept += 1;
            }
        }
        // Parents last, since the loop above reads them as they were.
        let survivors = self.parent.iter().zip(&becomes).filter(|(_, here)| **here != GONE);
        self.parent = survivors.map(|(&parent, _)| becomes[parent as usize]).collect();
        self.state.truncate(kept as usize);
        self.edge.truncate(kept as usize);
        self.closed.truncate(kept as usize);
        self.closed[node as usize] = true;
    }

    /// Gives the last nodes their children; says whether there was room for all.
    #[inline(never)]
    fn open(&mut self, graph: &Graph, nodes: Range<usize>, most: usize) -> bool {
        for node in nodes {
            let successors = graph.successors(self.state[node]);
            // All children or none: a node with some of them would look as if nothing else could happen.
            if self.len() + successors.len() > most {
                return false;
            }
            self.closed[node] = false;
            for (edge, &state) in (0..).zip(successors) {
                self.push(graph, node, edge, state);
            }
        }
        true
    }

    /// Gives the last nodes those children whose states have not been met.
    #[inline(never)]
    fn open_new(&mut self, graph: &Graph, nodes: Range<usize>, most: usize, met: &mut Vec<bool>) -> bool {
        for node in nodes {
            let before = self.len();
            for (edge, &state) in (0..).zip(graph.successors(self.state[node])) {
                if !met.get(state as usize).copied().unwrap_or_default() {
                    meet(met, state);
                    self.push(graph, node, edge, state);
                }
            }
            if self.len() > most {
                // A node has all its new children or none. Their states stay met, which does not matter: this
                // is the end.
                self.shorten(before);
                return false;
            }
            self.closed[node] = false;
        }
        true
    }

    fn push(&mut self, graph: &Graph, parent: usize, edge: u32, state: u32) {
        self.parent.push(parent as u32);
        self.state.push(state);
        self.edge.push(edge);
        self.closed.push(!graph.successors(state).is_empty());
    }

    fn shorten(&mut self, len: usize) {
        self.parent.truncate(len);
        self.state.truncate(len);
        self.edge.truncate(len);
        self.closed.truncate(len);
    }
}

fn meet(met: &mut Vec<bool>, state: u32) {
    let place = state as usize;
    if place >= met.len() {
        met.resize(place + 1, false);
    }
    met[place] = true;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 0 → 1, 0 → 2, 1 → 3, 2 → 3, 3 → 0.
    fn diamond() -> Graph {
        [vec![1, 2], vec![3], vec![3], vec![0]].into_iter().collect()
    }

    #[test]
    fn every_schedule_is_a_node() {
        let tree = Unfolding::of(&diamond(), &[0], 3, 100);
        assert_eq!(tree.parent, [0, 0, 0, 1, 2, 3, 4]);
        assert_eq!(tree.state, [0, 1, 2, 3, 3, 0, 0]);
        assert_eq!(tree.edge, [0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(tree.closed, [false, false, false, false, false, true, true]);
        assert_eq!(tree.path(6), [0, 2, 4, 6]);
        assert_eq!(Unfolding::of(&diamond(), &[0], 99, 4).state, [0, 1, 2, 3], "the next would be a fifth");
    }

    #[test]
    fn every_state_is_a_node_of_the_spanning_tree() {
        let tree = Unfolding::spanning(&diamond(), &[0], 100);
        assert_eq!((&tree.parent[..], &tree.state[..]), (&[0, 0, 0, 1][..], &[0, 1, 2, 3][..]));
        assert!(!tree.cut());
        let short = Unfolding::spanning(&diamond(), &[0], 3);
        assert_eq!((short.len(), &short.closed[..]), (3, &[false, true, true][..]));
    }

    fn graphs() -> impl Strategy<Value = Graph> {
        let rows = proptest::collection::vec(proptest::collection::vec(0_u32..12, 0..4), 1..12);
        rows.prop_map(|rows| rows.into_iter().collect())
    }

    proptest! {
        /// Opened by hand, in any order, a tree is the one that is made at once; closed again, it is as before.
        #[test]
        fn by_hand_is_as_at_once(graph in graphs(), order in proptest::collection::vec(0_usize..99, 0..30)) {
            let mut tree = Unfolding::roots(&graph, &[0, 1]);
            for pick in order {
                let before = tree.clone();
                let closed: Vec<u32> = (0..).zip(&tree.closed).filter(|(_, c)| **c).map(|(i, _)| i).collect();
                let Some(&node) = closed.get(pick % closed.len().max(1)) else { break };
                let children = tree.expand(&graph, node);
                prop_assert_eq!(&children, &tree.children(node));
                let states: Vec<u32> = children.map(|child| tree.state[child as usize]).collect();
                prop_assert_eq!(&states[..], graph.successors(tree.state[node as usize]));
                let mut again = tree.clone();
                again.collapse(node);
                prop_assert_eq!(again, before);
            }
            let depth = |node: u32| tree.path(node).len();
            for node in 1..tree.len() as u32 {
                prop_assert!(depth(node - 1) <= depth(node), "layers are stretches");
            }
            prop_assert!(tree.parent[tree.roots..].is_sorted());
            let mut whole = Unfolding::of(&graph, &[0, 1], 3, 10_000);
            let mut hand = Unfolding::roots(&graph, &[0, 1]);
            let mut node = 0;
            while node < hand.len() as u32 {
                if hand.path(node).len() <= 3 {
                    hand.expand(&graph, node);
                }
                node += 1;
            }
            prop_assert_eq!(&hand, &whole);
            whole.collapse(0);
            hand.collapse(0);
            prop_assert_eq!(hand, whole);
        }

        #[test]
        fn a_spanning_tree_has_the_shortest_ways(graph in graphs()) {
            let tree = Unfolding::spanning(&graph, &[0], 1_000);
            let mut states = tree.state.clone();
            states.sort_unstable();
            states.dedup();
            prop_assert_eq!(states.len(), tree.len(), "each state once");
            // In a tree of all schedules the first node of a state is as near.
            let all = Unfolding::of(&graph, &[0], 3, 10_000);
            for (node, &state) in (0..).zip(&all.state) {
                let found = (0..).zip(&tree.state).find(|(_, met)| **met == state).map(|(node, _)| node);
                let Some(found) = found else { panic!("state {state} is missing") };
                prop_assert!(tree.path(found).len() <= all.path(node).len());
            }
        }
    }
}
