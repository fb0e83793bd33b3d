//! The configurations as a picture: a tree of schedules, or each of them once, and the part that a window shows.

use scene::{Scene, Theme};
use stage::tree::{self, Camera, Layout, Links, Near, Palette, Raster, Shade, Toward, Tree};

use super::Configurations;
use crate::unfolding::Unfolding;

/// As what the configurations are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Every schedule of at most so many steps; nodes that are closed can be opened.
    Schedules(usize),
    /// Every configuration once, where the shortest schedule leads to it.
    Once,
    /// Every configuration once, and all events between them.
    Folded,
}

/// More nodes than this are not drawn.
const NODES: usize = 1_000_000;
/// More configurations than this are not folded into a graph.
const FOLDED: usize = 100_000;

/// The picture.
pub struct TreeView {
    look: Look,
    shape: Unfolding,
    /// Where the nodes of a folded graph lead.
    links: Option<(Vec<u32>, Vec<u32>)>,
    shade: Vec<Shade>,
    layout: Layout,
    camera: Camera,
    raster: Raster,
    selected: Option<u32>,
}

/// What a window shows.
#[derive(Clone, Copy, Debug)]
pub struct Drawn<'a> {
    /// In pixels of the screen.
    pub width: usize,
    /// In pixels of the screen.
    pub height: usize,
    /// Four bytes a pixel, row by row: red, green, blue, and how much it covers.
    pub pixels: &'a [u8],
}

impl TreeView {
    /// All of it, in a window of this size in pixels.
    #[must_use]
    pub fn new(configurations: &dyn Configurations, look: Look, (width, height): (f64, f64)) -> Self {
        let (graph, roots) = (configurations.proof().graph, configurations.roots());
        let folded = look == Look::Folded && graph.len() <= FOLDED;
        let shape = match look {
            Look::Schedules(depth) => Unfolding::of(graph, roots, depth, NODES),
            Look::Once | Look::Folded => Unfolding::spanning(graph, roots, NODES),
        };
        let links = folded.then(|| shape.links(graph));
        let layout = place(&shape, links.as_ref());
        let mut view = Self {
            look,
            shade: Vec::new(),
            camera: Camera::fit(&layout, width, height),
            raster: Raster::new(width as usize, height as usize),
            selected: None,
            shape,
            links,
            layout,
        };
        view.colour(configurations);
        view
    }

    /// The depth to which a tree of all schedules has no more nodes than this.
    #[must_use]
    pub fn depth_for(configurations: &dyn Configurations, nodes: usize) -> usize {
        let (graph, roots) = (configurations.proof().graph, configurations.roots());
        let size = |depth: usize| Unfolding::of(graph, roots, depth, nodes.saturating_mul(100)).len();
        let mut depth = 1;
        while size(depth + 1) <= nodes && size(depth + 1) > size(depth) {
            depth += 1;
        }
        depth
    }

    fn colour(&mut self, configurations: &dyn Configurations) {
        self.shade = self.shape.state.iter().map(|&state| configurations.shade(state)).collect();
    }

    /// As what it is drawn.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// There were too many configurations to fold them into a graph: each stands once, without the other events.
    #[must_use]
    pub fn unfolded(&self) -> bool {
        self.look == Look::Folded && self.links.is_none()
    }

