//! A million nodes, far away: an image.
//!
//! Each layer is a band, and in it each column of pixels tells which nodes stand there: from top to bottom the parts
//! of it that can decide both, 0, 1, neither, or are not known, each as long as its share of the nodes. Colours are
//! never mixed, since a mixture would look like something else; where there are as many pixels as shades, none that
//! is there is left out; where there are fewer, neighbouring columns take turns (an ordered dither). Layers that fall
//! on the same pixels are counted together. How many nodes share a column is not told.
//!
//! 1 is hatched as its ink is, both ways for bivalent, wherever a band has [`HATCHED_FROM`] pixels; thinner bands tell
//! 0 and 1 apart by colour alone. Lines to parents are drawn where nodes are [`LINES_FROM`] pixels apart.

use super::{Camera, Layout, Palette, Shade, Tree};

/// Bands of so many pixels have patterns.
pub const HATCHED_FROM: usize = 5;
/// Nodes that are so many pixels apart have lines.
pub const LINES_FROM: f64 = 6.0;
/// From top to bottom.
const ORDER: [Shade; 5] = [Shade::Both, Shade::Zero, Shade::One, Shade::Stuck, Shade::Unknown];
/// A WebAssembly engine improves a function between calls, not within one: long work is many calls.
const SLICE: usize = 16_384;

/// An image, and room for what it is made from.
#[derive(Clone, Debug)]
pub struct Raster {
    width: usize,
    height: usize,
    /// Red, green, blue and opacity of each pixel, row by row.
    pixels: Vec<u8>,
    /// How many nodes of each shade stand in each column of the band.
    counts: Vec<[u32; 5]>,
}

