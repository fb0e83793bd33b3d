//! A few nodes, near by: shapes and words.
//!
//! What can be decided is told three times: by the ink, by its hatch, and by the sign in a node that has room for it.

use scene::kurbo::{Point, Rect};
use scene::{Ink, Item, Scene, Shape, Text, Weight};

use super::{Camera, Layout, Links, Shade, Tree};
use crate::words;

/// More nodes than this are an image.
const MOST: usize = 2_000;
/// The sign of a node needs so many pixels across.
const SIGN_FROM: f64 = 26.0;
/// What leads to a node is said where nodes are so many pixels apart, and layers so many more than a node is high.
const WORDS_FROM: (f64, f64) = (60.0, 22.0);
/// The letters.
const SIZE: f64 = 11.0;

/// What is known of the nodes, beside what can be decided.
pub struct Near<'a> {
    /// Where the nodes of a graph lead; empty for a tree.
    pub links: Links<'a>,
    /// Which nodes have children that are not there.
    pub closed: &'a [bool],
    /// What happens on the way to a node, as short as it can be said.
    pub words: &'a dyn Fn(u32) -> String,
    /// The node that is looked at.
    pub selected: Option<u32>,
    /// The nodes on the way to it.
    pub path: &'a [u32],
}

/// What the camera sees, as shapes. Targets: `n7`, the nodes by their numbers. `None`: these are too many.
pub fn near(tree: &Tree<'_>, layout: &Layout, camera: &Camera, about: &Near<'_>) -> Option<Scene> {
    let (from, to) = camera.span(0.0);
    let layers = camera.layers(layout);
    let seen = layers.clone().map(|layer| layout.within(layer, from, to));
    if seen.clone().map(|slots| slots.len()).sum::<usize>() > MOST {
        return None;
    }
    let nodes: Vec<(u32, usize)> = layers
        .clone()
        .zip(seen)
        .flat_map(|(layer, slots)| slots.map(move |slot| (layout.node(slot), layer)))
        .collect();
    let mut scene = Scene::new(camera.width, camera.height);
    let point = |node: u32| {
        let (x, layer) = layout.place(node);
        let (x, y) = camera.to_window(x, layer as f64);
        Point::new(x, y)
    };
    let mut lines: Vec<Item> = Vec::new();
    // Those that come from above to what stands below the window are seen, too, unless they are many.
    let below = (layers.end < layout.height()).then(|| layout.within(layers.end, from, to));
    let below = below.filter(|slots| slots.len() <= MOST).into_iter().flatten().map(|slot| layout.node(slot));
    for node in nodes.iter().map(|(node, _)| *node).chain(below) {
        let parent = tree.parent[node as usize];
        if parent != node && about.links.targets.is_empty() {
            lines.push(edge(point(parent), point(node), 1.0));
        }
        lines.extend(about.links.of(node).iter().map(|&next| edge(point(node), point(next), 0.6)));
    }
    scene.push(lines);
    let way = about
        .path
        .windows(2)
        .map(|pair| Shape::line(point(pair[0]), point(pair[1])).stroke(Ink::Text, 2.5).rounded().into());
    scene.push(way.collect());
    for (node, _) in nodes {
        let shade = tree.shade.get(node as usize).copied().unwrap_or_default();
        let items = draw(node, shade, point(node), camera, about, tree.parent[node as usize] == node);
        scene.push_target(format!("n{node}"), shade.words().to_owned(), items);
    }
    Some(scene)
}

fn edge(from: Point, to: Point, opacity: f32) -> Item {
    Shape::line(from, to).stroke(Ink::Quiet, 1.0).faint(0.6 * opacity).into()
}

