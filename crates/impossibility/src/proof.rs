//! The steps of the proof that consensus is impossible (Fischer, Lynch and Paterson, Journal of the ACM 32(2), 1985),
//! looked for in a graph of configurations that is known whole.
//!
//! The paper has no event for a crash: a process that has crashed takes no more steps. So what the lemmas follow
//! leaves crashes out, while valency counts them.
//!
//! In the paper an event that is applicable stays so until it happens: a message waits, and the null message can always
//! be received. That is why e can follow every member of C in Lemma 3. Here a first step is no longer to be made once a
//! message has brought it about, and a suspicion ends when the process stops waiting. For such an event D comes from a
//! part of C alone, the premise of the lemma does not hold, and [`Sets::lost`] says for how much of C.

use std::collections::VecDeque;
use std::ops::Range;

use explorer::{Graph, Label};

/// A graph of configurations, and what is known of each.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// The configurations and the events between them, with labels.
    pub graph: &'a Graph,
    /// What can still be decided from each configuration: bit k for outcome k.
    pub valency: &'a [u16],
    /// What is decided in it.
    pub decided: &'a [u16],
    /// What the labels say, by number.
    pub meanings: &'a [Option<Label>],
}

/// Two events at different processes, in both orders (Lemma 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diamond {
    /// Before them.
    pub top: u32,
    /// After the one, and after the other.
    pub sides: (u32, u32),
    /// After both, the one first, and the other first: the same, says the lemma. `None`: the second cannot happen.
    pub ends: (Option<u32>, Option<u32>),
}

impl Diamond {
    /// Whether the order makes no difference.
    #[must_use]
    pub fn commutes(&self) -> bool {
        self.ends.0.is_some() && self.ends.0 == self.ends.1
    }
}

/// What is reachable from a configuration without an event, and with that event as the last (Lemma 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sets {
    /// The configurations reachable without the event, nearest first.
    pub c: Vec<u32>,
    /// From which member each was found; the first from itself.
    parent: Vec<u32>,
    /// Members of C, by place, and where the event leads from them. A coin has two results.
    pub d: Vec<(u32, u32)>,
    /// So many members of C are there in which the event can no longer happen. The paper has none.
    pub lost: usize,
}

/// What Lemma 3 comes to for a configuration and an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Third {
    /// D has a bivalent member: the walk there, whose last step is the event.
    Bivalent(Vec<u32>),
    /// It has none, and here it changes its mind.
    Neighbours(Neighbours),
    /// It has none, and all of it decides the same, or nothing.
    Uniform(u16),
}

/// Two members of C, one step apart, from which the event leads to different valencies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbours {
    /// The walk to the first of them.
    pub walk: Vec<u32>,
    /// Both.
    pub c: (u32, u32),
    /// Where the event leads from each.
    pub d: (u32, u32),
    /// The step from the first to the second.
    pub between: u32,
    /// The step is one of the same process: the second case of the proof.
    pub same: bool,
}

impl<'a> Proof<'a> {
    /// What happens on a transition with this label.
    #[must_use]
    pub fn meaning(&self, label: u32) -> Option<Label> {
        self.meanings.get(label as usize).copied().flatten()
    }

    /// Whether an event is a step in the paper's sense: anything but a crash.
    #[must_use]
    pub fn is_step(&self, label: u32) -> bool {
        self.meaning(label).is_some_and(|meaning| !meaning.crash)
    }

