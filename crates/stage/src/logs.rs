//! Replicated logs: a row a node, a cell an entry, the ink of its era.
//!
//! A cell is dashed until its node knows that the entry is committed (or chosen: the log says what it is called);
//! then it is solid and tinted. Its small number is the era, so that no meaning hangs on colour alone. A gap is a thin
//! empty cell. Where a log is too wide its oldest cells are left out, and the picture says so.

use std::collections::BTreeMap;

use kernel::view::{LogCell, LogRow, Logs};
use scene::kurbo::{Point, Rect, Vec2};
use scene::{Anchor, Family, Ink, Item, Scene, Shape, Text, Weight};

use crate::{era_ink, words};

const CELL: f64 = 26.0;
const GAP: f64 = 3.0;
const ROW: f64 = CELL + 5.0;
const HEAD: f64 = 20.0;
const POINTERS: f64 = 20.0;
const LEGEND: f64 = 28.0;

/// The logs, as wide as they may be and as high as they need. Targets: `entry:2-5` (node, index).
pub fn draw(logs: &Logs, width: f64) -> Scene {
    let grid = Grid::new(logs, width);
    let mut scene = Scene::new(width, 0.0);
    scene.push(grid.head());
    let mut y = HEAD;
    for row in &logs.rows {
        grid.row(&mut scene, row, y);
        y += ROW;
        if !row.pointers.is_empty() {
            let pointers = grid.pointers(row, y - 3.0);
            if !pointers.is_empty() {
                scene.push(pointers);
                y += POINTERS;
            }
        }
    }
    scene.push(legend(&grid, y));
    scene.height = y + LEGEND;
    scene
}

/// Which indexes are shown, and where.
struct Grid {
    left: f64,
    width: f64,
    cell: f64,
    /// The first index shown.
    first: u64,
    /// The index after the last one shown.
    end: u64,
    /// The first index of the view.
    given: u64,
    /// What an era is called.
    era: &'static str,
    /// What an index is called.
    place: &'static str,
    /// What a settled entry is called.
    settled: &'static str,
    /// What another is called.
    open: &'static str,
    /// A row has a gap.
    gaps: bool,
}

impl Grid {
    fn new(logs: &Logs, width: f64) -> Self {
        let names = logs.rows.iter().map(|row| words::width(&row.name, 15.0)).fold(0.0, f64::max);
        let roles = logs.rows.iter().map(|row| words::width(&row.role, 12.0)).fold(0.0, f64::max);
        let wide = width >= 520.0;
        let label = if wide { names + 8.0 + roles.min(90.0) } else { names.max(44.0) };
        let left = (label + 14.0).min(width * 0.4);
        let cell = if wide { 68.0 } else { 54.0 };
        let given = logs.first.max(1);
        let longest = logs.rows.iter().map(|row| row.cells.len() as u64).max().unwrap_or(0);
        let pointed = logs.rows.iter().flat_map(|row| &row.pointers).map(|p| p.index + 1).max().unwrap_or(0);
        let end = (given + longest).max(pointed.min(given + longest + 1));
        let fit = (((width - left) / (cell + GAP)).floor()).max(1.0) as u64;
        let first = given.max(end.saturating_sub(fit));
        let shown =
            |row: &LogRow| (given..).zip(&row.cells).any(|(index, cell)| index >= first && cell.is_none());
        let gaps = logs.rows.iter().any(shown);
        let (era, place, settled, open) = (logs.era, logs.place, logs.settled, logs.open);
        Self { left, width, cell, first, end, given, era, place, settled, open, gaps }
    }

    fn x(&self, index: u64) -> f64 {
        self.left + (index - self.first) as f64 * (self.cell + GAP)
    }

    fn shows(&self, index: u64) -> bool {
        (self.first..self.end).contains(&index) && self.x(index) + self.cell <= self.width + 0.01
    }