impl Raster {
    /// An image of so many pixels.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![0; width * height * 4], counts: vec![[0; 5]; width] }
    }

    /// How many columns it has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows it has.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green, blue and opacity of each pixel, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Paints what the camera sees, in as many pixels as there are.
    pub fn paint(&mut self, tree: &Tree<'_>, layout: &Layout, camera: &Camera, palette: &Palette) {
        self.clear(palette.ground);
        let scale = (self.width as f64 / camera.width, self.height as f64 / camera.height);
        let view = View { layout, camera, scale };
        if view.unit() >= LINES_FROM {
            self.lines(tree, &view, palette.line);
        }
        let shades = layout.by_slot(tree.shade);
        let height = view.band();
        let patterns = ORDER.map(|shade| palette.pattern(shade, height >= HATCHED_FROM));
        let mut band = None;
        for layer in camera.layers(layout) {
            let top = libm::round(view.y(layer) - height as f64 / 2.0) as isize;
            if let Some(before) = band.filter(|&before| before != top) {
                self.band(before, height, &patterns);
            }
            band = Some(top);
            let (from, to) = camera.span(0.0);
            let mut slots = layout.within(layer, from, to);
            while !slots.is_empty() {
                let end = slots.end.min(slots.start + SLICE);
                self.count(&view, slots.start, &shades[slots.start..end]);
                slots.start = end;
            }
        }
        if let Some(top) = band {
            self.band(top, height, &patterns);
        }
    }

    fn clear(&mut self, [r, g, b]: [u8; 3]) {
        let row = self.width * 4;
        let Some(first) = self.pixels.get_mut(..row) else { return };
        first.as_chunks_mut().0.fill([r, g, b, 255]);
        for y in 1..self.height {
            self.pixels.copy_within(..row, y * row);
        }
    }

    /// Counts nodes in the columns that they cover.
    #[inline(never)]
    fn count(&mut self, view: &View<'_>, first: usize, shades: &[Shade]) {
        let (wide, unit) = (view.cell(), view.unit());
        let left = view.camera.left * unit + (wide as f64 - 1.0) / 2.0;
        let places = &view.layout.x[first..first + shades.len()];
        if wide == 1 {
            for (&x, &shade) in places.iter().zip(shades) {
                let column = f64::from(x) * unit - left;
                if column >= 0.0
                    && let Some(count) = self.counts.get_mut(column as usize)
                {
                    count[shade as usize] += 1;
                }
            }
            return;
        }
        for (&x, &shade) in places.iter().zip(shades) {
            let start = libm::round(f64::from(x) * unit - left);
            let end = (start + wide as f64).clamp(0.0, self.width as f64) as usize;
            let start = (start.max(0.0) as usize).min(end);
            for count in &mut self.counts[start..end] {
                count[shade as usize] += 1;
            }
        }
    }

    /// Paints a band from the counts, and forgets them.
    fn band(&mut self, top: isize, height: usize, patterns: &[[[[u8; 4]; 4]; 4]; 5]) {
        let rows = top.clamp(0, self.height as isize) as usize
            ..(top + height as isize).clamp(0, self.height as isize) as usize;
        let row = self.width * 4;
        for (x, counts) in self.counts.iter_mut().enumerate() {
            if *counts == [0; 5] {
                continue;
            }
            let ends = shares(&std::mem::take(counts), height, x);
            let mut part = 0;
            for y in rows.clone() {
                let down = (y as isize - top) as usize;
                while ends[part] <= down {
                    part += 1;
                }
                let at = y * row + x * 4;
                self.pixels[at..at + 4].copy_from_slice(&patterns[part][y % 4][x % 4]);
            }
        }
    }

    /// Lines from parents down to their children, also to those that stand beside the window, as far as it is wide.
    fn lines(&mut self, tree: &Tree<'_>, view: &View<'_>, colour: [u8; 3]) {
        let (from, to) = view.camera.span(view.camera.width);
        let layers = view.camera.layers(view.layout);
        let end = (layers.end + 1).min(view.layout.height());
        for layer in layers.start..end {
            for slot in view.layout.within(layer, from, to) {
                let node = view.layout.node(slot);
                let parent = tree.parent[node as usize];
                if parent != node {
                    self.line(view.point(parent), view.point(node), colour);
                }
            }
        }
    }

    /// A line that goes down: in each row the pixels that it passes there.
    fn line(&mut self, from: (f64, f64), to: (f64, f64), [r, g, b]: [u8; 3]) {
        let (first, last) = (from.1.max(0.0) as usize, (to.1.max(0.0) as usize).min(self.height));
        let slope = (to.0 - from.0) / (to.1 - from.1).max(1.0);
        for y in first..last {
            let here = from.0 + slope * (y as f64 - from.1);
            let (start, end) = if slope < 0.0 { (here + slope, here) } else { (here, here + slope) };
            let end = (end + 1.0).clamp(0.0, self.width as f64) as usize;
            let start = (start.max(0.0) as usize).min(end);
            let row = &mut self.pixels[(y * self.width + start) * 4..(y * self.width + end) * 4];
            row.as_chunks_mut().0.fill([r, g, b, 255]);
        }
    }
}

/// Where things are in the image.
struct View<'a> {
    layout: &'a Layout,
    camera: &'a Camera,
    /// Pixels of the image for one of the camera's.
    scale: (f64, f64),
}

impl View<'_> {
    fn unit(&self) -> f64 {
        self.camera.unit * self.scale.0
    }

    /// How many pixels a node is wide.
    fn cell(&self) -> usize {
        libm::round(self.camera.cell().0 * self.scale.0).max(1.0) as usize
    }

    /// How many pixels a band is high.
    fn band(&self) -> usize {
        libm::round(self.camera.cell().1 * self.scale.1).max(1.0) as usize
    }

    fn y(&self, layer: usize) -> f64 {
        (layer as f64 - self.camera.top) * self.camera.row * self.scale.1
    }

    fn point(&self, node: u32) -> (f64, f64) {
        let (x, layer) = self.layout.place(node);
        ((x - self.camera.left) * self.unit(), self.y(layer))
    }
}

