//! Texts, one above the other: each character in the colour of who typed it, and what is deleted struck through.

use kernel::view::{Letter, TextRow};
use scene::kurbo::Point;
use scene::{Family, Ink, Item, Scene, Shape, Text, Weight};

use crate::{era_ink, words};

const SIZE: f64 = 14.0;
const LINE: f64 = 22.0;
const HEAD: f64 = 24.0;
const BETWEEN: f64 = 16.0;

/// The texts, as wide as they may be and as high as they need. Targets: `row:2`.
pub fn draw(rows: &[TextRow], width: f64) -> Scene {
    let mut scene = Scene::new(width, 0.0);
    let columns = (width / words::code_width("m", SIZE)).floor().max(1.0) as usize;
    let mut y = 4.0;
    for row in rows {
        let mut items = head(row, width, y);
        y += HEAD;
        for line in lines(&row.letters, columns) {
            y += LINE;
            for (column, run) in runs(line) {
                items.extend(run_items(run, column, y));
            }
        }
        y += BETWEEN;
        let words: String =
            row.letters.iter().filter(|letter| !letter.deleted).map(|letter| letter.letter).collect();
        let words = if words.is_empty() { "no text".to_owned() } else { words };
        scene.push_target(format!("row:{}", row.node), format!("{}: {words}", row.name), items);
    }
    scene.height = y;
    scene
}

fn head(row: &TextRow, width: f64, y: f64) -> Vec<Item> {
    let base = y + 15.0;
    let name = Text::new(Point::new(0.0, base), 15.0, row.name.clone());
    let ink = era_ink(Some(u64::from(row.node) + 1));
    let left = 22.0;
    let remark = if row.down { format!("down; {}", row.remark) } else { row.remark.clone() };
    let remark = Text::new(Point::new(left, base), 12.0, words::fit(&remark, 12.0, width - left));
    let line = Shape::line(Point::new(0.0, base + 6.0), Point::new(width, base + 6.0));
    vec![
        name.weight(Weight::Bold).ink(ink).into(),
        remark.ink(Ink::Quiet).into(),
        line.stroke(Ink::Hair, 1.0).into(),
    ]
}

/// The letters in lines of at most so many, at least one line. A line ends where the text has it end.
fn lines(letters: &[Letter], columns: usize) -> Vec<&[Letter]> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (place, letter) in letters.iter().enumerate() {
        if letter.letter == '\n' {
            lines.push(&letters[start..place]);
            start = place + 1;
        } else if place - start == columns {
            lines.push(&letters[start..place]);
            start = place;
        }
    }
    lines.push(&letters[start..]);
    lines
}

/// Letters that look alike, and the column in which they begin.
fn runs(line: &[Letter]) -> Vec<(usize, &[Letter])> {
    let alike = |a: &Letter, b: &Letter| (a.by, a.deleted) == (b.by, b.deleted);
    let mut column = 0;
    let mut runs = Vec::new();
    for run in line.chunk_by(alike) {
        runs.push((column, run));
        column += run.len();
    }
    runs
}

fn run_items(run: &[Letter], column: usize, y: f64) -> Vec<Item> {
    let Some(first) = run.first() else { return Vec::new() };
    let step = words::code_width("m", SIZE);
    let at = Point::new(column as f64 * step, y);
    let words: String = run.iter().map(|letter| letter.letter).collect();
    let ink = if first.deleted { Ink::Quiet } else { era_ink(Some(u64::from(first.by) + 1)) };
    let mut items: Vec<Item> = vec![Text::new(at, SIZE, words).family(Family::Code).ink(ink).into()];
    if first.deleted {
        let middle = y - SIZE * 0.3;
        let end = Point::new(at.x + step * run.len() as f64, middle);
        items.push(Shape::line(Point::new(at.x, middle), end).stroke(Ink::Bad, 1.2).into());
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(words: &str, by: u16) -> Vec<Letter> {
        words.chars().map(|letter| Letter { letter, by, deleted: letter == 'x' }).collect()
    }

    #[test]
    fn lines_end_where_they_are_full_or_told_to() {
        let text = letters("abcd\nef", 0);
        let words = |line: &[Letter]| line.iter().map(|letter| letter.letter).collect::<String>();
        let all = |columns| lines(&text, columns).into_iter().map(words).collect::<Vec<_>>();
        assert_eq!(all(3), ["abc", "d", "ef"]);
        assert_eq!(all(80), ["abcd", "ef"]);
        assert_eq!(lines(&[], 10).len(), 1);
    }

    #[test]
    fn who_typed_and_what_is_deleted_can_be_seen() {
        let mut text = letters("abx", 0);
        text.extend(letters("cd", 1));
        let found: Vec<(usize, usize)> = runs(&text).into_iter().map(|(at, run)| (at, run.len())).collect();
        assert_eq!(found, [(0, 2), (2, 1), (3, 2)]);
        let row =
            TextRow { node: 0, name: "A".to_owned(), down: false, remark: String::new(), letters: text };
        let scene = draw(&[row], 300.0);
        assert_eq!(scene.targets().next().map(|target| target.title.as_str()), Some("A: abcd"));
    }
}
