//! A tree of blocks: a column a height, and each branch on a line of its own.
//!
//! A block that counts for all nodes is solid and tinted; one that counts for some has no tint, one that counts for nobody
//! is dashed and pale, and one that only its maker knows is dotted. Under a block stand the nodes that build on it. The
//! line at the top is the chain that leads highest. Where there are more heights than fit the oldest are left out, and the
//! picture says so.

use kernel::view::{BlockCell, BlockStanding, Blocks};
use scene::kurbo::{Point, Rect};
use scene::{Anchor, Family, Ink, Item, Scene, Shape, Text};

use crate::{era_ink, tone_ink, words};

const HEAD: f64 = 22.0;
const BLOCK: f64 = 38.0;
const ROW: f64 = 64.0;
const GAP: f64 = 20.0;
const LEGEND: f64 = 30.0;

/// The tree, as wide as it may be and as high as it needs. Targets: `block:12-0` (height, which of that height).
pub fn draw(blocks: &Blocks, width: f64) -> Scene {
    let mut scene = Scene::new(width, 0.0);
    let place = Place::new(blocks, width);
    scene.push(place.head(blocks));
    scene.push(place.links(blocks));
    let mut before = (u64::MAX, 0);
    for (i, cell) in blocks.cells.iter().enumerate() {
        before = if cell.height == before.0 { (cell.height, before.1 + 1) } else { (cell.height, 0) };
        let Some(at) = place.of(blocks, i) else { continue };
        scene.push_target(format!("block:{}-{}", before.0, before.1), cell.title.clone(), items(cell, at));
        if let (BlockStanding::Aside, Some(group)) = (cell.standing, scene.groups.last_mut()) {
            group.opacity = 0.65;
        }
    }
    let bottom = HEAD + ROW * place.rows as f64;
    scene.push(legend(blocks, &place, bottom));
    scene.height = bottom + LEGEND;
    scene
}

/// Where blocks stand.
struct Place {
    width: f64,
    /// From one column to the next.
    step: f64,
    /// The first height shown.
    first: u64,
    left: f64,
    /// The line of each block.
    lanes: Vec<usize>,
    rows: usize,
}

impl Place {
    fn new(blocks: &Blocks, width: f64) -> Self {
        let step = if width < 520.0 { 74.0 } else { 86.0 };
        let top = blocks.cells.last().map_or(0, |cell| cell.height);
        let lowest = blocks.cells.first().map_or(0, |cell| cell.height);
        let fit = ((width + GAP) / step).floor().max(1.0) as u64;
        let earlier = if top + 1 - lowest > fit || lowest > 0 { 24.0 } else { 0.0 };
        let fit = ((width + GAP - earlier) / step).floor().max(1.0) as u64;
        let first = lowest.max((top + 1).saturating_sub(fit));
        let lanes = lanes(blocks, first);
        let shown = lanes.iter().zip(&blocks.cells).filter(|(_, cell)| cell.height >= first);
        let rows = shown.map(|(lane, _)| lane + 1).max().unwrap_or(1);
        Self { width, step, first, left: earlier, lanes, rows }
    }

    fn of(&self, blocks: &Blocks, i: usize) -> Option<Rect> {
        let height = blocks.cells[i].height.checked_sub(self.first)?;
        let (x, y) = (self.left + height as f64 * self.step, HEAD + self.lanes[i] as f64 * ROW);
        Some(Rect::new(x, y, x + self.step - GAP, y + BLOCK))
    }

    fn head(&self, blocks: &Blocks) -> Vec<Item> {
        let mut items = Vec::new();
        let top = blocks.cells.last().map_or(0, |cell| cell.height);
        for height in self.first..=top {
            let x = self.left + (height - self.first) as f64 * self.step + (self.step - GAP) / 2.0;
            let text = Text::new(Point::new(x, 13.0), 11.0, height.to_string()).middle().ink(Ink::Quiet);
            items.push(text.into());
        }
        if self.left > 0.0 {
            let y = HEAD + BLOCK / 2.0;
            items.push(Text::new(Point::new(0.0, y + 4.0), 15.0, "…").ink(Ink::Quiet).into());
        }
        items
    }

