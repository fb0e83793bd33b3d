//! A window for each replica of a text, in which the reader types: what is typed is done to that replica alone.

use catalog::view::TextRow;
use catalog::{NodeId, Session};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::context::use_room;
use crate::hooks::RunHandle;
use crate::playback::Command;

/// The windows, side by side.
#[component]
pub fn Editors() -> Html {
    let handle = &use_room().handle;
    let rows = handle.look(|run| run.session().texts());
    let editor = |row: TextRow| {
        let node = row.node;
        html! { <Editor key={node} handle={handle.clone()} row={Row::from(row)} /> }
    };
    html! { <div class="editors" data-test="editors">{ for rows.into_iter().map(editor) }</div> }
}

/// What a window shows.
#[derive(Clone, PartialEq)]
struct Row {
    node: NodeId,
    name: String,
    down: bool,
    remark: String,
    text: String,
}

impl From<TextRow> for Row {
    fn from(row: TextRow) -> Self {
        let text = row.letters.iter().filter(|letter| !letter.deleted).map(|letter| letter.letter).collect();
        Self { node: row.node, name: row.name, down: row.down, remark: row.remark, text }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct EditorProps {
    handle: RunHandle,
    row: Row,
}

#[component]
fn Editor(props: &EditorProps) -> Html {
    let area = use_node_ref();
    // What others did comes into the window; the cursor stays with the letters around it.
    use_effect_with((area.clone(), props.row.text.clone()), |(area, text)| {
        if let Some(area) = area.cast::<HtmlTextAreaElement>() {
            show(&area, text);
        }
    });
    let oninput = {
        let (handle, node) = (props.handle.clone(), props.row.node);
        Callback::from(move |event: InputEvent| {
            let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() else { return };
            let typed = area.value();
            let cursor = area.selection_start().ok().flatten().unwrap_or(0);
            let known = handle.look(|run| text_of(run.session(), node));
            if let Some((at, delete, insert)) = change(&known, &typed, cursor) {
                handle.send(Command::Splice(node, (at, delete), insert));
            }
            // What was refused is not there.
            show(&area, &handle.look(|run| text_of(run.session(), node)));
        })
    };
    let row = &props.row;
    let label = format!("The text at {}", row.name);
    html! {
        <div class={classes!("editor", format!("by-{}", row.node % 8 + 1))} data-test={format!("editor-{}", row.name)}>
            <div key="head" class="editor-head"><b>{ &row.name }</b><span class="quiet small">{ &row.remark }</span></div>
            <textarea key="area" ref={area} aria-label={label} spellcheck="false" autocomplete="off" rows="3"
                disabled={row.down} placeholder={if row.down { "down" } else { "type here" }} {oninput} />
        </div>
    }
}

fn text_of(session: &dyn Session, node: NodeId) -> String {
    let row = session.texts().into_iter().find(|row| row.node == node);
    row.map(|row| Row::from(row).text).unwrap_or_default()
}

/// Has the window show a text.
fn show(area: &HtmlTextAreaElement, text: &str) {
    let shown = area.value();
    if shown == text {
        return;
    }
    let place = |end: Option<u32>| moved(&shown, text, end.unwrap_or(0));
    let start = place(area.selection_start().ok().flatten());
    let end = place(area.selection_end().ok().flatten());
    area.set_value(text);
    let _ = area.set_selection_range(start, end.max(start));
}

/// What a reader did who had a text and now has another, with the cursor behind what was typed (in UTF-16 units, as
/// browsers count): before which character, how many were deleted from there, and what was typed instead.
fn change(before: &str, after: &str, cursor: u32) -> Option<(u32, u32, String)> {
    let (before, after): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let cursor = characters(&after, cursor);
    // What stands behind the cursor was there before, so the change ends there.
    let behind = after[cursor..].iter().rev().zip(before.iter().rev()).take_while(|(a, b)| a == b).count();
    let most = before.len().min(after.len()) - behind.min(before.len()).min(after.len());
    let same = before.iter().zip(&after).take(most).take_while(|(a, b)| a == b).count();
    // Where the cursor says nothing (undoing does not always put it there) more may be the same at the end.
    let rest =
        before[same..].iter().rev().zip(after[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let behind = behind.max(rest).min(before.len() - same).min(after.len() - same);
    let delete = before.len() - same - behind;
    let insert: String = after[same..after.len() - behind].iter().collect();
    if delete == 0 && insert.is_empty() {
        return None;
    }
    Some((u32::try_from(same).ok()?, u32::try_from(delete).ok()?, insert))
}

/// How many characters there are in so many UTF-16 units.
fn characters(text: &[char], units: u32) -> usize {
    let mut left = units as usize;
    let fits = |letter: &&char| {
        let fits = letter.len_utf16() <= left;
        left = left.saturating_sub(letter.len_utf16());
        fits
    };
    text.iter().take_while(fits).count()
}

/// Where a cursor goes when a text becomes another, both in UTF-16 units: it stays behind the same letter.
fn moved(before: &str, after: &str, cursor: u32) -> u32 {
    let (before, after): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let at = characters(&before, cursor);
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let behind =
        before[same..].iter().rev().zip(after[same..].iter().rev()).take_while(|(a, b)| a == b).count();
    let place = if at <= same {
        at
    } else if before.len() - at <= behind {
        after.len() - (before.len() - at)
    } else {
        after.len() - behind
    };
    after[..place].iter().map(|letter| letter.len_utf16() as u32).sum()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn typed(at: u32, delete: u32, insert: &str) -> Option<(u32, u32, String)> {
        Some((at, delete, insert.to_owned()))
    }

    #[wasm_bindgen_test]
    fn what_was_typed_is_found() {
        assert_eq!(change("", "a", 1), typed(0, 0, "a"));
        assert_eq!(change("ac", "abc", 2), typed(1, 0, "b"));
        assert_eq!(change("abc", "ac", 1), typed(1, 1, ""));
        assert_eq!(change("abc", "axyc", 3), typed(1, 1, "xy"));
        assert_eq!(change("abc", "abc", 3), None);
        // Among equal letters the cursor tells which one is new.
        assert_eq!(change("aaa", "aaaa", 1), typed(0, 0, "a"));
        assert_eq!(change("aaa", "aaaa", 4), typed(3, 0, "a"));
        assert_eq!(change("aaa", "aa", 0), typed(0, 1, ""));
        // A character may take two units.
        assert_eq!(change("x😀y", "x😀zy", 4), typed(2, 0, "z"));
        // After undoing the cursor may be anywhere.
        assert_eq!(change("abc", "abcd", 0), typed(3, 0, "d"));
    }

    #[wasm_bindgen_test]
    fn the_cursor_stays_with_its_letter() {
        assert_eq!(moved("abc", "xabc", 2), 3);
        assert_eq!(moved("abc", "abcx", 2), 2);
        assert_eq!(moved("abc", "axbc", 1), 1);
        assert_eq!(moved("abcd", "ad", 2), 1);
        assert_eq!(moved("😀b", "x😀b", 2), 3);
        assert_eq!(moved("", "abc", 0), 0);
    }
}