    /// The transitions from a configuration: label, and where it leads.
    pub fn events(&self, state: u32) -> impl Iterator<Item = (u32, u32)> + 'a {
        let (labels, successors) = (self.graph.labels(state), self.graph.successors(state));
        labels.iter().copied().zip(successors.iter().copied())
    }

    /// Where an event leads; a coin has several results.
    pub fn after(&self, state: u32, label: u32) -> impl Iterator<Item = u32> + 'a {
        self.events(state).filter(move |event| event.0 == label).map(|event| event.1)
    }

    /// Whether more than one outcome can be decided from a configuration: with two outcomes, it is bivalent.
    #[must_use]
    pub fn bivalent(&self, state: u32) -> bool {
        several(self.valency[state as usize])
    }

    /// Two transitions of a configuration, by place, as a diamond. `None`: they are of the same process, or a crash.
    #[must_use]
    pub fn diamond(&self, top: u32, places: (usize, usize)) -> Option<Diamond> {
        let (labels, successors) = (self.graph.labels(top), self.graph.successors(top));
        let (one, other) = (*labels.get(places.0)?, *labels.get(places.1)?);
        let nodes = (self.meaning(one)?, self.meaning(other)?);
        // Lemma 1 is about steps of disjoint sets of processes; two events at one process need not commute.
        if nodes.0.crash || nodes.1.crash || nodes.0.node == nodes.1.node {
            return None;
        }
        // Of a coin, the same result in both orders.
        let result = |place: usize| labels[..place].iter().filter(|&&label| label == labels[place]).count();
        let sides = (successors[places.0], successors[places.1]);
        let ends = (
            self.after(sides.0, other).nth(result(places.1)),
            self.after(sides.1, one).nth(result(places.0)),
        );
        Some(Diamond { top, sides, ends })
    }

    /// Every diamond whose top is among these configurations: how many there are, and the first that does not close.
    #[must_use]
    pub fn diamonds(&self, states: Range<u32>) -> (u64, Option<Diamond>) {
        let (mut count, mut open) = (0, None);
        for top in states {
            let width = self.graph.successors(top).len();
            for one in 0..width {
                // Each pair once: which of them comes first is the two sides of the same diamond.
                for other in one + 1..width {
                    let Some(diamond) = self.diamond(top, (one, other)) else { continue };
                    count += 1;
                    if open.is_none() && !diamond.commutes() {
                        open = Some(diamond);
                    }
                }
            }
        }
        (count, open)
    }

    /// The sets C and D of a configuration and an event that is pending there.
    #[must_use]
    pub fn sets(&self, from: u32, event: u32) -> Sets {
        let mut sets = Sets { c: vec![from], parent: vec![0], d: Vec::new(), lost: 0 };
        // Breadth first, so that the walks are shortest. C is what can be reached without the event, so the
        // event itself is not followed, wherever it could be; it only leads into D.
        let mut met = vec![false; self.valency.len()];
        met[from as usize] = true;
        let mut place = 0;
        while place < sets.c.len() {
            let mut applicable = false;
            for (label, next) in self.events(sets.c[place]) {
                if label == event {
                    applicable = true;
                    sets.d.push((place as u32, next));
                } else if self.is_step(label) && !std::mem::replace(&mut met[next as usize], true) {
                    sets.c.push(next);
                    sets.parent.push(place as u32);
                }
            }
            // The lemma needs the event to be applicable in all of C.
            sets.lost += usize::from(!applicable);
            place += 1;
        }
        sets
    }

    /// What becomes of Lemma 3 with these sets.
    #[must_use]
    pub fn third(&self, sets: &Sets, event: u32) -> Third {
        if let Some(&(place, end)) = sets.d.iter().find(|(_, state)| self.bivalent(*state)) {
            let mut walk = sets.walk(place);
            walk.push(end);
            return Third::Bivalent(walk);
        }
        // No member of D is bivalent from here on. If it decides both outcomes then somewhere along C the
        // outcome of D changes from one member to the next, since C is connected: those two are what the
        // proof is about.
        let mut valencies = vec![None; self.valency.len()];
        for &(place, state) in &sets.d {
            valencies[sets.c[place as usize] as usize] = Some((state, self.valency[state as usize]));
        }
        // Two univalent neighbours of different outcomes if there are any; else one from which something is decided and one
        // from which nothing is.
        let mut lesser = None;
        for &(place, _) in &sets.d {
            let one = sets.c[place as usize];
            let Some((d0, v0)) = valencies[one as usize] else { continue };
            for (label, other) in
                self.events(one).filter(|(label, _)| *label != event && self.is_step(*label))
            {
                // A neighbour without a value is one in which the event is lost.
                let Some((d1, v1)) = valencies[other as usize].filter(|(_, valency)| *valency != v0) else {
                    continue;
                };
                let found = (place, (one, other), (d0, d1), label);
                if several(v0 | v1) {
                    return Third::Neighbours(self.neighbours(sets, event, found));
                }
                lesser = lesser.or(Some(found));
            }
        }
        match lesser {
            Some(found) => Third::Neighbours(self.neighbours(sets, event, found)),
            None => Third::Uniform(sets.d.first().map_or(0, |&(_, state)| self.valency[state as usize])),
        }
    }

    fn neighbours(
        &self,
        sets: &Sets,
        event: u32,
        (place, c, d, between): (u32, (u32, u32), (u32, u32), u32),
    ) -> Neighbours {
        let node = |label| self.meaning(label).map(|meaning| meaning.node);
        Neighbours { walk: sets.walk(place), c, d, between, same: node(event) == node(between) }
    }

    /// The shortest walk to a decision on which a process takes no step: as it would be if the process had crashed.
    #[must_use]
    pub fn without(&self, from: u32, node: kernel::NodeId) -> Option<Vec<u32>> {
        let mut parent = vec![u32::MAX; self.valency.len()];
        parent[from as usize] = from;
        let mut queue = VecDeque::from([from]);
        while let Some(here) = queue.pop_front() {
            // Looked at first: a decision may stand at the start already.
            if self.decided[here as usize] != 0 {
                let mut walk = vec![here];
                let mut last = here;
                while parent[last as usize] != last {
                    last = parent[last as usize];
                    walk.push(last);
                }
                walk.reverse();
                return Some(walk);
            }
            for (label, next) in self.events(here) {
                // No crash at all: the process is only slow, and that cannot be told apart. The configuration
                // reached is one that it could still go on from, which is the contradiction in the second
                // case of Lemma 3.
                let steps = self.meaning(label).is_some_and(|meaning| !meaning.crash && meaning.node != node);
                if steps && parent[next as usize] == u32::MAX {
                    parent[next as usize] = here;
                    queue.push_back(next);
                }
            }
        }
        None
    }

    /// For each bivalent configuration, the most steps for which one can go on and stay bivalent; `u32::MAX`: for
    /// ever.
    #[must_use]
    pub fn par(&self) -> Vec<u32> {
        let mut par = vec![0; self.valency.len()];
        // A longest path, worked out from the end: a component comes after all that it leads to. Within a
        // component of more than one state, or with a step to itself, one can go round for ever.
        let components = self.graph.components(|state| self.bivalent(state));
        for component in components.iter().rev() {
            let next = |&state: &u32| {
                let successors = self.graph.successors(state).iter();
                successors.filter(|&&next| self.bivalent(next)).copied()
            };
            let round =
                component.len() > 1 || component.iter().any(|state| next(state).any(|next| next == *state));
            let longest = component.iter().flat_map(next).map(|next| par[next as usize] + 1).max();
            for &state in component {
                par[state as usize] =
                    // One less than the largest number stands for “for ever” while it is counted, so that
                    // adding one does not overflow.
                    if round { u32::MAX - 1 } else { longest.unwrap_or(0).min(u32::MAX - 1) };
            }
        }
        par.into_iter().map(|steps| if steps == u32::MAX - 1 { u32::MAX } else { steps }).collect()
    }
}