    /// How many nodes there are.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.shape.len()
    }

    /// How many layers there are.
    #[must_use]
    pub fn height(&self) -> usize {
        self.layout.height()
    }

    /// Whether nodes are missing that could be opened.
    #[must_use]
    pub fn cut(&self) -> bool {
        self.shape.cut()
    }

    /// Whether the children of a node are missing.
    #[must_use]
    pub fn closed(&self, node: u32) -> bool {
        self.shape.closed.get(node as usize).copied().unwrap_or_default()
    }

    /// The configuration at a node.
    #[must_use]
    pub fn state(&self, node: u32) -> u32 {
        self.shape.state[node as usize]
    }

    /// The configurations on the way to a node, from a start.
    #[must_use]
    pub fn walk(&self, node: u32) -> Vec<u32> {
        self.shape.path(node).into_iter().map(|node| self.state(node)).collect()
    }

    /// The node that is looked at.
    #[must_use]
    pub fn selected(&self) -> Option<u32> {
        self.selected.filter(|&node| (node as usize) < self.nodes())
    }

    /// Looks at a node.
    pub fn select(&mut self, node: Option<u32>) {
        self.selected = node;
    }

    /// Looks at the node that a key leads to, and brings it into the window.
    pub fn step(&mut self, toward: Toward) {
        let from = self.selected();
        let to = match from {
            None => Some(0),
            Some(node) => tree::neighbour(&self.shape.parent, &self.layout, node, toward),
        };
        if let Some(node) = to {
            self.selected = Some(node);
            self.reveal(node);
        }
    }

    /// Opens a node of a tree of schedules, or closes it.
    pub fn turn(&mut self, configurations: &dyn Configurations, node: u32) {
        if !matches!(self.look, Look::Schedules(_)) {
            return;
        }
        if self.closed(node) {
            self.shape.expand(configurations.proof().graph, node);
        } else {
            self.shape.collapse(node);
        }
        self.again(configurations);
    }

    /// Follows a walk from a start as far as the picture can, opening what is closed, and looks at its last node.
    pub fn follow(&mut self, configurations: &dyn Configurations, walk: &[u32]) {
        let Some(last) = walk.last() else { return };
        if !matches!(self.look, Look::Schedules(_)) {
            let node = self.shape.state.iter().position(|state| state == last);
            self.selected = node.map(|node| node as u32);
        } else {
            let mut here = (0..self.shape.roots as u32).find(|&root| self.state(root) == walk[0]);
            for &state in &walk[1..] {
                let Some(node) = here else { break };
                if self.closed(node) && self.nodes() < NODES {
                    self.shape.expand(configurations.proof().graph, node);
                }
                here = self.shape.children(node).find(|&child| self.state(child) == state);
            }
            self.selected = here;
            self.again(configurations);
        }
        if let Some(node) = self.selected() {
            self.reveal(node);
        }
    }

    fn again(&mut self, configurations: &dyn Configurations) {
        self.layout = place(&self.shape, self.links.as_ref());
        self.colour(configurations);
        self.camera = self.camera.refit(&self.layout, self.camera.width, self.camera.height);
    }

    /// The window has another size, in pixels.
    pub fn resize(&mut self, (width, height): (f64, f64)) {
        self.camera = self.camera.refit(&self.layout, width, height);
    }

    /// All of it again.
    pub fn fit(&mut self) {
        self.camera = Camera::fit(&self.layout, self.camera.width, self.camera.height);
    }

    /// Magnifies by a factor, so that a point of the window stays where it is.
    pub fn zoom(&mut self, factor: f64, (x, y): (f64, f64)) {
        self.camera.zoom(factor, x, y);
    }

    /// Moves what is seen by so many pixels.
    pub fn pan(&mut self, x: f64, y: f64) {
        self.camera.pan(x, y);
    }

    /// Brings a node into the window, if it is not there: near enough to be seen as one.
    pub fn reveal(&mut self, node: u32) {
        let (x, layer) = self.layout.place(node);
        let at = self.camera.to_window(x, layer as f64);
        let inside = |at: f64, size: f64| at > size * 0.05 && at < size * 0.95;
        if !inside(at.0, self.camera.width) || !inside(at.1, self.camera.height) {
            self.camera.center(x, layer as f64);
        }
    }

    /// The node at a point of the window, at most `slack` pixels away.
    #[must_use]
    pub fn hit(&self, point: (f64, f64), slack: f64) -> Option<u32> {
        tree::hit(&self.layout, &self.camera, point, slack)
    }

    /// Where a node is in the window, and how wide and high it is drawn, in pixels.
    #[must_use]
    pub fn place(&self, node: u32) -> ((f64, f64), (f64, f64)) {
        let (x, layer) = self.layout.place(node);
        (self.camera.to_window(x, layer as f64), self.camera.cell())
    }

    /// The way to a node, as the nodes on it, the first a root.
    #[must_use]
    pub fn path(&self, node: u32) -> Vec<u32> {
        self.shape.path(node)
    }

    /// The window as shapes and words; `None`: so many nodes are an image.
    #[must_use]
    pub fn near(&self, configurations: &dyn Configurations) -> Option<Scene> {
        let path = self.selected().map(|node| self.shape.path(node)).unwrap_or_default();
        let words = |node: u32| {
            let parent = self.shape.parent[node as usize];
            configurations.event(self.state(parent), self.state(node)).short
        };
        let links =
            self.links.as_ref().map_or_else(Links::default, |(starts, targets)| Links { starts, targets });
        let about =
            Near { links, closed: &self.shape.closed, words: &words, selected: self.selected(), path: &path };
        tree::near(
            &Tree { parent: &self.shape.parent, shade: &self.shade },
            &self.layout,
            &self.camera,
            &about,
        )
    }

    /// The window as an image, with so many pixels of the screen in one of the window.
    pub fn paint(&mut self, theme: Theme, scale: f64) -> Drawn<'_> {
        let size = |length: f64| (length * scale).max(1.0) as usize;
        let (width, height) = (size(self.camera.width), size(self.camera.height));
        if (self.raster.width(), self.raster.height()) != (width, height) {
            self.raster = Raster::new(width, height);
        }
        let tree = Tree { parent: &self.shape.parent, shade: &self.shade };
        self.raster.paint(&tree, &self.layout, &self.camera, &Palette::of(theme));
        Drawn { width, height, pixels: self.raster.pixels() }
    }
}

fn place(shape: &Unfolding, links: Option<&(Vec<u32>, Vec<u32>)>) -> Layout {
    match links {
        Some((starts, targets)) => tree::layered(&shape.parent, Links { starts, targets }),
        None => tree::tidy(&shape.parent),
    }
}
