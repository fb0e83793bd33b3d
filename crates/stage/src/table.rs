//! A table in words: quiet heads, hair lines, columns as wide as they need and as the page allows.

use kernel::view::Table;
use scene::kurbo::{Point, Rect};
use scene::{Family, Ink, Item, Scene, Shape, Text, Weight};

use crate::{prose, words};

const SIZE: f64 = 13.0;
const ROW: f64 = 27.0;
/// A column of less than this has no room for words.
const NARROW: f64 = 64.0;

/// A table, as wide as it may be and as high as it needs. Where columns would be too narrow for what is in them, each row is
/// written out, a line a cell. Targets: `row:0`.
pub fn draw(table: &Table, width: f64) -> Scene {
    let mut scene = Scene::new(width, 0.0);
    let mut y = 6.0;
    scene.push(prose::heading(&table.title, width, &mut y).into_iter().collect());
    let columns = columns(table, width);
    y += 8.0;
    if cuts(table, &columns) {
        records(&mut scene, table, &mut y);
        scene.height = y + 6.0;
        return scene;
    }
    if table.head.iter().any(|head| !head.is_empty()) {
        let cells = cells(&table.head, &columns, y + 18.0, Ink::Quiet, false);
        scene.push(cells);
        y += ROW;
    }
    let right = columns.last().map_or(0.0, |(left, room)| left + room);
    for (i, row) in table.rows.iter().enumerate() {
        let place = Rect::new(0.0, y, right, y + ROW);
        let rule = Shape::line(Point::new(0.0, y), Point::new(right, y)).stroke(Ink::Hair, 1.0);
        // A ground of paper, so that the whole row can be pointed at.
        let mut items = vec![Shape::rect(place, 0.0).tint(Ink::Paper, 0.0).into(), rule.into()];
        items.extend(cells(row, &columns, y + 18.0, Ink::Text, true));
        scene.push_target(format!("row:{i}"), title(&table.head, row), items);
        y += ROW;
    }
    scene.height = y + 6.0;
    scene
}

/// Whether a narrow column has no room for what is in it.
fn cuts(table: &Table, columns: &[(f64, f64)]) -> bool {
    let wide = |(cell, (_, room)): (&String, &(f64, f64))| {
        *room < NARROW && words::code_width(cell, SIZE) > room + 0.01
    };
    table.rows.iter().any(|row| row.iter().zip(columns).skip(1).any(wide))
}

/// Each row written out: what it is about, and under it what each cell says beside the head of its column.
fn records(scene: &mut Scene, table: &Table, y: &mut f64) {
    const LINE: f64 = 20.0;
    let width = scene.width;
    let split = (width * 0.38).round();
    for (i, row) in table.rows.iter().enumerate() {
        let top = *y;
        let rule = Shape::line(Point::new(0.0, top), Point::new(width, top)).stroke(Ink::Hair, 1.0);
        let mut lines: Vec<Item> = vec![rule.into()];
        *y += 4.0;
        let said = row.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        for (column, cell) in said {
            let base = *y + 14.0;
            *y += LINE;
            let head = table.head.get(column).map_or("", String::as_str);
            if column == 0 {
                let about = words::fit(&format!("{head} {cell}"), SIZE, width / 1.09);
                lines.push(Text::new(Point::new(0.0, base), SIZE, about).weight(Weight::Strong).into());
                continue;
            }
            let head = words::fit(head, SIZE, split - 10.0);
            lines.push(Text::new(Point::new(0.0, base), SIZE, head).ink(Ink::Quiet).into());
            let value = words::fit_code(cell, SIZE, width - split);
            let value = Text::new(Point::new(split, base), SIZE, value).family(Family::Code).ink(Ink::Text);
            lines.push(value.into());
        }
        *y += 6.0;
        let ground = Shape::rect(Rect::new(0.0, top, width, *y), 0.0).tint(Ink::Paper, 0.0);
        lines.insert(0, ground.into());
        scene.push_target(format!("row:{i}"), title(&table.head, row), lines);
    }
}

