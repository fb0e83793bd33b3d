//! What is under a pointer, and what the keys lead to.

use super::{Camera, Layout};

/// The node at a point of the window, at most `slack` pixels away: a finger needs more than a mouse. Where several
/// share a pixel, the nearest.
pub fn hit(layout: &Layout, camera: &Camera, (x, y): (f64, f64), slack: f64) -> Option<u32> {
    let (across, down) = camera.at(x, y);
    let layer = libm::round(down);
    if layer < 0.0 || layer >= layout.height() as f64 {
        return None;
    }
    let (width, height) = camera.cell();
    let slot = layout.nearest(layer as usize, across)?;
    let away = ((f64::from(layout.x[slot]) - across).abs() * camera.unit, (layer - down).abs() * camera.row);
    let near = away.0 <= width / 2.0 + slack && away.1 <= height / 2.0 + slack;
    near.then(|| layout.node(slot))
}

/// Where a key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// Where the node was found from.
    Parent,
    /// The first node that was found from it.
    Child,
    /// The one to its left in the layer.
    Left,
    /// The one to its right in the layer.
    Right,
}

/// The node that a key leads to, from a node of a tree that is numbered breadth first.
pub fn neighbour(parent: &[u32], layout: &Layout, node: u32, toward: Toward) -> Option<u32> {
    let beside = |slot: Option<usize>| {
        let slot = slot.filter(|slot| layout.layer(layout.depth(node)).contains(slot))?;
        Some(layout.node(slot))
    };
    match toward {
        Toward::Parent => Some(parent[node as usize]).filter(|&parent| parent != node),
        Toward::Child => {
            let below = layout.depth(node) + 1;
            let below = (below < layout.height()).then(|| layout.layer(below))?;
            let child = below.start + parent[below].partition_point(|&parent| parent < node);
            (parent.get(child) == Some(&node)).then_some(child as u32)
        }
        Toward::Left => beside(layout.slot(node).checked_sub(1)),
        Toward::Right => beside(Some(layout.slot(node) + 1)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::{tests::trees, tidy};

    #[test]
    fn keys_lead_through_a_tree() {
        let parent = [0, 1, 0, 0, 1, 2];
        let layout = tidy(&parent);
        let from = |node| {
            [Toward::Parent, Toward::Child, Toward::Left, Toward::Right]
                .map(|toward| neighbour(&parent, &layout, node, toward))
        };
        assert_eq!(from(0), [None, Some(2), None, Some(1)]);
        assert_eq!(from(2), [Some(0), Some(5), None, Some(3)]);
        assert_eq!(from(4), [Some(1), None, Some(3), None]);
        assert_eq!(from(5), [Some(2), None, None, None]);
    }

    proptest! {
        #[test]
        fn a_pointer_finds_every_node_at_its_place(parent in trees(200), zoom in 1.0..50.0) {
            let layout = tidy(&parent);
            let mut camera = Camera::fit(&layout, 640.0, 400.0);
            camera.zoom(zoom, 200.0, 100.0);
            for node in 0..parent.len() as u32 {
                let (x, layer) = layout.place(node);
                let (x, y) = camera.to_window(x, layer as f64);
                prop_assert_eq!(hit(&layout, &camera, (x, y), 0.0), Some(node));
                let (width, height) = camera.cell();
                prop_assert!(hit(&layout, &camera, (x, y + height / 2.0 + 1.0), 0.5) != Some(node));
                prop_assert!(hit(&layout, &camera, (x - width / 2.0 - 1.0, y), 0.5) != Some(node));
            }
        }
    }
}
