//! A graph that is folded together: a layer for each distance from the start, and in each layer an order in which
//! few lines cross.
//!
//! States wish to stand in the middle of those they come from, then of those they lead to, and so on, a fixed number
//! of times (Sugiyama, Tagawa and Toda 1981). In each layer they are ordered by their wishes and then stand as near
//! to them as their distance of 1 allows: least squares, by pooling neighbours that would overlap (Barlow and others
//! 1972). Equal wishes keep their order, so equal graphs look equal.

use super::tidy::Families;
use super::{Layout, Links};

/// Times down and up. More change little.
const ROUNDS: usize = 3;

/// Lays a graph out whose nodes are numbered breadth first, with the node from which each was found first, or itself.
pub fn layered(parent: &[u32], links: Links<'_>) -> Layout {
    let layers = Families::of(parent).layers;
    let len = parent.len();
    let mut sweep = Sweep {
        links,
        x: vec![0.0; len],
        order: (0..len as u32).collect(),
        sums: vec![(0.0, 0); len],
        wishes: Vec::new(),
        pools: Vec::new(),
        layers: &layers,
    };
    let height = layers.len() - 1;
    for layer in 0..height {
        sweep.spread(layer);
    }
    for _ in 0..ROUNDS {
        (1..height).for_each(|layer| sweep.down(layer));
        (0..height.saturating_sub(1)).rev().for_each(|layer| sweep.up(layer));
    }
    (1..height).for_each(|layer| sweep.down(layer));
    let Sweep { x, order, .. } = sweep;
    finish(layers, &x, order)
}

fn finish(layers: Vec<u32>, x: &[f64], node: Vec<u32>) -> Layout {
    let least = x.iter().copied().fold(f64::INFINITY, f64::min);
    let mut slot = vec![0; node.len()];
    for (place, &node) in (0..).zip(&node) {
        slot[node as usize] = place;
    }
    let x: Vec<f32> = node.iter().map(|&node| (x[node as usize] - least) as f32).collect();
    let width = x.iter().copied().fold(0.0, f32::max);
    Layout { x, layers, width, node, slot }
}

struct Sweep<'a> {
    links: Links<'a>,
    layers: &'a [u32],
    /// Where each node is.
    x: Vec<f64>,
    /// The nodes of each layer from left to right.
    order: Vec<u32>,
    /// For each node, the sum and the number of the places that it wishes to be near to.
    sums: Vec<(f64, u32)>,
    wishes: Vec<(f64, u32)>,
    /// Neighbours that stand as close as they may: the mean of where their first would stand, and how many they are.
    pools: Vec<(f64, u32)>,
}

