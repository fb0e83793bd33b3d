//! The transitions, and what follows from them.

use crate::intern::list_bytes;

/// All transitions of the states expanded so far, in the order in which states were found.
#[derive(Clone, Debug)]
pub struct Graph {
    starts: Vec<u32>,
    targets: Vec<u32>,
    /// What happens on each transition; empty where nobody asked.
    labels: Vec<u32>,
}

impl Default for Graph {
    fn default() -> Self {
        Self { starts: vec![0], targets: Vec::new(), labels: Vec::new() }
    }
}

/// Of the successors of each state, in the order of the states.
impl<T: IntoIterator<Item = u32>> FromIterator<T> for Graph {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        let mut graph = Self::default();
        rows.into_iter().for_each(|row| graph.push(row.into_iter()));
        graph
    }
}

impl Graph {
    /// Adds a state: where its transitions lead.
    ///
    /// # Panics
    /// If there are more than 2^32 transitions: they do not fit into memory.
    pub fn push(&mut self, targets: impl Iterator<Item = u32>) {
        self.targets.extend(targets);
        self.starts
            .push(u32::try_from(self.targets.len()).expect("fewer than 2^32 transitions fit into memory"));
    }

    /// Labels the transitions of the state that is pushed next.
    pub fn label(&mut self, labels: impl Iterator<Item = u32>) {
        self.labels.extend(labels);
    }

    pub(crate) fn bytes(&self) -> usize {
        list_bytes(&self.starts) + list_bytes(&self.targets) + list_bytes(&self.labels)
    }

    /// How many states have been expanded.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether no state has been expanded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The successors of a state.
    #[must_use]
    pub fn successors(&self, state: u32) -> &[u32] {
        let state = state as usize;
        match self.starts.get(state + 1) {
            Some(&end) => &self.targets[self.starts[state] as usize..end as usize],
            None => &[],
        }
    }

    /// What happens on the way to each successor, in the same order: equal numbers for what is the same event in
    /// different states. Empty where the plan did not ask for it.
    #[must_use]
    pub fn labels(&self, state: u32) -> &[u32] {
        let state = state as usize;
        match self.starts.get(state + 1) {
            Some(&end) => self.labels.get(self.starts[state] as usize..end as usize).unwrap_or_default(),
            None => &[],
        }
    }

    /// All transitions: where those of each state begin, with the end of the last, and where each leads.
    #[must_use]
    pub fn rows(&self) -> (&[u32], &[u32]) {
        (&self.starts, &self.targets)
    }

    /// The states from which several outcomes can be decided and each of whose successors leaves one at most.
    #[must_use]
    pub fn critical(&self, valency: &[u16]) -> Vec<u32> {
        let several = |state: u32| valency[state as usize].count_ones() > 1;
        let states = 0..self.len() as u32;
        states
            .filter(|&state| {
                several(state) && !self.successors(state).iter().any(|&next| next != state && several(next))
            })
            .collect()
    }

    /// The strongly connected components among the states that are `within`, each with its states; those that come
    /// later in the list lead to none that come earlier (Tarjan 1972).
    #[must_use]
    pub fn components(&self, within: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
        let mut tarjan = Tarjan {
            number: vec![0; self.len()],
            low: vec![0; self.len()],
            next: 1,
            stack: Vec::new(),
            calls: Vec::new(),
            components: Vec::new(),
        };
        for root in 0..self.len() as u32 {
            if within(root) && tarjan.number[root as usize] == 0 {
                tarjan.from(self, root, &within);
            }
        }
        tarjan.components.reverse();
        tarjan.components
    }
}

const DONE: u32 = u32::MAX;

struct Tarjan {
    number: Vec<u32>,
    low: Vec<u32>,
    next: u32,
    stack: Vec<u32>,
    /// A state and which of its successors comes next: the recursion, written out.
    calls: Vec<(u32, usize)>,
    components: Vec<Vec<u32>>,
}

impl Tarjan {
    fn from(&mut self, graph: &Graph, root: u32, within: &impl Fn(u32) -> bool) {
        self.enter(root);
        while let Some(&mut (state, ref mut place)) = self.calls.last_mut() {
            let here = state as usize;
            if let Some(&next) = graph.successors(state).get(*place) {
                *place += 1;
                if next as usize >= graph.len() || !within(next) {
                    continue;
                }
                match self.number[next as usize] {
                    0 => self.enter(next),
                    DONE => {}
                    number => self.low[here] = self.low[here].min(number),
                }
                continue;
            }
            self.calls.pop();
            if let Some(&(caller, _)) = self.calls.last() {
                self.low[caller as usize] = self.low[caller as usize].min(self.low[here]);
            }
            if self.low[here] == self.number[here] {
                self.leave(state);
            }
        }
    }

    fn enter(&mut self, state: u32) {
        self.number[state as usize] = self.next;
        self.low[state as usize] = self.next;
        self.next += 1;
        self.stack.push(state);
        self.calls.push((state, 0));
    }

    fn leave(&mut self, root: u32) {
        let place = self.stack.iter().rposition(|&state| state == root).unwrap_or(0);
        let component = self.stack.split_off(place);
        for &state in &component {
            self.number[state as usize] = DONE;
        }
        self.components.push(component);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_found_in_order() {
        // 0 → 1 ⇄ 2 → 3, 0 → 4, 4 → 4.
        let graph: Graph = [vec![1, 4], vec![2], vec![1, 3], vec![], vec![4]].into_iter().collect();
        let mut components = graph.components(|_| true);
        components.iter_mut().for_each(|component| component.sort_unstable());
        assert_eq!(components, [vec![0], vec![4], vec![1, 2], vec![3]]);
    }
}
