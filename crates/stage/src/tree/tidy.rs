//! A tidy tree: parents stand over the middle of their children, equal subtrees look equal, and a tree that is
//! mirrored is drawn mirrored.
//!
//! Buchheim, Jünger and Leipert, "Improving Walker's Algorithm to Run in Linear Time" (2002), with its names, on
//! arrays instead of pointers: nodes are numbered breadth first, so a walk from the last to the first meets children
//! before parents, and nothing calls itself.

use super::Layout;

/// A WebAssembly engine improves a function between calls, not within one: long work is many calls.
const SLICE: usize = 8_192;
const NONE: u32 = u32::MAX;

/// Lays a tree out whose nodes are numbered breadth first: roots first, each its own parent, then the children of
/// each node in the order of their parents. Roots stand side by side.
///
/// # Panics
/// If the numbers are not breadth first.
pub fn tidy(parent: &[u32]) -> Layout {
    let tree = Families::of(parent);
    let places = Walk::run(&tree);
    // The leftmost of all is the first of its layer, and the rightmost the last of its.
    let layers = || tree.layers.windows(2).map(|layer| (layer[0] as usize, layer[1] as usize - 1));
    let least = layers().map(|(first, _)| places[first].prelim).fold(f64::INFINITY, f64::min);
    let most = layers().map(|(_, last)| places[last].prelim).fold(least, f64::max);
    let x = places.iter().map(|place| (place.prelim - least) as f32).collect();
    let width = if parent.is_empty() { 0.0 } else { (most - least) as f32 };
    Layout { x, layers: tree.layers, width, node: Vec::new(), slot: Vec::new() }
}

/// Who is whose child, and in which layer.
pub(super) struct Families<'a> {
    parent: &'a [u32],
    roots: u32,
    /// The first child of each node, and behind the last node the end of the last one's.
    first: Vec<u32>,
    /// The first node of each layer, and at last the number of nodes.
    pub(super) layers: Vec<u32>,
}

impl<'a> Families<'a> {
    pub(super) fn of(parent: &'a [u32]) -> Self {
        let len = parent.len();
        let roots = (0..).zip(parent).take_while(|(node, parent)| node == *parent).count();
        assert!(parent[roots..].is_sorted(), "the children of a node stand before those of the next");
        let mut first = vec![len as u32; len + 1];
        for child in (roots..len).rev() {
            assert!((parent[child] as usize) < child, "parents stand before their children");
            first[parent[child] as usize] = child as u32;
        }
        let mut next = len as u32;
        for place in first.iter_mut().rev() {
            next = next.min(*place);
            *place = next;
        }
        let (mut layers, mut start, mut end) = (vec![0], 0, roots);
        while start < end {
            layers.push(end as u32);
            (start, end) = (end, first[end] as usize);
            if start == len {
                break;
            }
        }
        Self { parent, roots: roots as u32, first, layers }
    }

    #[inline]
    fn children(&self, node: u32) -> (u32, u32) {
        (self.first[node as usize], self.first[node as usize + 1])
    }

    #[inline]
    fn are_siblings(&self, one: u32, other: u32) -> bool {
        (one < self.roots && other < self.roots) || self.parent[one as usize] == self.parent[other as usize]
    }
}

/// What the algorithm keeps of each node; together, since it is needed together.
#[derive(Clone, Copy)]
struct Place {
    /// Where it is among its siblings.
    prelim: f64,
    /// How far what is below it is moved.
    modifier: f64,
    change: f64,
    shift: f64,
    /// Of a node without children: where the outline of its tree goes on.
    thread: u32,
    /// Whose subtree an outline belongs to, where it was walked along last.
    ancestor: u32,
}

struct Walk<'a> {
    tree: &'a Families<'a>,
    places: Vec<Place>,
}