    /// The indexes, and what was left out before them.
    fn head(&self) -> Vec<Item> {
        let mut items = Vec::new();
        if self.first > 1 {
            let words = if self.first > self.given || self.given > 1 { "… earlier" } else { "" };
            let words = words::fit(words, 11.0, self.left - 6.0);
            items.push(Text::new(Point::new(0.0, 13.0), 11.0, words).ink(Ink::Quiet).into());
        }
        for index in (self.first..self.end).filter(|&index| self.shows(index)) {
            let at = Point::new(self.x(index) + self.cell / 2.0, 13.0);
            items.push(Text::new(at, 11.0, index.to_string()).middle().ink(Ink::Quiet).into());
        }
        items
    }

    fn row(&self, scene: &mut Scene, row: &LogRow, y: f64) {
        let base = y + CELL / 2.0 + 5.0;
        let ink = if row.down { Ink::Quiet } else { Ink::Text };
        let name = words::fit(&row.name, 15.0, self.left - 6.0);
        let mut items =
            vec![Text::new(Point::new(0.0, base), 14.0, name).weight(Weight::Bold).ink(ink).into()];
        let after = words::width(&row.name, 15.0) + 8.0;
        let role = words::fit(if row.down { "down" } else { &row.role }, 12.0, self.left - after - 6.0);
        if !role.is_empty() && self.width >= 520.0 {
            let weight = if row.acting { Weight::Strong } else { Weight::Regular };
            let ink = if row.down { Ink::Bad } else { Ink::Quiet };
            items.push(Text::new(Point::new(after, base), 12.0, role).weight(weight).ink(ink).into());
        }
        scene.push(items);
        for (index, cell) in (self.given..).zip(&row.cells).filter(|(index, _)| self.shows(*index)) {
            let title = self.title(row, index, cell.as_ref());
            let items = match cell {
                Some(cell) => self.cell(index, cell, y),
                None => vec![gap(self.place(index, y).inset(-3.0)).into()],
            };
            scene.push_target(format!("entry:{}-{index}", row.node), title, items);
            if row.down
                && let Some(group) = scene.groups.last_mut()
            {
                group.opacity = 0.6;
            }
        }
    }

    fn place(&self, index: u64, y: f64) -> Rect {
        Rect::new(self.x(index), y, self.x(index) + self.cell, y + CELL)
    }

    fn cell(&self, index: u64, cell: &LogCell, y: f64) -> Vec<Item> {
        let place = self.place(index, y);
        let ink = era_ink(Some(cell.era));
        let mut items = Vec::with_capacity(3);
        items.push(frame(place, ink, cell.committed).into());
        let era = cell.era.to_string();
        let aside = words::code_width(&era, 9.5) + 7.0;
        items.push(
            Text::new(Point::new(place.x0 + 4.5, place.y0 + 10.5), 9.5, era)
                .family(Family::Code)
                .ink(ink)
                .into(),
        );
        let size = if self.cell < 60.0 { 12.0 } else { 13.0 };
        let label = words::fit_code(&cell.label, size, self.cell - aside - 4.0);
        let middle = Point::new((place.x0 + aside + place.x1 - 4.0) / 2.0, place.y0 + CELL / 2.0 + 4.5);
        items.push(Text::new(middle, size, label).middle().family(Family::Code).ink(ink).into());
        items
    }

    /// `S3, entry 2: x=1, term 3, committed`.
    fn title(&self, row: &LogRow, index: u64, cell: Option<&LogCell>) -> String {
        let (place, settled) = (self.place, self.settled);
        let Some(cell) = cell else { return format!("{}, {place} {index}: nothing", row.name) };
        let state = match (cell.committed, cell.applied) {
            (true, true) => format!("{settled}, applied"),
            (true, false) => settled.to_owned(),
            (false, _) => self.open.to_owned(),
        };
        format!("{}, {place} {index}: {}, {} {}, {state}", row.name, cell.label, self.era, cell.era)
    }

