//! A heading and sentences, broken into lines.

use scene::kurbo::Point;
use scene::{Family, Ink, Item, Scene, Text, Weight};

use crate::words;

/// Sentences, as wide as they may be and as high as they need.
pub fn draw(title: &str, body: &str, width: f64) -> Scene {
    let mut items: Vec<Item> = Vec::new();
    let mut y = 6.0;
    if let Some(heading) = heading(title, width, &mut y) {
        items.push(heading);
    }
    for line in words::wrap(body, 14.0, width.min(560.0)) {
        y += 21.0;
        items.push(Text::new(Point::new(0.0, y), 14.0, line).ink(Ink::Text).into());
    }
    let mut scene = Scene::new(width, y + 10.0);
    scene.push(items);
    scene
}

/// A heading in the letters of a book; moves `y` to its base line. None where there is no title.
pub(crate) fn heading(title: &str, width: f64, y: &mut f64) -> Option<Item> {
    if title.is_empty() {
        return None;
    }
    *y += 14.0;
    let words = words::fit(title, 17.5, width);
    let heading = Text::new(Point::new(0.0, *y), 17.0, words).family(Family::Book);
    Some(heading.weight(Weight::Strong).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_words_need_more_height() {
        let short = draw("Why", "One.", 300.0);
        let long = draw("Why", &"Many words make many lines. ".repeat(9), 300.0);
        assert!(long.height > short.height + 60.0);
        assert!(draw("", "", 300.0).groups.is_empty());
    }
}
