//! Trees and graphs of states, from far away and from near.
//!
//! - [`tidy`]: places for the nodes of a tree; [`layered`]: for the states of a graph that is folded together;
//! - [`Camera`]: which part a window shows, from all of it to single nodes; [`hit`], [`neighbour`]: what a pointer
//!   and the keys find there;
//! - [`near`]: a few nodes, as shapes and words; [`Raster`]: an image of a million.

mod camera;
mod hit;
mod layered;
mod layout;
mod near;
mod raster;
mod shade;
mod tidy;

pub use camera::{Camera, NEAR};
pub use hit::{Toward, hit, neighbour};
pub use layered::layered;
pub use layout::Layout;
pub use near::{Near, near};
pub use raster::{HATCHED_FROM, LINES_FROM, Raster};
pub use shade::{Palette, Shade};
pub use tidy::tidy;

/// The nodes of a tree, numbered breadth first.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'a> {
    /// From which node each was found; a root from itself.
    pub parent: &'a [u32],
    /// What can be decided from each.
    pub shade: &'a [Shade],
}

/// Where the nodes of a graph lead.
#[derive(Clone, Copy, Debug, Default)]
pub struct Links<'a> {
    /// Where the links of each node begin, and where those of the last one end.
    pub starts: &'a [u32],
    /// Where each link leads.
    pub targets: &'a [u32],
}

impl Links<'_> {
    /// Where a node leads.
    #[inline]
    pub fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        match self.starts.get(node + 1) {
            Some(&end) => &self.targets[self.starts[node] as usize..end as usize],
            None => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    /// Trees numbered breadth first, and forests.
    pub(super) fn trees(most: usize) -> impl Strategy<Value = Vec<u32>> {
        let families = proptest::collection::vec(
            prop_oneof![4 => 0_usize..1, 6 => 1_usize..3, 1 => 3_usize..9],
            1..most,
        );
        (1_u32..4, families).prop_map(move |(roots, families)| {
            let mut parent: Vec<u32> = (0..roots).collect();
            for (node, children) in families.into_iter().enumerate() {
                if node < parent.len() && parent.len() + children <= most {
                    parent.extend(std::iter::repeat_n(node as u32, children));
                }
            }
            parent
        })
    }
}
