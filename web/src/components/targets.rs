//! The targets of a picture as real buttons, for the keyboard, for screen readers and for tests. They are hidden
//! from the eye; the picture draws a ring around the one that has the focus.

use catalog::{Picture, Target};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::picture::{OnCanvas, Pick};
use crate::browser;
use crate::hooks::RunHandle;

/// Properties of [`Targets`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
    /// The picture.
    pub wanted: Picture,
    /// What is on the canvas.
    pub shown: OnCanvas,
    /// What is done with a target.
    pub on_pick: Callback<Pick>,
}

/// More would help nobody.
const MOST: usize = 160;

/// The list. One of its buttons can be reached with the tabulator; the arrow keys lead to the others.
#[component]
pub fn Targets(props: &Props) -> Html {
    let list = use_node_ref();
    let focus = use_state_eq(|| None::<String>);
    let targets = targets(props);
    let current = match &*focus {
        Some(id) if targets.iter().any(|target| target.id == *id) => id.clone(),
        _ => targets.first().map(|target| target.id.clone()).unwrap_or_default(),
    };
    keep_focus(&list, focus.as_deref(), &current);
    let shown = props.shown.clone();
    let handle = props.handle.clone();
    use_effect_with((*focus).clone(), move |focus| {
        let mut shown = shown.borrow_mut();
        shown.focus.clone_from(focus);
        shown.change();
        handle.wake();
    });
    let onkeydown = {
        let list = list.clone();
        Callback::from(move |event: KeyboardEvent| walk(&event, &list))
    };
    let onfocusout = {
        let focus = focus.setter();
        Callback::from(move |_| focus.set(None))
    };
    let button = |target: &scene::Target| {
        let (id, title) = (target.id.clone(), target.title.clone());
        let onfocus = {
            let (focus, id) = (focus.setter(), id.clone());
            Callback::from(move |_| focus.set(Some(id.clone())))
        };
        let onclick = pick(props, &id, &title);
        let tabindex = if id == current { "0" } else { "-1" };
        html! {
            <li key={id.clone()}>
                <button type="button" data-target={id} {tabindex} {onfocus} {onclick}>{ title }</button>
            </li>
        }
    };
    let label = format!("In this picture: {}", props.wanted.diagram.title);
    html! {
        <ul ref={list} class="hidden targets" aria-label={label} {onkeydown} {onfocusout}>
            { for targets.iter().map(button) }
        </ul>
    }
}

/// Nodes first, then messages, then links and whatever else there is.
fn targets(props: &Props) -> Vec<scene::Target> {
    if props.wanted.width < 1.0 || (props.wanted.diagram.network && props.wanted.height < 1.0) {
        return Vec::new();
    }
    // What is on the canvas, unless it is about to be painted anew.
    let targets: Vec<scene::Target> = props.handle.look(|run| {
        let shown = props.shown.borrow();
        match shown.still(run, &props.wanted) {
            Some(scene) => scene.targets().cloned().collect(),
            None => run.session().scene(&props.wanted).targets().cloned().collect(),
        }
    });
    let mut kinds = [Vec::new(), Vec::new(), Vec::new()];
    for target in targets {
        let kind = match target.id.split(':').next() {
            Some("node") => 0,
            Some("message") => 1,
            _ => 2,
        };
        kinds[kind].push(target);
    }
    kinds.into_iter().flatten().take(MOST).collect()
}

fn pick(props: &Props, id: &str, title: &str) -> Callback<MouseEvent> {
    let (shown, on_pick) = (props.shown.clone(), props.on_pick.clone());
    let (id, title) = (id.to_owned(), title.to_owned());
    Callback::from(move |_| {
        let at = shown.borrow().bounds(&id).map_or((24.0, 24.0), |bounds| (bounds.x1, bounds.center().y));
        on_pick.emit(Pick { id: id.clone(), title: title.clone(), at, by_key: true });
    })
}

/// A message that has arrived takes its button with it; the focus goes to a neighbour and not to the page.
fn keep_focus(list: &NodeRef, focus: Option<&str>, current: &str) {
    if focus.is_some_and(|id| id != current)
        && let Some(list) = list.cast::<Element>()
        && let Ok(Some(button)) = list.query_selector(&format!("[data-target=\"{current}\"]"))
    {
        browser::focus(&button);
    }
}

/// Arrow keys, Home and End lead along the list.
fn walk(event: &KeyboardEvent, list: &NodeRef) {
    let Some(list) = list.cast::<Element>() else { return };
    let Ok(buttons) = list.query_selector_all("button") else { return };
    let count = buttons.length();
    let here = (0..count).find(|&i| buttons.get(i).is_some_and(|node| Some(node) == focused_node()));
    let Some(here) = here else { return };
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => (here + 1) % count,
        "ArrowLeft" | "ArrowUp" => (here + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return,
    };
    event.prevent_default();
    if let Some(button) = buttons.get(next) {
        let _ = wasm_bindgen::JsCast::unchecked_into::<HtmlElement>(button).focus();
    }
}

fn focused_node() -> Option<web_sys::Node> {
    browser::focused().map(Into::into)
}

/// The target that an id of a picture stands for. A message of a space-time diagram is the message in flight, a row
/// of a table or of the logs is the node.
#[must_use]
pub fn target_of(id: &str) -> Option<Target> {
    let (kind, rest) = id.split_once(':')?;
    let number = rest.split('-').next().unwrap_or_default();
    match kind {
        "arrow" => number.parse().ok().map(Target::Message),
        "row" | "entry" => number.parse().ok().map(Target::Node),
        _ => Target::parse(id),
    }
}