impl Sweep<'_> {
    fn layer(&self, layer: usize) -> std::ops::Range<usize> {
        self.layers[layer] as usize..self.layers[layer + 1] as usize
    }

    /// Side by side, around 0.
    fn spread(&mut self, layer: usize) {
        let nodes = self.layer(layer);
        let middle = (nodes.len() as f64 - 1.0) / 2.0;
        for (place, x) in self.x[nodes].iter_mut().enumerate() {
            *x = place as f64 - middle;
        }
    }

    /// Near to the nodes of the layer above that lead here.
    fn down(&mut self, layer: usize) {
        let nodes = self.layer(layer);
        self.sums[nodes.clone()].fill((0.0, 0));
        for source in self.layer(layer - 1) {
            for &target in self.links.of(source as u32) {
                if nodes.contains(&(target as usize)) {
                    let sum = &mut self.sums[target as usize];
                    sum.0 += self.x[source];
                    sum.1 += 1;
                }
            }
        }
        self.settle(layer);
    }

    /// Near to the nodes of the layer below that these lead to.
    fn up(&mut self, layer: usize) {
        let below = self.layer(layer + 1);
        for source in self.layer(layer) {
            let targets =
                self.links.of(source as u32).iter().filter(|&&target| below.contains(&(target as usize)));
            let sum = targets.fold((0.0, 0), |sum, &target| (sum.0 + self.x[target as usize], sum.1 + 1));
            self.sums[source] = sum;
        }
        self.settle(layer);
    }

    /// Orders a layer by its wishes, and fulfils them as well as can be.
    fn settle(&mut self, layer: usize) {
        let nodes = self.layer(layer);
        self.wishes.clear();
        for &node in &self.order[nodes.clone()] {
            let (sum, count) = self.sums[node as usize];
            let wish = if count == 0 { self.x[node as usize] } else { sum / f64::from(count) };
            self.wishes.push((wish, node));
        }
        self.wishes.sort_by(|one, other| one.0.total_cmp(&other.0));
        self.pools.clear();
        for (place, &(wish, _)) in self.wishes.iter().enumerate() {
            let mut pool = (wish - place as f64, 1);
            while let Some(&(before, count)) = self.pools.last() {
                if before < pool.0 {
                    break;
                }
                let both = count + pool.1;
                pool = ((before * f64::from(count) + pool.0 * f64::from(pool.1)) / f64::from(both), both);
                self.pools.pop();
            }
            self.pools.push(pool);
        }
        let starts = self.pools.iter().flat_map(|&(start, count)| std::iter::repeat_n(start, count as usize));
        for (place, (start, &(_, node))) in starts.zip(&self.wishes).enumerate() {
            self.order[nodes.start + place] = node;
            self.x[node as usize] = start + place as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::tests::trees;

    #[test]
    fn lines_that_need_not_cross_do_not() {
        // 0 → 1, 2; 1 → 3, 4; 2 → 3; and a way back, which orders nothing.
        let links = Links { starts: &[0, 2, 4, 5, 6, 6], targets: &[1, 2, 3, 4, 3, 0] };
        let layout = layered(&[0, 0, 0, 1, 1], links);
        assert_eq!([1, 2, 3, 4].map(|slot| layout.node(slot)), [1, 2, 4, 3]);
        assert_eq!((layout.slot(4), layout.depth(4)), (3, 2));
        assert_eq!(layout.place(4).0, f64::from(layout.x[3]));
        assert_eq!(layout.by_slot(&['a', 'b', 'c', 'd', 'e']).as_ref(), ['a', 'b', 'c', 'e', 'd']);
    }

    #[test]
    fn a_diamond_stands_straight() {
        let links = Links { starts: &[0, 2, 3, 4, 4], targets: &[1, 2, 3, 3] };
        assert_eq!(layered(&[0, 0, 0, 1], links).x, [0.5, 0.0, 1.0, 0.5]);
    }

    proptest! {
        #[test]
        fn every_node_has_a_slot_of_its_layer_and_keeps_its_distance(
            parent in trees(80),
            more in proptest::collection::vec((0_u32..80, 0_u32..80), 0..60),
        ) {
            let len = parent.len() as u32;
            let mut links: Vec<(u32, u32)> = (0..).zip(&parent).map(|(node, &parent)| (parent, node)).collect();
            links.extend(more.into_iter().map(|(from, to)| (from % len, to % len)));
            links.sort_unstable();
            let starts: Vec<u32> = (0..=len).map(|node| links.partition_point(|link| link.0 < node) as u32).collect();
            let targets: Vec<u32> = links.into_iter().map(|link| link.1).collect();
            let layout = layered(&parent, Links { starts: &starts, targets: &targets });
            prop_assert_eq!(&layout.layers, &Families::of(&parent).layers);
            for layer in 0..layout.height() {
                let mut nodes: Vec<u32> = layout.layer(layer).map(|slot| layout.node(slot)).collect();
                for pair in layout.x[layout.layer(layer)].windows(2) {
                    prop_assert!(pair[1] - pair[0] > 0.999, "{:?}", pair);
                }
                nodes.sort_unstable();
                prop_assert!(nodes.into_iter().map(|node| node as usize).eq(layout.layer(layer)));
            }
            prop_assert!((0..len).all(|node| layout.node(layout.slot(node)) == node));
        }
    }
}