/// Where the part of each shade ends, of a column of so many pixels, in [`ORDER`].
fn shares(counts: &[u32; 5], height: usize, column: usize) -> [usize; 5] {
    let counts = ORDER.map(|shade| u64::from(counts[shade as usize]));
    let total: u64 = counts.iter().sum();
    let present = counts.iter().filter(|&&count| count > 0).count();
    let (mut ends, mut sum, mut met) = ([height; 5], 0, 0);
    for (end, count) in ends.iter_mut().zip(counts) {
        sum += count;
        met += usize::from(count > 0);
        *end = if present <= height {
            met + ((sum * (height - present) as u64 + total / 2) / total) as usize
        } else {
            // Pixel `i` shows what is `(i + turn / 8) / height` of the way down.
            let turn = TURNS[column % 8];
            (0..height as u64).take_while(|i| (i * 8 + turn) * total < sum * 8 * height as u64).count()
        };
    }
    ends
}

/// Eight turns, each far from the one before.
const TURNS: [u64; 8] = [0, 4, 2, 6, 1, 5, 3, 7];

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;
    use crate::tree::{hit, tests::trees, tidy};

    /// Colours that can be told apart also halfway to the ground.
    const PALETTE: Palette = Palette {
        shades: [[200, 0, 0], [0, 200, 0], [0, 0, 200], [200, 200, 0], [200, 0, 200]],
        line: [9, 9, 9],
        ground: [0, 0, 0],
    };

    /// A letter for each pixel; where a pattern is lighter, another.
    fn letter(pixel: &[u8]) -> char {
        let letters = [[200, 0, 0], [0, 200, 0], [0, 100, 0], [0, 0, 200], [0, 0, 100], [200, 200, 0]];
        let rest = [[100, 100, 0], [200, 0, 200], [9, 9, 9], [0, 0, 0]];
        let colour = letters.iter().chain(&rest).position(|colour| colour == &pixel[..3]);
        colour.and_then(|place| "01iB8x:?/ ".chars().nth(place)).expect("a colour of the palette")
    }

    fn text(raster: &Raster) -> String {
        let rows = raster.pixels().chunks(raster.width() * 4);
        let rows = rows.map(|row| row.chunks(4).map(letter).collect::<String>().trim_end().to_owned());
        let text = rows.collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned();
        // A border, since an expectation does not keep what all its lines begin with.
        text.lines().map(|line| format!("|{line}\n")).collect()
    }

    fn painted(parent: &[u32], shade: &[Shade], camera: &Camera) -> Raster {
        let mut raster = Raster::new(camera.width as usize, camera.height as usize);
        raster.paint(&Tree { parent, shade }, &tidy(parent), camera, &PALETTE);
        raster
    }

    #[test]
    fn a_small_tree_from_some_way_off() {
        use Shade::{Both, One, Stuck, Unknown, Zero};
        let parent = [0, 0, 0, 0, 1, 1, 2, 3];
        let shade = [Both, Both, Zero, Stuck, One, Zero, Unknown, Stuck];
        let camera = Camera::fit(&tidy(&parent), 56.0, 60.0);
        expect![[r#"
            |                            B8B8B
            |                            BB8BB
            |                            B8B8B
            |                            8BBB8
            |                            B8B8B
            |                           /BB8BB
            |                          //  / //
            |                         //   /  //
            |                        //    /   //
            |                       //     /    /
            |                   8B8B8      00000//xx:xx
            |                   B8BBB      00000 /xxx:x
            |                   8B8B8      00000  :xxx:
            |                   BBB8B      00000  x:xxx
            |                   8B8B8      00000  xx:xx
            |                   B8BBB      00000  xxx:x
            |                   /  /        /      /
            |                   /  /        /      /
            |                  //  //       /      /
            |                  /    /       /      /
            |                111i1  00000  ?????  :xxx:
            |                11i11  00000  ?????  x:xxx
            |                1i111  00000  ?????  xx:xx
            |                i111i  00000  ?????  xxx:x
            |                111i1  00000  ?????  :xxx:
            |                11i11  00000  ?????  x:xxx
        "#]]
        .assert_eq(&text(&painted(&parent, &shade, &camera)));
    }

    /// 3 of 100 nodes below the root are bivalent, and half of the others can decide 1.
    #[test]
    fn many_nodes_in_a_pixel_keep_their_shares() {
        let parent = [0; 101];
        let shade: Vec<Shade> = (0..101)
            .map(|i| match i {
                0 | 30 | 60 | 90 => Shade::Both,
                i if i % 2 == 0 => Shade::One,
                _ => Shade::Zero,
            })
            .collect();
        let camera = Camera::fit(&tidy(&parent), 24.0, 60.0);
        expect![[r#"
            |            B
            |            B
            |            8
            |            B
            |            B
            |            B
            |            8
            |            B
            |            B
            |
            |
            |
            |
            |
            |
            |      0008000800B0
            |      000B000B00B0
            |      000000000000
            |      000000000000
            |      000010000000
            |      i110i110i111
            |      111i111i111i
            |      11i111i111i1
            |      1i111i111i11
        "#]]
        .assert_eq(&text(&painted(&parent, &shade, &camera)));
    }

    proptest! {
        #[test]
        fn a_share_is_fair_and_nothing_there_is_left_out(
            counts in proptest::array::uniform5(prop_oneof![Just(0_u32), 1_u32..1_000_000]),
            height in 1_usize..40,
        ) {
            let total: u64 = counts.iter().map(|&count| u64::from(count)).sum();
            prop_assume!(total > 0);
            let present = counts.iter().filter(|&&count| count > 0).count();
            let mut means = [0.0; 5];
            for column in 0..8 {
                let ends = shares(&counts, height, column);
                prop_assert!(ends.is_sorted() && ends[4] == height);
                for (i, shade) in ORDER.into_iter().enumerate() {
                    let pixels = ends[i] - if i > 0 { ends[i - 1] } else { 0 };
                    let count = counts[shade as usize];
                    prop_assert!(count > 0 || pixels == 0);
                    prop_assert!(count == 0 || pixels > 0 || present > height);
                    means[i] += pixels as f64 / 8.0;
                }
            }
            for (i, shade) in ORDER.into_iter().enumerate() {
                let share = f64::from(counts[shade as usize]) / total as f64 * height as f64;
                // A pixel for each that is there, and a pixel for rounding; columns that take turns are fairer.
                let most = if present > height { 0.26 } else { present as f64 + 1.0 };
                prop_assert!((means[i] - share).abs() <= most, "{} of {}", means[i], share);
            }
        }

        #[test]
        fn a_hit_finds_what_was_drawn(parent in trees(150), seed in 0_u8..5, zoom in 1.0..40.0) {
            let layout = tidy(&parent);
            let shade: Vec<Shade> =
                (0..parent.len()).map(|node| Shade::ALL[(node * 7 + usize::from(seed)) % 5]).collect();
            let mut camera = Camera::fit(&layout, 320.0, 200.0);
            camera.zoom(zoom, 100.0, 50.0);
            let raster = painted(&parent, &shade, &camera);
            let letters: Vec<char> = raster.pixels().chunks(4).map(letter).collect();
            let alone = camera.unit >= 5.0 && camera.row >= 5.0;
            for (at, &letter) in letters.iter().enumerate().filter(|(_, letter)| !" /".contains(**letter)) {
                let point = ((at % 320) as f64 + 0.5, (at / 320) as f64 + 0.5);
                let found = hit(&layout, &camera, point, 1.5);
                let Some(found) = found else { panic!("{letter} at {point:?} is no node") };
                let drawn = match letter { '0' => 0, '1' | 'i' => 1, 'B' | '8' => 2, 'x' | ':' => 3, _ => 4 };
                prop_assert!(!alone || shade[found as usize] as usize == drawn, "{letter} at {point:?}");
            }
            for node in 0..parent.len() as u32 {
                let (x, layer) = layout.place(node);
                let (x, y) = camera.to_window(x, layer as f64);
                if (1.0..319.0).contains(&x) && (1.0..199.0).contains(&y) {
                    let row = letters[y as usize * 320..].iter().skip(x as usize - 1).take(3);
                    prop_assert!(row.clone().any(|letter| !" /".contains(*letter)), "node {node} at {x}, {y}");
                }
            }
        }
    }
}