fn draw(node: u32, shade: Shade, at: Point, camera: &Camera, about: &Near<'_>, root: bool) -> Vec<Item> {
    let (width, height) = camera.cell();
    let (width, height) = (width.min(56.0), height.min(30.0));
    let place = Rect::from_center_size(at, (width, height));
    let round = (height / 3.0).min(width / 3.0);
    let mut items: Vec<Item> = Vec::new();
    if about.selected == Some(node) {
        let around = Shape::rect(place.inflate(4.0, 4.0), round + 3.0);
        items.push(around.fill(Ink::Paper).stroke(Ink::Text, 2.5).into());
    }
    let mut body = Shape::rect(place, round);
    body = if shade == Shade::Unknown {
        body.fill(Ink::Paper).stroke(Ink::Quiet, 1.0).dashed(3.0, 2.0)
    } else {
        body.fill(shade.ink())
    };
    items.push(body.into());
    if width >= SIGN_FROM && height >= 18.0 {
        let sign = shade.sign();
        let room = words::width(sign, SIZE) + 8.0;
        let ground = Rect::from_center_size(at, (room.max(16.0), 16.0));
        items.push(Shape::rect(ground, 4.0).fill(Ink::Paper).into());
        let base = Point::new(at.x, at.y + SIZE * 0.36);
        items.push(Text::new(base, SIZE, sign).middle().weight(Weight::Bold).into());
    }
    if about.closed.get(node as usize).copied().unwrap_or_default() && width >= 8.0 {
        let foot = Point::new(at.x, place.y1);
        let down = Point::new(at.x, place.y1 + 7.0);
        items.push(Shape::line(foot, down).stroke(Ink::Quiet, 2.0).dashed(2.0, 2.0).into());
    }
    if camera.unit >= WORDS_FROM.0 && camera.row >= height + WORDS_FROM.1 && !root {
        let said = words::fit(&(about.words)(node), SIZE, camera.unit - 6.0);
        let base = Point::new(at.x, place.y0 - 9.0);
        items.push(Text::new(base, SIZE, said).middle().halo().ink(Ink::Text).into());
    }
    items
}

#[cfg(test)]
mod tests {
    use scene::{Theme, svg};

    use super::*;
    use crate::tree::{layered, tidy};

    /// 0 → 1, 2, 3; 1 → 4, 5; 3 → 6.
    const PARENT: [u32; 7] = [0, 0, 0, 0, 1, 1, 3];
    const SHADE: [Shade; 7] =
        [Shade::Both, Shade::Both, Shade::Zero, Shade::Stuck, Shade::Zero, Shade::One, Shade::Unknown];

    fn about<'a>(links: Links<'a>, words: &'a dyn Fn(u32) -> String) -> Near<'a> {
        let closed = &[false, false, false, false, true, false, false];
        Near { links, closed, words, selected: Some(4), path: &[0, 1, 4] }
    }

    #[test]
    fn every_node_tells_what_can_be_decided_and_how_it_was_reached() {
        let tree = Tree { parent: &PARENT, shade: &SHADE };
        let layout = tidy(&PARENT);
        let camera = Camera::fit(&layout, 600.0, 400.0);
        let said = |node: u32| format!("p{node} ← p1");
        let scene = near(&tree, &layout, &camera, &about(Links::default(), &said)).expect("few nodes");
        assert_eq!(scene.targets().count(), 7);
        let text = svg::write(&scene, Theme::Light, &svg::Options::default());
        for words in ["0|1", "✕", "?", "p4 ← p1"] {
            assert!(text.contains(words), "{words}");
        }
        assert!(!text.contains("p0 ← p1"), "nothing leads to a root");
    }

    #[test]
    fn words_have_room_between_layers_or_are_left_out() {
        let chain: Vec<u32> = (0..100_u32).map(|node| node.saturating_sub(1)).collect();
        let shade = vec![Shade::Both; chain.len()];
        let tree = Tree { parent: &chain, shade: &shade };
        let layout = tidy(&chain);
        let said = |node: u32| format!("p{node} steps");
        let words = |camera: &Camera| {
            let scene = near(&tree, &layout, camera, &about(Links::default(), &said)).expect("few nodes");
            svg::write(&scene, Theme::Light, &svg::Options::default()).matches("steps<").count()
        };
        let mut camera = Camera::fit(&layout, 600.0, 400.0);
        assert_eq!(words(&camera), 0, "layers are a few pixels apart");
        camera.set_level(1.0, 300.0, 200.0);
        let seen = camera.layers(&layout);
        assert_eq!(words(&camera), seen.len() - usize::from(seen.start == 0));
    }

    #[test]
    fn a_graph_has_all_its_lines_and_many_nodes_are_an_image() {
        let (starts, targets) = ([0, 3, 5, 6, 7, 7, 7, 7], [1, 2, 3, 4, 5, 5, 6]);
        let links = Links { starts: &starts, targets: &targets };
        let tree = Tree { parent: &PARENT, shade: &SHADE };
        let layout = layered(&PARENT, links);
        let camera = Camera::fit(&layout, 600.0, 400.0);
        let said = |_: u32| String::new();
        let scene = near(&tree, &layout, &camera, &about(links, &said)).expect("few nodes");
        assert_eq!(scene.groups[0].items.len(), targets.len());
        let wide: Vec<u32> = (0..3_000).map(|_| 0).collect();
        let layout = tidy(&wide);
        let camera = Camera::fit(&layout, 600.0, 400.0);
        let shade = vec![Shade::Zero; 3_000];
        let tree = Tree { parent: &wide, shade: &shade };
        assert!(near(&tree, &layout, &camera, &about(Links::default(), &said)).is_none());
    }
}