    /// A line from each block to the one before it.
    fn links(&self, blocks: &Blocks) -> Vec<Item> {
        let mut items = Vec::new();
        for (i, cell) in blocks.cells.iter().enumerate() {
            let Some((to, from)) =
                self.of(blocks, i).zip(cell.before.and_then(|before| self.of(blocks, before)))
            else {
                continue;
            };
            let (start, end) = (Point::new(from.x1, from.center().y), Point::new(to.x0, to.center().y));
            let line = Shape::line(start, end);
            items.push(match cell.standing {
                BlockStanding::Counts | BlockStanding::Disputed => line.stroke(Ink::Text, 1.5).into(),
                BlockStanding::Aside => line.stroke(Ink::Quiet, 1.0).into(),
                BlockStanding::Hidden => line.stroke(Ink::Quiet, 1.5).dashed(1.5, 3.5).into(),
            });
        }
        items
    }
}

/// The line of each block: the chain that leads highest has the first, and every other branch the first that is free from
/// where it leaves to where it ends.
fn lanes(blocks: &Blocks, first: u64) -> Vec<usize> {
    let cells = &blocks.cells;
    let mut followed = vec![false; cells.len()];
    for before in cells.iter().filter_map(|cell| cell.before) {
        followed[before] = true;
    }
    let mut ends: Vec<usize> =
        (0..cells.len()).filter(|&i| !followed[i] && cells[i].height >= first).collect();
    let rank = |&i: &usize| {
        let cell = &cells[i];
        let hidden = cell.standing == BlockStanding::Hidden;
        (hidden, std::cmp::Reverse((cell.height, cell.tips.len())), i)
    };
    ends.sort_by_key(rank);
    let mut lanes = vec![usize::MAX; cells.len()];
    // The heights that are taken on each line.
    let mut taken: Vec<Vec<(u64, u64)>> = Vec::new();
    for end in ends {
        let mut branch = Vec::new();
        let mut next = Some(end);
        while let Some(i) = next.filter(|&i| lanes[i] == usize::MAX) {
            branch.push(i);
            next = cells[i].before;
        }
        let start = branch.last().map_or(0, |&i| cells[i].height);
        let span = (start.max(first), cells[end].height);
        let free = |line: &Vec<(u64, u64)>| line.iter().all(|&(a, b)| b < span.0 || a > span.1);
        let lane = taken.iter().position(free).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(Vec::new());
        }
        taken[lane].push(span);
        for i in branch {
            lanes[i] = lane;
        }
    }
    lanes.iter_mut().filter(|lane| **lane == usize::MAX).for_each(|lane| *lane = 0);
    lanes
}

fn items(cell: &BlockCell, at: Rect) -> Vec<Item> {
    let ink = if cell.flawed { Ink::Bad } else { era_ink(cell.era) };
    let mut items = vec![frame(at, ink, cell.standing).into()];
    let name = Text::new(Point::new(at.x0 + 7.0, at.y0 + 16.0), 13.0, cell.name.clone());
    items.push(name.family(Family::Code).ink(ink).into());
    let label = words::fit(&cell.label, 11.0, at.width() - 26.0);
    items.push(Text::new(Point::new(at.x0 + 7.0, at.y0 + 30.0), 11.0, label).ink(Ink::Text).into());
    // A dot a payment, or their number.
    if cell.count > 3 {
        let count = format!("{}×", cell.count);
        let text = Text::new(Point::new(at.x1 - 6.0, at.y0 + 30.0), 10.0, count).anchor(Anchor::End);
        items.push(text.family(Family::Code).ink(Ink::Quiet).into());
    } else {
        for k in 0..cell.count {
            let dot = Point::new(at.x1 - 8.0 - 7.0 * k as f64, at.y0 + 27.0);
            items.push(Shape::circle(dot, 2.2).fill(Ink::Quiet).into());
        }
    }
    let mut under = at.y1 + 14.0;
    let said = match cell.tips.len() {
        0 => String::new(),
        count if count > 3 => format!("{count} nodes"),
        _ => cell.tips.join(" "),
    };
    for (said, ink) in [
        (said, Ink::Text),
        (if cell.flawed { "invalid".to_owned() } else { String::new() }, Ink::Bad),
        (cell.badge.as_ref().map(|badge| badge.text.clone()).unwrap_or_default(), badge_ink(cell)),
    ] {
        if !said.is_empty() && under < at.y1 + 27.0 {
            let said = words::fit(&said, 11.0, at.width() + GAP - 4.0);
            items.push(Text::new(Point::new(at.center().x, under), 11.0, said).middle().ink(ink).into());
            under += 12.0;
        }
    }
    items
}