    /// Arrows under a row, those to one index together.
    fn pointers(&self, row: &LogRow, y: f64) -> Vec<Item> {
        let mut at = BTreeMap::<u64, Vec<&str>>::new();
        for pointer in row.pointers.iter().filter(|pointer| self.shows(pointer.index)) {
            at.entry(pointer.index).or_default().push(&pointer.label);
        }
        let mut items = Vec::new();
        let mut busy_until = self.left;
        let places: Vec<u64> = at.keys().copied().collect();
        for (k, (index, labels)) in at.into_iter().enumerate() {
            let tip = Point::new(self.x(index) + self.cell / 2.0, y);
            let wing = Vec2::new(4.5, 7.0);
            let corners = [tip, tip + wing, tip + Vec2::new(-wing.x, wing.y)];
            items.push(Shape::polygon(&corners).fill(Ink::Quiet).into());
            // To the right of the arrow up to the next arrow; to its left where that gives more room.
            let next = places.get(k + 1).map_or(self.width, |&next| self.x(next) + self.cell / 2.0 - 10.0);
            let (right, left) = (next - tip.x - 8.0, tip.x - 8.0 - busy_until);
            let said = together(&labels);
            let needs = words::width(&said, 11.0);
            let leftward = needs > right && left > right;
            let room = if leftward { left } else { right };
            // An arrow further left has already said `next`.
            let shorter = said.split_once(' ').filter(|_| k > 0 && needs > room);
            let said = words::fit(shorter.map_or(said.as_str(), |(_, rest)| rest), 11.0, room);
            let (x, anchor) =
                if leftward { (tip.x - 8.0, Anchor::End) } else { (tip.x + 8.0, Anchor::Start) };
            busy_until = if leftward { tip.x + 8.0 } else { x + words::width(&said, 11.0) + 6.0 };
            items.push(Text::new(Point::new(x, y + 10.0), 11.0, said).anchor(anchor).ink(Ink::Quiet).into());
        }
        items
    }
}

/// `next S2, S3` for `next S2` and `next S3`.
fn together(labels: &[&str]) -> String {
    let mut said = labels.first().copied().unwrap_or_default().to_owned();
    let first = said.split(' ').next().unwrap_or_default().to_owned();
    for label in labels.iter().skip(1) {
        let rest = label.strip_prefix(first.as_str()).and_then(|rest| rest.strip_prefix(' '));
        said.push_str(", ");
        said.push_str(rest.unwrap_or(label));
    }
    said
}

fn frame(place: Rect, ink: Ink, committed: bool) -> Shape {
    let frame = Shape::rect(place.inset(-0.75), 4.0).stroke(ink, 1.5);
    if committed { frame.tint(ink, 0.14) } else { frame.tint(Ink::Raised, 0.6).dashed(4.0, 3.0) }
}

fn gap(place: Rect) -> Shape {
    Shape::rect(place.inset(-1.0), 3.0).stroke(Ink::Quiet, 1.0).dashed(1.5, 3.5)
}

