//! A few nodes, near by: shapes and words.
//!
//! What can be decided is told by the ink, and again without it: by the sign in a node that has room for one, and by the
//! cut of a node that has none. 0 is whole, 1 is cut in two, bivalent in three, stuck is short, and unknown is hollow.

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
    // In a graph also those that come from above the window.
    let above = layers.start.checked_sub(1).map(|layer| layout.within(layer, from, to));
    let above = above.filter(|slots| slots.len() <= MOST).into_iter().flatten().map(|slot| layout.node(slot));
    for node in above {
        lines.extend(about.links.of(node).iter().map(|&next| edge(point(node), point(next), 0.6)));
    }
    scene.push(lines);
    let way = about
        .path
        .windows(2)
        .map(|pair| Shape::line(point(pair[0]), point(pair[1])).stroke(Ink::Text, 2.5).rounded().into());
    scene.push(way.collect());
    let (_, height) = cell(camera);
    let worded = camera.unit >= WORDS_FROM.0 && camera.row >= height + WORDS_FROM.1;
    for (node, _) in nodes {
        let shade = tree.shade.get(node as usize).copied().unwrap_or_default();
        let said = (worded && tree.parent[node as usize] != node).then(|| (about.words)(node));
        let mut items = draw(node, shade, point(node), camera, about);
        let mut title = shade.words().to_owned();
        if let Some(said) = said {
            let base = Point::new(point(node).x, point(node).y - height / 2.0 - 9.0);
            let words = words::fit(&said, SIZE, camera.unit - 6.0);
            items.push(Text::new(base, SIZE, words).middle().halo().ink(Ink::Text).into());
            title = format!("{said}: {title}");
        }
        scene.push_target(format!("n{node}"), title, items);
    }
    Some(scene)
}

fn edge(from: Point, to: Point, opacity: f32) -> Item {
    Shape::line(from, to).stroke(Ink::Quiet, 1.0).faint(0.6 * opacity).into()
}

/// How wide and high a node is.
fn cell(camera: &Camera) -> (f64, f64) {
    let (width, height) = camera.cell();
    (width.min(56.0), height.min(30.0))
}

fn draw(node: u32, shade: Shade, at: Point, camera: &Camera, about: &Near<'_>) -> Vec<Item> {
    let (width, height) = cell(camera);
    let place = Rect::from_center_size(at, (width, height));
    let round = (height / 3.0).min(width / 3.0);
    let mut items: Vec<Item> = Vec::new();
    let selected = about.selected == Some(node);
    if selected || about.path.contains(&node) {
        let wide = if selected { 4.0 } else { 2.0 };
        let around = Shape::rect(place.inflate(wide, wide), round + wide - 1.0);
        items.push(around.fill(Ink::Paper).stroke(Ink::Text, if selected { 2.5 } else { 1.5 }).into());
    }
    if width >= SIGN_FROM && height >= 18.0 {
        items.push(body(shade, place, round));
        let sign = shade.sign();
        let room = words::width(sign, SIZE) + 8.0;
        let ground = Rect::from_center_size(at, (room.max(16.0), 16.0));
        items.push(Shape::rect(ground, 4.0).fill(Ink::Paper).into());
        let base = Point::new(at.x, at.y + SIZE * 0.36);
        items.push(Text::new(base, SIZE, sign).middle().weight(Weight::Bold).into());
    } else {
        items.extend(pieces(shade, place).into_iter().map(|piece| body(shade, piece, round.min(2.0))));
    }
    if about.closed.get(node as usize).copied().unwrap_or_default() && width >= 8.0 {
        let (x, y) = (at.x, place.y1 + if selected { 9.0 } else { 6.0 });
        let arms = [((x - 3.5, y), (x + 3.5, y)), ((x, y - 3.5), (x, y + 3.5))];
        items.extend(
            arms.map(|(from, to)| Item::from(Shape::line(from.into(), to.into()).stroke(Ink::Text, 1.5))),
        );
    }
    items
}

fn body(shade: Shade, place: Rect, round: f64) -> Item {
    let shape = Shape::rect(place, round);
    match shade {
        Shade::Unknown => shape.fill(Ink::Paper).stroke(Ink::Quiet, 1.0).dashed(3.0, 2.0).into(),
        Shade::Zero | Shade::One | Shade::Both | Shade::Stuck => shape.fill(shade.ink()).into(),
    }
}

/// What a node without a sign is cut into.
fn pieces(shade: Shade, place: Rect) -> Vec<Rect> {
    let count = match shade {
        Shade::Zero | Shade::Unknown => 1,
        Shade::One => 2,
        Shade::Both => 3,
        Shade::Stuck => {
            return vec![Rect {
                y0: place.y0 + place.height() * 0.3,
                y1: place.y1 - place.height() * 0.3,
                ..place
            }];
        }
    };
    let gap = (place.height() / 10.0).max(1.0);
    let tall = (place.height() - gap * (count - 1) as f64) / count as f64;
    let piece = |i: usize| {
        let y0 = place.y0 + (tall + gap) * i as f64;
        Rect { y0, y1: y0 + tall, ..place }
    };
    (0..count).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scene::{Theme, svg};

    use super::*;
    use crate::tree::{layered, tests::trees, tidy};

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

    fn boxes(scene: &Scene) -> Vec<(String, Rect)> {
        let items = scene.groups.iter().flat_map(|group| &group.items);
        let texts = items.filter_map(|item| if let Item::Text(text) = item { Some(text) } else { None });
        texts
            .map(|text| {
                let size = (words::width(&text.words, text.size), text.size);
                let middle = Point::new(text.at.x, text.at.y - text.size * 0.36);
                (text.words.to_string(), Rect::from_center_size(middle, size))
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Words stand beside each other, however near one is; also over signs.
        #[test]
        fn words_never_overlap(parent in trees(60), level in 0.0_f64..=1.0) {
            let shade: Vec<Shade> = (0..parent.len()).map(|node| Shade::ALL[node % 5]).collect();
            let tree = Tree { parent: &parent, shade: &shade };
            let layout = tidy(&parent);
            let mut camera = Camera::fit(&layout, 700.0, 500.0);
            camera.set_level(level, 350.0, 250.0);
            let said = |node: u32| format!("p{node} receives what p{} sent in round {node}", node / 2);
            let closed = vec![true; parent.len()];
            let about = Near { closed: &closed, selected: None, path: &[], ..about(Links::default(), &said) };
            let scene = near(&tree, &layout, &camera, &about).expect("few nodes");
            let boxes = boxes(&scene);
            for (i, (one, place)) in boxes.iter().enumerate() {
                for (other, taken) in &boxes[i + 1..] {
                    prop_assert!(!place.overlaps(*taken), "{one} covers {other}");
                }
            }
        }
    }

    /// Colour is left out: what is cut in the same way is the same.
    #[test]
    fn small_nodes_differ_without_colour() {
        let place = Rect::new(0.0, 0.0, 4.0, 30.0);
        for one in Shade::ALL {
            for other in Shade::ALL.into_iter().filter(|&other| other != one) {
                let hollow = [one, other].map(|shade| shade == Shade::Unknown);
                assert!(
                    pieces(one, place) != pieces(other, place) || hollow[0] != hollow[1],
                    "{one:?} {other:?}"
                );
            }
        }
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