impl Walk<'_> {
    /// All places, with `prelim` the final one.
    fn run(tree: &Families<'_>) -> Vec<Place> {
        let len = tree.parent.len();
        let place =
            Place { prelim: 0.0, modifier: 0.0, change: 0.0, shift: 0.0, thread: NONE, ancestor: NONE };
        let mut walk = Walk { tree, places: vec![place; len] };
        let mut end = len;
        while end > 0 {
            let start = end.saturating_sub(SLICE);
            walk.up(start, end);
            end = start;
        }
        walk.siblings(0, tree.roots);
        for start in (0..len).step_by(SLICE) {
            walk.down(start, (start + SLICE).min(len));
        }
        walk.places
    }

    /// Places the children of these nodes, from the last node to the first.
    #[inline(never)]
    fn up(&mut self, start: usize, end: usize) {
        for node in (start..end).rev() {
            let (first, end) = self.tree.children(node as u32);
            if first < end {
                self.siblings(first, end);
            }
        }
    }

    /// The second walk of the paper: adds up what moves each node.
    #[inline(never)]
    fn down(&mut self, start: usize, end: usize) {
        for node in start..end {
            let parent = self.tree.parent[node] as usize;
            let moved = if parent == node { 0.0 } else { self.places[parent].modifier };
            let place = &mut self.places[node];
            place.prelim += moved;
            place.modifier += moved;
        }
    }

    /// The first walk of the paper, for siblings whose children have their places.
    fn siblings(&mut self, first: u32, end: u32) {
        let mut ancestor = first;
        for node in first..end {
            let middle = self.middle(node);
            let left = if node == first { None } else { Some(node - 1) };
            let prelim = left.map(|left| self.places[left as usize].prelim + 1.0);
            let place = &mut self.places[node as usize];
            place.prelim = prelim.unwrap_or(middle);
            place.modifier = place.prelim - middle;
            place.ancestor = node;
            if let Some(left) = left {
                ancestor = self.apportion(node, left, first, ancestor);
            }
        }
        self.execute_shifts(first, end);
    }

    /// The middle over the children of a node; 0 where there are none.
    fn middle(&self, node: u32) -> f64 {
        let (first, end) = self.tree.children(node);
        if first == end {
            return 0.0;
        }
        (self.places[first as usize].prelim + self.places[end as usize - 1].prelim) / 2.0
    }

    #[inline]
    fn next_left(&self, node: u32) -> u32 {
        let (first, end) = self.tree.children(node);
        if first == end { self.places[node as usize].thread } else { first }
    }

    #[inline]
    fn next_right(&self, node: u32) -> u32 {
        let (first, end) = self.tree.children(node);
        if first == end { self.places[node as usize].thread } else { end - 1 }
    }

    fn modifier(&self, node: u32) -> f64 {
        self.places[node as usize].modifier
    }

    /// Moves a subtree away from those to its left, along the outlines that face each other: inner and outer, of the
    /// left forest (minus) and of this subtree (plus).
    fn apportion(&mut self, node: u32, left: u32, leftmost: u32, mut ancestor: u32) -> u32 {
        let (mut inner_plus, mut outer_plus) = (node, node);
        let (mut inner_minus, mut outer_minus) = (left, leftmost);
        let modifier = self.modifier(node);
        let (mut sum_inner_plus, mut sum_outer_plus) = (modifier, modifier);
        let (mut sum_inner_minus, mut sum_outer_minus) = (self.modifier(left), self.modifier(leftmost));
        let (mut right, mut down) = (self.next_right(inner_minus), self.next_left(inner_plus));
        while right != NONE && down != NONE {
            (inner_minus, inner_plus) = (right, down);
            outer_minus = self.next_left(outer_minus);
            outer_plus = self.next_right(outer_plus);
            self.places[outer_plus as usize].ancestor = node;
            let shift = (self.places[inner_minus as usize].prelim + sum_inner_minus)
                - (self.places[inner_plus as usize].prelim + sum_inner_plus)
                + 1.0;
            if shift > 0.0 {
                let owner = self.places[inner_minus as usize].ancestor;
                let owner = if self.tree.are_siblings(owner, node) { owner } else { ancestor };
                self.move_subtree(owner, node, shift);
                sum_inner_plus += shift;
                sum_outer_plus += shift;
            }
            sum_inner_minus += self.modifier(inner_minus);
            sum_inner_plus += self.modifier(inner_plus);
            sum_outer_minus += self.modifier(outer_minus);
            sum_outer_plus += self.modifier(outer_plus);
            (right, down) = (self.next_right(inner_minus), self.next_left(inner_plus));
        }
        if right != NONE && self.next_right(outer_plus) == NONE {
            let place = &mut self.places[outer_plus as usize];
            place.thread = right;
            place.modifier += sum_inner_minus - sum_outer_plus;
        }
        if down != NONE && self.next_left(outer_minus) == NONE {
            let place = &mut self.places[outer_minus as usize];
            place.thread = down;
            place.modifier += sum_inner_plus - sum_outer_minus;
            ancestor = node;
        }
        ancestor
    }

    /// Moves a subtree, and makes a note for those between it and the one it would have touched.
    fn move_subtree(&mut self, left: u32, node: u32, shift: f64) {
        let share = shift / f64::from(node - left);
        self.places[left as usize].change += share;
        let place = &mut self.places[node as usize];
        place.change -= share;
        place.shift += shift;
        place.prelim += shift;
        place.modifier += shift;
    }

    /// Moves the subtrees between.
    fn execute_shifts(&mut self, first: u32, end: u32) {
        let (mut shift, mut change) = (0.0, 0.0);
        for node in (first..end).rev() {
            let place = &mut self.places[node as usize];
            place.prelim += shift;
            place.modifier += shift;
            change += place.change;
            shift += place.shift + change;
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;
    use crate::tree::tests::trees;

    fn rows(layout: &Layout) -> String {
        let row = |layer: usize| {
            let places: Vec<String> = layout.x[layout.layer(layer)].iter().map(ToString::to_string).collect();
            places.join(" ")
        };
        (0..layout.height()).map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn small_trees_stand_as_by_hand() {
        let full = tidy(&[0, 0, 0, 1, 1, 2, 2]);
        expect![[r#"
            1.5
            0.5 2.5
            0 1 2 3"#]]
        .assert_eq(&rows(&full));
        assert_eq!((full.width, full.height()), (3.0, 3));
        // Three leaves between two families: the families need 2, and the leaves share the room.
        let between = tidy(&[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 5, 5]);
        expect![[r#"
            6.5
            3 4.75 6.5 8.25 10
            0 1 2 3 4 5 6 7 8 9 10 11 12 13"#]]
        .assert_eq(&rows(&between));
        // A chain beside a leaf, and another tree beside both.
        let forest = tidy(&[0, 1, 0, 0, 1, 3]);
        expect![[r#"
            0.5 2
            0 1 2
            1"#]]
        .assert_eq(&rows(&forest));
        assert_eq!(tidy(&[]), Layout { layers: vec![0], ..Layout::default() });
        assert_eq!(rows(&tidy(&[0])), "0");
    }

    /// The same tree seen in a mirror, and for each of its nodes the one it mirrors.
    fn mirror(parent: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let layers = Families::of(parent).layers;
        let mirrored: Vec<u32> = layers.windows(2).flat_map(|layer| (layer[0]..layer[1]).rev()).collect();
        let mut place = vec![0; parent.len()];
        for (here, &node) in (0..).zip(&mirrored) {
            place[node as usize] = here;
        }
        (mirrored.iter().map(|&node| place[parent[node as usize] as usize]).collect(), mirrored)
    }

    const LITTLE: f32 = 1e-3;

    proptest! {
        #[test]
        fn neighbours_keep_their_distance_and_parents_stand_in_the_middle(parent in trees(120)) {
            let layout = tidy(&parent);
            prop_assert_eq!(layout.x.iter().copied().fold(f32::INFINITY, f32::min), 0.0);
            prop_assert_eq!(layout.x.iter().copied().fold(0.0, f32::max), layout.width);
            for layer in 0..layout.height() {
                for pair in layout.x[layout.layer(layer)].windows(2) {
                    prop_assert!(pair[1] - pair[0] > 1.0 - LITTLE, "{:?}", pair);
                }
            }
            let tree = Families::of(&parent);
            for node in 0..parent.len() {
                let (first, end) = tree.children(node as u32);
                if first < end {
                    let middle = (layout.x[first as usize] + layout.x[end as usize - 1]) / 2.0;
                    prop_assert!((layout.x[node] - middle).abs() < LITTLE);
                    prop_assert_eq!(layout.depth(first), layout.depth(node as u32) + 1);
                }
            }
        }

        #[test]
        fn a_mirrored_tree_is_drawn_mirrored(parent in trees(120)) {
            let layout = tidy(&parent);
            let (other, mirrored) = mirror(&parent);
            let other = tidy(&other);
            prop_assert_eq!(&layout.layers, &other.layers);
            for (here, &node) in mirrored.iter().enumerate() {
                prop_assert!((other.x[here] - (layout.width - layout.x[node as usize])).abs() < LITTLE);
            }
        }
    }
}