fn legend(grid: &Grid, y: f64) -> Vec<Item> {
    let mut items = Vec::new();
    let mut x = grid.left;
    let fits = grid.width >= 520.0 || grid.open.len() <= 16;
    let open = if fits { grid.open.to_owned() } else { "open".to_owned() };
    let mut keys = vec![(Some(true), grid.settled.to_owned()), (Some(false), open)];
    keys.extend(grid.gaps.then(|| (None, "gap".to_owned())));
    for (committed, said) in keys {
        let needs = 22.0 + words::width(&said, 11.0) + 16.0;
        if x + needs > grid.width + 16.0 {
            break;
        }
        let place = Rect::new(x, y + 8.0, x + 16.0, y + 20.0);
        items.push(
            committed.map_or_else(|| gap(place), |committed| frame(place, Ink::Quiet, committed)).into(),
        );
        items.push(Text::new(Point::new(x + 22.0, y + 18.0), 11.0, said).ink(Ink::Quiet).into());
        x += needs;
    }
    items
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use kernel::view::Pointer;

    use super::*;

    fn logs(length: u64) -> Logs {
        let cell = |i: u64| LogCell {
            era: 1 + i / 3,
            label: format!("x={i}"),
            committed: i + 2 < length,
            applied: false,
        };
        let row = |node: u16| LogRow {
            node,
            name: format!("S{}", node + 1),
            role: if node == 0 { "leader" } else { "follower" }.into(),
            acting: node == 0,
            down: node == 2,
            cells: (0..length - u64::from(node)).map(|i| Some(cell(i))).collect(),
            pointers: if node == 0 { pointers(length) } else { vec![] },
        };
        let rows = (0..3).map(row).collect();
        let open = "not known to be committed";
        Logs { first: 1, era: "term", place: "entry", settled: "committed", open, rows }
    }

    fn pointers(length: u64) -> Vec<Pointer> {
        vec![
            Pointer { index: length + 1, label: "next S2".into() },
            Pointer { index: length, label: "next S3".into() },
        ]
    }

    fn said(scene: &Scene) -> Vec<&str> {
        let items = scene.groups.iter().flat_map(|group| &group.items);
        let texts = items.filter_map(|item| match item {
            Item::Text(text) => Some(text.words.as_ref()),
            Item::Shape(_) => None,
        });
        texts.collect()
    }

    #[test]
    fn nothing_is_wider_than_the_page() {
        for width in [200.0, 328.0, 360.0, 760.0, 1440.0] {
            for length in [3, 9, 40] {
                let scene = draw(&logs(length), width);
                for group in &scene.groups {
                    for item in &group.items {
                        let right = match item {
                            Item::Shape(shape) => shape.bounds().x1,
                            Item::Text(text) => match text.anchor {
                                Anchor::Start => text.at.x + words::text_width(text),
                                Anchor::Middle | Anchor::End => text.at.x,
                            },
                        };
                        assert!(right <= width + 0.01, "{item:?} at {width}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_long_log_shows_its_end_and_says_so() {
        let scene = draw(&logs(40), 360.0);
        let said = said(&scene);
        assert!(said.contains(&"… earlier") && said.contains(&"40") && !said.contains(&"1"), "{said:?}");
    }

    #[test]
    fn pointers_to_one_index_are_said_together() {
        assert_eq!(together(&["next S2", "next S3", "match S3"]), "next S2, S3, match S3");
        assert_eq!(together(&[]), "");
    }

    #[test]
    fn a_gap_is_an_empty_cell_and_stands_in_the_key() {
        let mut logs = logs(4);
        assert!(!said(&draw(&logs, 760.0)).contains(&"gap"));
        logs.rows[1].cells[1] = None;
        let scene = draw(&logs, 760.0);
        assert!(said(&scene).contains(&"gap"));
        let gap = scene
            .groups
            .iter()
            .find(|group| group.target.as_ref().is_some_and(|target| target.title == "S2, entry 2: nothing"));
        let items = &gap.expect("a gap can be pointed at").items;
        assert!(matches!(items.as_slice(), [Item::Shape(_)]), "a frame without words");
    }

    #[test]
    fn an_entry_says_what_it_is() {
        let scene = draw(&logs(3), 760.0);
        let titles: Vec<_> = scene.targets().map(|target| target.title.as_str()).collect();
        expect![[r#"
            [
                "S1, entry 1: x=0, term 1, committed",
                "S1, entry 2: x=1, term 1, not known to be committed",
                "S1, entry 3: x=2, term 1, not known to be committed",
                "S2, entry 1: x=0, term 1, committed",
                "S2, entry 2: x=1, term 1, not known to be committed",
                "S3, entry 1: x=0, term 1, committed",
            ]
        "#]]
        .assert_debug_eq(&titles);
    }
}
