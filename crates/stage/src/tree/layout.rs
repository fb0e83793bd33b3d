//! Where the nodes of a tree are: by layers, and from left to right in each.

use std::borrow::Cow;
use std::ops::Range;

/// Places of nodes, in units: neighbours in a layer are at least 1 apart, layers are 1 apart.
///
/// A layout speaks of *slots*: places in the order of layers, and from left to right in each. In a tidy tree the slot
/// of a node is its number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// How far to the right of the leftmost node each slot is; it grows along a layer.
    pub x: Vec<f32>,
    /// The first slot of each layer, and at last the number of slots.
    pub layers: Vec<u32>,
    /// How far the rightmost node is from the leftmost.
    pub width: f32,
    /// The node in each slot; empty where slots are numbers of nodes.
    pub(super) node: Vec<u32>,
    /// The slot of each node; empty likewise.
    pub(super) slot: Vec<u32>,
}

impl Layout {
    /// How many layers there are.
    pub fn height(&self) -> usize {
        self.layers.len().saturating_sub(1)
    }

    /// The slots of a layer.
    pub fn layer(&self, layer: usize) -> Range<usize> {
        self.layers[layer] as usize..self.layers[layer + 1] as usize
    }

    /// The slot of a layer that is nearest to a place.
    pub fn nearest(&self, layer: usize, x: f64) -> Option<usize> {
        let slots = self.layer(layer);
        let after = slots.start + self.x[slots.clone()].partition_point(|&other| f64::from(other) < x);
        let away = |slot: &usize| (f64::from(self.x[*slot]) - x).abs();
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten();
        near.filter(|slot| slots.contains(slot)).min_by(|one, other| away(one).total_cmp(&away(other)))
    }

    /// The slots of a layer that lie between two places, both included.
    pub fn within(&self, layer: usize, from: f64, to: f64) -> Range<usize> {
        let Range { start, end } = self.layer(layer);
        let x = &self.x[start..end];
        let first = x.partition_point(|&x| f64::from(x) < from);
        let last = x.partition_point(|&x| f64::from(x) <= to);
        start + first..start + last.max(first)
    }

    /// The layer of a node.
    pub fn depth(&self, node: u32) -> usize {
        let slot = self.slot(node);
        self.layers.partition_point(|&start| start as usize <= slot).saturating_sub(1)
    }

    /// Where a node is: from the left, and which layer.
    pub fn place(&self, node: u32) -> (f64, usize) {
        (f64::from(self.x[self.slot(node)]), self.depth(node))
    }

    /// The node in a slot.
    #[inline]
    pub fn node(&self, slot: usize) -> u32 {
        self.node.get(slot).copied().unwrap_or(slot as u32)
    }

    /// The slot of a node.
    #[inline]
    pub fn slot(&self, node: u32) -> usize {
        self.slot.get(node as usize).copied().unwrap_or(node) as usize
    }

    /// What is known of each node, in the order of slots.
    pub fn by_slot<'a, T: Copy>(&self, of_node: &'a [T]) -> Cow<'a, [T]> {
        if self.node.is_empty() {
            Cow::Borrowed(of_node)
        } else {
            self.node.iter().map(|&node| of_node[node as usize]).collect()
        }
    }
}