/// Left edge and room of each column. The first, which says what its row is about, keeps what it needs up to a
/// third of the width; so do columns that need less than an even share. The others share what is left.
fn columns(table: &Table, width: f64) -> Vec<(f64, f64)> {
    let count = table.rows.iter().map(Vec::len).chain([table.head.len()]).max().unwrap_or(0);
    let need = |column: usize| {
        let head = table.head.get(column).map_or(0.0, |head| words::width(head, SIZE));
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| words::code_width(cell, SIZE).max(words::width(cell, SIZE) * 1.1))
            .fold(head, f64::max)
    };
    let needs: Vec<f64> = (0..count).map(need).collect();
    let mut rooms = vec![None; count];
    let space = if width < 480.0 { 12.0 } else { 18.0 };
    let mut left = (width - space * count.saturating_sub(1) as f64).max(0.0);
    let mut open = count;
    if let Some(first) = needs.first().copied().filter(|need| count > 1 && *need <= width / 3.0) {
        rooms[0] = Some(first);
        left = (left - first).max(0.0);
        open -= 1;
    }
    while open > 0 {
        let share = left / open as f64;
        let small: Vec<usize> = (0..count).filter(|&c| rooms[c].is_none() && needs[c] <= share).collect();
        for &column in &small {
            rooms[column] = Some(needs[column]);
            left -= needs[column];
            open -= 1;
        }
        if small.is_empty() {
            rooms.iter_mut().filter(|room| room.is_none()).for_each(|room| *room = Some(share));
            break;
        }
    }
    let mut x = 0.0;
    let rooms = rooms.into_iter().flatten();
    let place = |room: f64| {
        let left = x;
        x += room + space;
        (left, room)
    };
    rooms.map(place).collect()
}

fn cells(row: &[String], columns: &[(f64, f64)], base: f64, ink: Ink, values: bool) -> Vec<Item> {
    let cells = row.iter().zip(columns).enumerate();
    let texts = cells.map(|(i, (cell, &(left, room)))| {
        let at = Point::new(left, base);
        if values && i > 0 {
            Text::new(at, SIZE, words::fit_code(cell, SIZE, room)).family(Family::Code).ink(ink)
        } else {
            let weight = if values { Weight::Strong } else { Weight::Regular };
            let room = if values { room / 1.09 } else { room };
            Text::new(at, SIZE, words::fit(cell, SIZE, room)).weight(weight).ink(ink)
        }
    });
    texts.map(Item::from).collect()
}

/// `node: S1, version: 3`.
fn title(head: &[String], row: &[String]) -> String {
    let cells = row.iter().enumerate().map(|(i, cell)| match head.get(i).filter(|head| !head.is_empty()) {
        Some(head) => format!("{head}: {cell}"),
        None => cell.clone(),
    });
    cells.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Table {
            title: "Versions".into(),
            head: words(&["key", "value", "written by"]),
            rows: vec![words(&["x", "1", "a transaction with a very long name that fills its column"])],
        }
    }

    #[test]
    fn small_columns_keep_what_they_need() {
        let columns = columns(&table(), 300.0);
        assert_eq!(columns.len(), 3);
        let (left, room) = columns[2];
        assert!((left + room - 300.0).abs() < 0.01 && room > 200.0, "{columns:?}");
    }

    #[test]
    fn what_a_row_is_about_stays_whole() {
        let row: Vec<String> =
            ["known leader"].into_iter().chain(["a long value"; 9]).map(str::to_owned).collect();
        let columns = columns(&Table { rows: vec![row], ..Table::default() }, 600.0);
        assert!(columns[0].1 >= words::width("known leader", SIZE), "{columns:?}");
        assert!((columns[9].0 + columns[9].1 - 600.0).abs() < 0.01);
    }

    #[test]
    fn narrow_tables_are_written_out() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let table = Table {
            title: "What could still be chosen".into(),
            head: words(&["ballot", "value", "S1", "S2", "S3", "can be chosen"]),
            rows: vec![words(&["1", "x", "accepted x", "accepted x", "open", "x: chosen"]); 2],
        };
        let said = |width: f64| {
            let scene = draw(&table, width);
            let groups = scene.groups.into_iter().flat_map(|group| group.items);
            let texts = groups.filter_map(|item| match item {
                Item::Text(text) => Some(text.words.to_string()),
                Item::Shape(_) => None,
            });
            texts.collect::<Vec<_>>()
        };
        assert!(said(336.0).iter().all(|words| !words.contains('…')), "{:?}", said(336.0));
        assert_eq!(said(336.0).iter().filter(|words| *words == "can be chosen").count(), 2);
        assert_eq!(said(900.0).iter().filter(|words| *words == "can be chosen").count(), 1);
    }

    #[test]
    fn a_row_says_what_its_cells_are() {
        let scene = draw(&table(), 300.0);
        let titles: Vec<_> = scene.targets().map(|target| target.title.as_str()).collect();
        assert!(titles[0].starts_with("key: x, value: 1, written by: a transaction"));
        assert!(draw(&Table::default(), 300.0).is_finite());
    }
}