/// Whether there are several outcomes in a set.
pub(crate) const fn several(outcomes: u16) -> bool {
    outcomes.count_ones() > 1
}

impl Sets {
    /// The walk from the start to a member of C, by its place.
    #[must_use]
    pub fn walk(&self, place: u32) -> Vec<u32> {
        let mut here = place as usize;
        let mut walk = vec![self.c[here]];
        while self.parent[here] as usize != here {
            here = self.parent[here] as usize;
            walk.push(self.c[here]);
        }
        walk.reverse();
        walk
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A graph from rows of label and successor; label 2n+k is event k of process n, without a crash.
    fn graph(rows: &[&[(u32, u32)]]) -> Graph {
        let mut graph = Graph::default();
        for row in rows {
            graph.label(row.iter().map(|edge| edge.0));
            graph.push(row.iter().map(|edge| edge.1));
        }
        graph
    }

    fn meanings() -> Vec<Option<Label>> {
        (0..8).map(|label| Some(Label { node: label / 2, from: None, crash: false })).collect()
    }

    #[test]
    fn a_diamond_that_does_not_close_is_named() {
        let rows: [&[(u32, u32)]; 5] = [&[(0, 1), (2, 2)], &[(2, 3)], &[(0, 3)], &[], &[]];
        let (valency, decided, meanings) = (vec![0; 5], vec![0; 5], meanings());
        let diamonds = |rows: &[&[(u32, u32)]]| {
            let graph = graph(rows);
            Proof { graph: &graph, valency: &valency, decided: &decided, meanings: &meanings }.diamonds(0..5)
        };
        assert_eq!(diamonds(&rows), (1, None));
        let mut broken = rows;
        broken[2] = &[(0, 4)];
        let open = Diamond { top: 0, sides: (1, 2), ends: (Some(3), Some(4)) };
        assert_eq!(diamonds(&broken), (1, Some(open)));
        broken[2] = &[];
        assert_eq!(diamonds(&broken).1.map(|open| open.commutes()), Some(false), "the second cannot happen");
    }

    #[test]
    fn the_longest_bivalent_walk() {
        // 0 → 1 → 2 → decided, 0 → 2.
        let whole = graph(&[&[(0, 1), (2, 2)], &[(2, 2)], &[(0, 3), (2, 4)], &[], &[]]);
        let (valency, decided, meanings) = (vec![3, 3, 3, 1, 2], vec![0, 0, 0, 1, 2], meanings());
        let proof = Proof { graph: &whole, valency: &valency, decided: &decided, meanings: &meanings };
        assert_eq!(proof.par(), [2, 1, 0, 0, 0]);
        let round = graph(&[&[(0, 1)], &[(2, 0), (0, 2)], &[(0, 3), (2, 4)], &[], &[]]);
        assert_eq!(Proof { graph: &round, ..proof }.par(), [u32::MAX, u32::MAX, 0, 0, 0]);
    }

    #[test]
    fn an_event_that_another_overtakes_is_counted_as_lost() {
        // From 0, event 0 of process 0 is pending; event 1 takes it away, event 2 does not.
        let whole = graph(&[&[(0, 3), (1, 1), (2, 2)], &[], &[(0, 3)], &[]]);
        let (valency, decided, meanings) = (vec![0; 4], vec![0; 4], meanings());
        let proof = Proof { graph: &whole, valency: &valency, decided: &decided, meanings: &meanings };
        assert_eq!((proof.sets(0, 0).c.len(), proof.sets(0, 0).lost), (3, 1));
        assert_eq!(proof.sets(0, 2).lost, 2, "neither after event 0 nor after event 1");
    }

    /// Outcomes 0 and 2 of three.
    #[test]
    fn neighbours_of_other_outcomes_than_0_and_1() {
        let whole = graph(&[&[(0, 2), (2, 1)], &[(0, 3)], &[], &[]]);
        let (valency, decided, meanings) =
            (vec![0b101, 0b100, 0b001, 0b100], vec![0, 0, 0b001, 0b100], meanings());
        let proof = Proof { graph: &whole, valency: &valency, decided: &decided, meanings: &meanings };
        let Third::Neighbours(two) = proof.third(&proof.sets(0, 0), 0) else { panic!("D has two members") };
        assert_eq!((two.c, two.d, two.same), ((0, 1), (2, 3), false));
        assert_eq!(proof.par(), [0, 0, 0, 0], "every step decides");
    }

    #[test]
    fn the_second_case_of_the_third_lemma() {
        // From 0, event 0 of process 0 decides 0; after event 1 of process 0 it decides 1. Process 1 decides nothing.
        let whole = graph(&[&[(0, 2), (1, 1)], &[(0, 3)], &[], &[]]);
        let (valency, decided, meanings) = (vec![3, 2, 1, 2], vec![0, 0, 1, 2], meanings());
        let proof = Proof { graph: &whole, valency: &valency, decided: &decided, meanings: &meanings };
        let sets = proof.sets(0, 0);
        assert_eq!((&sets.c[..], &sets.d[..]), (&[0, 1][..], &[(0, 2), (1, 3)][..]));
        let neighbours = Neighbours { walk: vec![0], c: (0, 1), d: (2, 3), between: 1, same: true };
        assert_eq!(proof.third(&sets, 0), Third::Neighbours(neighbours));
        assert_eq!(proof.without(0, 0), None, "nothing is decided without process 0");
        assert_eq!(proof.without(0, 1), Some(vec![0, 2]));
    }
}