fn badge_ink(cell: &BlockCell) -> Ink {
    cell.badge.as_ref().map_or(Ink::Quiet, |badge| tone_ink(badge.tone))
}

fn frame(at: Rect, ink: Ink, standing: BlockStanding) -> Shape {
    let frame = Shape::rect(at.inset(-0.75), 5.0).stroke(ink, 1.5);
    match standing {
        BlockStanding::Counts => frame.tint(ink, 0.16),
        BlockStanding::Disputed => frame.tint(Ink::Raised, 0.8),
        BlockStanding::Aside => frame.tint(Ink::Raised, 0.6).dashed(4.0, 3.0),
        BlockStanding::Hidden => frame.tint(Ink::Raised, 0.6).dashed(1.5, 3.5),
    }
}

/// What the frames mean, as far as they occur.
fn legend(blocks: &Blocks, place: &Place, y: f64) -> Vec<Item> {
    let mut items = Vec::new();
    let mut x = 0.0;
    let keys = [
        (BlockStanding::Counts, "counts for all"),
        (BlockStanding::Disputed, "for some"),
        (BlockStanding::Aside, "for nobody"),
        (BlockStanding::Hidden, "secret"),
    ];
    let shown = |standing| {
        let mut cells = blocks.cells.iter().filter(|cell| cell.height >= place.first);
        cells.any(|cell| cell.standing == standing)
    };
    for (standing, said) in keys.into_iter().filter(|(standing, _)| shown(*standing)) {
        let needs = 22.0 + words::width(said, 11.0) + 16.0;
        if x + needs > place.width + 16.0 {
            break;
        }
        items.push(frame(Rect::new(x, y + 8.0, x + 16.0, y + 20.0), Ink::Quiet, standing).into());
        items.push(Text::new(Point::new(x + 22.0, y + 18.0), 11.0, said).ink(Ink::Quiet).into());
        x += needs;
    }
    let said = format!("under a block: who builds on it; in it: {}, and a dot a payment", blocks.finder);
    if x + words::width(&said, 11.0) <= place.width {
        items.push(Text::new(Point::new(x, y + 18.0), 11.0, said).ink(Ink::Quiet).into());
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(height: u64, before: Option<usize>, standing: BlockStanding) -> BlockCell {
        BlockCell {
            height,
            before,
            name: format!("a{height:03}"),
            label: "M1".to_owned(),
            era: Some(1),
            count: 2,
            standing,
            flawed: false,
            tips: vec![],
            badge: None,
            title: format!("Block {height}"),
        }
    }

    fn forked() -> Blocks {
        let cells = vec![
            cell(0, None, BlockStanding::Counts),
            cell(1, Some(0), BlockStanding::Aside),
            cell(1, Some(0), BlockStanding::Counts),
            cell(2, Some(2), BlockStanding::Disputed),
            cell(2, Some(2), BlockStanding::Hidden),
            cell(3, Some(3), BlockStanding::Disputed),
        ];
        Blocks { finder: "found by", cells }
    }

    #[test]
    fn the_highest_chain_has_the_first_line_and_others_the_first_that_is_free() {
        assert_eq!(lanes(&forked(), 0), [0, 1, 0, 0, 1, 0]);
    }

    #[test]
    fn every_block_that_is_shown_can_be_pointed_at_once() {
        for (width, count) in [(240.0, 5), (1200.0, 6)] {
            let scene = draw(&forked(), width);
            let ids: std::collections::BTreeSet<&str> =
                scene.targets().map(|target| target.id.as_str()).collect();
            assert_eq!(ids.len(), scene.targets().count());
            assert_eq!(ids.len(), count);
            assert!(scene.is_finite());
        }
        assert!(draw(&Blocks::default(), 300.0).is_finite());
    }

    #[test]
    fn a_long_chain_shows_its_end() {
        let cells = (0..50).map(|k| cell(k, (k as usize).checked_sub(1), BlockStanding::Counts)).collect();
        let scene = draw(&Blocks { finder: "found by", cells }, 400.0);
        let titles: Vec<&str> = scene.targets().map(|target| target.title.as_str()).collect();
        assert_eq!(titles, ["Block 45", "Block 46", "Block 47", "Block 48", "Block 49"]);
        for group in &scene.groups {
            for item in &group.items {
                if let Item::Shape(shape) = item {
                    assert!(shape.bounds().x1 <= 400.01);
                }
            }
        }
    }
}
