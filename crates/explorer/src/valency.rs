//! Which outcomes can still be decided: backwards, from the states in which something is.
//!
//! States are numbered in the order in which they were found, so nearly every transition leads to a greater number
//! and a sweep from the last state to the first settles nearly everything. What transitions back to smaller numbers
//! leave open is swept again while that is quick; then each change is followed to the predecessors of its state
//! alone. A state changes at most once for each outcome, so that the whole takes no longer than a few passes over
//! the transitions, in whatever order the states stand.

use crate::Graph;

/// A WebAssembly engine improves a function between calls, not within one: long work is many calls.
const SLICE: usize = 8_192;

/// Sweeps before single changes are followed: each costs less than it takes to turn the transitions round.
const SWEEPS: usize = 3;

impl Graph {
    /// For each state, the outcomes that some run from it decides, given those decided in each state.
    #[must_use]
    pub fn valency(&self, mut decided: Vec<u16>) -> Vec<u16> {
        let mut changed = Vec::new();
        // A sweep that changes nothing is the end: every state agrees with its successors.
        for _ in 0..SWEEPS {
            // A sweep looks at every state, so it takes in all that the one before has changed.
            changed.clear();
            let mut end = self.len();
            while end > 0 {
                let start = end.saturating_sub(SLICE);
                self.sweep(start, end, &mut decided, &mut changed);
                end = start;
            }
            if changed.is_empty() {
                return decided;
            }
        }
        let sources = Sources::of(self);
        while !changed.is_empty() {
            sources.follow(SLICE, &mut decided, &mut changed);
        }
        decided
    }

    /// Takes the outcomes of successors over, from the last of these states to the first, and notes which changed
    /// although a predecessor may have been asked before.
    #[inline(never)]
    fn sweep(&self, start: usize, end: usize, decided: &mut [u16], changed: &mut Vec<u32>) {
        for state in (start..end).rev() {
            let before = decided[state];
            // From the back: successors mostly have greater numbers, and have been settled in this very
            // sweep.
            let successors = self.successors(state as u32).iter();
            let reach = successors.fold(before, |set, &next| set | decided[next as usize]);
            if reach != before {
                decided[state] = reach;
                changed.push(state as u32);
            }
        }
    }
}

/// The predecessors of each state.
struct Sources {
    starts: Vec<u32>,
    sources: Vec<u32>,
}

impl Sources {
    /// Counted, then sorted into their places.
    fn of(graph: &Graph) -> Self {
        let (_, targets) = graph.rows();
        // Targets may lie beyond the states that were expanded, where a search was cut short.
        let states = targets.iter().map(|&target| target as usize + 1).fold(graph.len(), usize::max);
        let mut sources = Self { starts: vec![0; states + 1], sources: vec![0; targets.len()] };
        for part in targets.chunks(SLICE) {
            sources.count(part);
        }
        // Where the predecessors of a state end; placing them moves this back to where they start.
        let mut sum = 0;
        for start in &mut sources.starts {
            sum += *start;
            *start = sum;
        }
        for start in (0..graph.len()).step_by(SLICE) {
            sources.place(graph, start..(start + SLICE).min(graph.len()));
        }
        sources
    }

    #[inline(never)]
    fn count(&mut self, targets: &[u32]) {
        for &target in targets {
            self.starts[target as usize] += 1;
        }
    }

    #[inline(never)]
    fn place(&mut self, graph: &Graph, states: std::ops::Range<usize>) {
        for state in states {
            for &next in graph.successors(state as u32) {
                let place = &mut self.starts[next as usize];
                *place -= 1;
                self.sources[*place as usize] = state as u32;
            }
        }
    }

    /// Follows so many changes.
    #[inline(never)]
    fn follow(&self, most: usize, decided: &mut [u16], changed: &mut Vec<u32>) {
        for _ in 0..most {
            let Some(state) = changed.pop() else { return };
            let set = decided[state as usize];
            let (start, end) = (self.starts[state as usize], self.starts[state as usize + 1]);
            for &source in &self.sources[start as usize..end as usize] {
                let known = &mut decided[source as usize];
                // A set only grows and has 16 bits, so each state comes up 16 times at most, cycles or not.
                if *known | set != *known {
                    *known |= set;
                    changed.push(source);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// From each state forward, as the definition says: what is decided in any state that can be reached.
    fn slow(graph: &Graph, decided: &[u16]) -> Vec<u16> {
        let reach = |from: usize| {
            let mut met = vec![false; decided.len()];
            let (mut left, mut set) = (vec![from as u32], 0);
            while let Some(state) = left.pop() {
                if !std::mem::replace(&mut met[state as usize], true) {
                    set |= decided[state as usize];
                    left.extend(graph.successors(state));
                }
            }
            set
        };
        (0..decided.len()).map(reach).collect()
    }

    #[test]
    fn valency_goes_backwards_through_cycles() {
        // 0 → 1 ⇄ 2 → 3, 0 → 4, 4 → 4.
        let graph: Graph = [vec![1, 4], vec![2], vec![1, 3], vec![], vec![4]].into_iter().collect();
        let valency = graph.valency(vec![0, 0, 0, 0b10, 0b01]);
        assert_eq!(valency, [0b11, 0b10, 0b10, 0b10, 0b01]);
        assert_eq!(graph.critical(&valency), [0]);
    }

    /// Each sweep settles one state.
    #[test]
    fn states_may_stand_in_the_worst_of_orders() {
        let states = 50_000;
        let graph: Graph = (0..states).map(|state: u32| state.checked_sub(1)).collect();
        let mut decided = vec![0; states as usize];
        decided[0] = 0b101;
        assert!(graph.valency(decided).into_iter().all(|set| set == 0b101));
    }

    proptest! {
        /// The last states have not been expanded: their successors are not known.
        #[test]
        fn backwards_finds_what_forwards_finds(
            rows in proptest::collection::vec(proptest::collection::vec(0_u32..48, 0..3), 0..40),
            decisions in proptest::collection::vec((0_usize..48, 0_u16..8), 0..6),
        ) {
            let graph: Graph = rows.into_iter().collect();
            let mut decided = vec![0; 48];
            for (state, set) in decisions {
                decided[state] |= set;
            }
            prop_assert_eq!(graph.valency(decided.clone()), slow(&graph, &decided));
        }
    }
}
