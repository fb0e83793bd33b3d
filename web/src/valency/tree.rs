//! The tree in the place of a picture: how it is drawn, what is pointed at, and the way through it by hand and by keys.

use std::cell::RefCell;
use std::rc::Rc;

use impossibility::Toward;
use scene::Theme;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ImageData};
use yew::prelude::*;

use super::configuration::Configuration;
use super::{ExploredHandle, bar, number, use_explored};
use crate::browser;
use crate::canvas::Painter;
use crate::context::use_theme;
use crate::hooks::{use_pixel_ratio, use_size};

/// The tree, what is pointed at, and the configuration that is looked at.
#[component]
pub(super) fn TreeStage() -> Html {
    let shown = use_explored();
    if let Some(words) = shown.refused() {
        return html! { <p class="block" role="alert">{ words }</p> };
    }
    html! {
        <div class="valency" data-test="valency">
            { bar::bar(&shown) }
            <div key="window" class="valency-window">
                <Window key="canvas" shown={shown.clone()} />
                { progress(&shown) }
            </div>
            <Configuration key="configuration" {shown} />
        </div>
    }
}

/// How far the exploration is, until there is something to see.
fn progress(shown: &ExploredHandle) -> Html {
    let extent = shown.configurations(|configurations| configurations.extent()).unwrap_or_default();
    if extent.ended {
        return html! {};
    }
    let found = number(extent.states as u64);
    html! { <p key="progress" class="valency-progress" role="status">{ format!("{found} configurations found so far…") }</p> }
}

#[derive(Clone, PartialEq, Properties)]
struct WindowProps {
    shown: ExploredHandle,
}

/// Fingers and the mouse on the window: where each is, and whether it has moved.
#[derive(Default)]
struct Hands {
    down: Vec<(i32, (f64, f64))>,
    moved: bool,
}

/// A node may be missed by so many pixels: with a finger by more.
const SLACK: (f64, f64) = (4.0, 16.0);

#[component]
fn Window(props: &WindowProps) -> Html {
    let (place, canvas, tip) = (use_node_ref(), use_node_ref(), use_node_ref());
    let over = use_node_ref();
    let theme = use_theme();
    let painter = use_memo(theme, |_| RefCell::new(None::<Painter>));
    let (size, ratio) = (use_size(&place), use_pixel_ratio());
    let shown = props.shown.clone();
    use_effect_with(size, {
        let shown = shown.clone();
        move |size| shown.resize(*size)
    });
    use_effect_with((), {
        let canvas = canvas.clone();
        move |()| {
            // The wheel magnifies, and does not scroll the page at the same time.
            let keep = |element: web_sys::Element| {
                browser::Listener::new(&element, "wheel", |event| event.prevent_default())
            };
            let listener = canvas.cast::<web_sys::Element>().map(keep);
            move || drop(listener)
        }
    });
    use_effect_with((shown.clone(), theme, size, ratio), {
        let (canvas, over, painter) = (canvas.clone(), over.clone(), painter.clone());
        move |(shown, theme, size, _)| {
            let near = near(shown, *size, &over, (*theme, &painter));
            if !near {
                paint(shown, *theme, &canvas);
            }
        }
    });
    let hands = use_mut_ref(Hands::default);
    let hand = Hand { shown: shown.clone(), canvas: canvas.clone(), tip: tip.clone(), hands };
    let label =
        shown.selected().and_then(|state| shown.whole(|configurations| configurations.shade(state).words()));
    let label = label.map_or_else(
        || "The valency tree. Arrow keys walk through it.".to_owned(),
        |words| format!("The valency tree. Looking at a configuration: {words}."),
    );
    html! {
        <div class="valency-canvas" ref={place}>
            <canvas ref={canvas} tabindex="0" role="application" aria-label={label} data-test="valency-canvas"
                onpointerdown={hand.down()} onpointermove={hand.moves()} onpointerup={hand.up()}
                onpointercancel={hand.cancel()} onpointerleave={hand.leave()} onwheel={hand.wheel()} onkeydown={hand.key()} />
            { marks(&shown) }
            <canvas ref={over} class="valency-near" hidden=true aria-hidden="true" data-test="valency-near" />
            <div ref={tip} class="tip" hidden=true aria-hidden="true"></div>
        </div>
    }
}

/// Draws what is in the window as shapes and words, over the image, if it is little enough.
fn near(
    shown: &ExploredHandle,
    size: (f64, f64),
    over: &NodeRef,
    (theme, painter): (Theme, &RefCell<Option<Painter>>),
) -> bool {
    let Some(canvas) = over.cast::<HtmlCanvasElement>() else { return false };
    let scene =
        shown.whole(|configurations| shown.tree(|tree| tree.near(configurations)).flatten()).flatten();
    canvas.set_hidden(scene.is_none());
    let mut painter = painter.borrow_mut();
    if painter.is_none() {
        *painter = Painter::new(canvas, theme);
    }
    if let (Some(painter), Some(scene)) = (painter.as_mut(), &scene) {
        painter.fit(size.0, size.1);
        painter.paint(scene);
    }
    scene.is_some()
}

/// Paints the image of what is in the window.
fn paint(shown: &ExploredHandle, theme: Theme, canvas: &NodeRef) {
    let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
    let ratio = browser::pixel_ratio().clamp(1.0, 2.0);
    shown.paint(|tree| {
        let drawn = tree.paint(theme, ratio);
        let (width, height) = (drawn.width as u32, drawn.height as u32);
        if (canvas.width(), canvas.height()) != (width, height) {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let context = canvas.get_context("2d").ok().flatten();
        let context = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok());
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(drawn.pixels), width, height);
        if let (Some(context), Ok(image)) = (context, image) {
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    });
}

/// The way to the node that is looked at, over the image.
fn marks(shown: &ExploredHandle) -> Html {
    let nodes = shown.tree(|tree| {
        let node = tree.selected()?;
        let path = tree.path(node).into_iter().map(|node| (node, tree.place(node).0));
        Some((path.collect::<Vec<_>>(), tree.place(node)))
    });
    let Some((path, ((x, y), (width, height)))) = nodes.flatten() else { return html! {} };
    let points: Vec<String> = path
        .iter()
        .map(|(_, (x, y))| format!("{},{}", crate::words::fixed(*x, 1), crate::words::fixed(*y, 1)))
        .collect();
    let (width, height) = (width.max(10.0) + 6.0, height.max(10.0) + 6.0);
    let fixed = |value: f64| crate::words::fixed(value, 1);
    html! {
        <svg class="valency-marks" aria-hidden="true">
            <polyline points={points.join(" ")} />
            <rect x={fixed(x - width / 2.0)} y={fixed(y - height / 2.0)} width={fixed(width)} height={fixed(height)} rx="4" />
        </svg>
    }
}

/// What a hand does on the window.
#[derive(Clone)]
struct Hand {
    shown: ExploredHandle,
    canvas: NodeRef,
    tip: NodeRef,
    hands: Rc<RefCell<Hands>>,
}

impl Hand {
    fn down(&self) -> Callback<PointerEvent> {
        let hand = self.clone();
        Callback::from(move |event: PointerEvent| {
            if let Some(canvas) = hand.canvas.cast::<HtmlElement>() {
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
            let mut hands = hand.hands.borrow_mut();
            hands.moved &= !hands.down.is_empty();
            hands.down.push((event.pointer_id(), at(&event)));
        })
    }

    fn moves(&self) -> Callback<PointerEvent> {
        let hand = self.clone();
        Callback::from(move |event: PointerEvent| {
            let to = at(&event);
            let mut hands = hand.hands.borrow_mut();
            let Some(place) = hands.down.iter().position(|(id, _)| *id == event.pointer_id()) else {
                drop(hands);
                return hand.point(to);
            };
            let from = hands.down[place].1;
            let (x, y) = (to.0 - from.0, to.1 - from.1);
            if !hands.moved && length(x, y) < 4.0 {
                return;
            }
            hands.moved = true;
            let other = hands.down.iter().find(|(id, _)| *id != event.pointer_id()).map(|(_, at)| *at);
            hands.down[place].1 = to;
            drop(hands);
            hand.shown.change(|tree, _| match other {
                None => tree.pan(x, y),
                Some(other) => {
                    let apart = |point: (f64, f64)| length(point.0 - other.0, point.1 - other.1).max(1.0);
                    let middle = (other.0.midpoint(to.0), other.1.midpoint(to.1));
                    tree.pan(x / 2.0, y / 2.0);
                    tree.zoom(apart(to) / apart(from), middle);
                }
            });
        })
    }

    fn up(&self) -> Callback<PointerEvent> {
        let hand = self.clone();
        Callback::from(move |event: PointerEvent| {
            let moved = hand.lift(&event);
            if !moved {
                let slack = if event.pointer_type() == "touch" { SLACK.1 } else { SLACK.0 };
                hand.shown.change(|tree, configurations| {
                    let node = tree.hit(at(&event), slack);
                    if node.is_some() && node == tree.selected() {
                        tree.turn(configurations, node.unwrap_or_default());
                    }
                    if node.is_some() {
                        tree.select(node);
                    }
                });
            }
        })
    }

    fn cancel(&self) -> Callback<PointerEvent> {
        let hand = self.clone();
        Callback::from(move |event: PointerEvent| {
            hand.lift(&event);
        })
    }

    /// Takes a finger off; says whether any had moved.
    fn lift(&self, event: &PointerEvent) -> bool {
        let mut hands = self.hands.borrow_mut();
        let moved = hands.moved || hands.down.len() > 1;
        hands.down.retain(|(id, _)| *id != event.pointer_id());
        hands.moved = moved && !hands.down.is_empty();
        moved
    }

    fn leave(&self) -> Callback<PointerEvent> {
        let hand = self.clone();
        Callback::from(move |_| hand.say(None))
    }

    fn wheel(&self) -> Callback<WheelEvent> {
        let hand = self.clone();
        Callback::from(move |event: WheelEvent| {
            let factor = (-event.delta_y() / 300.0).exp2();
            let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
            hand.shown.change(|tree, _| tree.zoom(factor, at));
        })
    }

    fn key(&self) -> Callback<KeyboardEvent> {
        let hand = self.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let (width, height) = hand.shown.size();
            let middle = (width / 2.0, height / 2.0);
            let key = event.key();
            let known = hand.shown.change(|tree, configurations| {
                match key.as_str() {
                    "ArrowUp" => tree.step(Toward::Parent),
                    "ArrowDown" => tree.step(Toward::Child),
                    "ArrowLeft" => tree.step(Toward::Left),
                    "ArrowRight" => tree.step(Toward::Right),
                    "+" | "=" => tree.zoom(1.5, middle),
                    "-" => tree.zoom(1.0 / 1.5, middle),
                    "0" => tree.fit(),
                    "Enter" => {
                        if let Some(node) = tree.selected() {
                            tree.turn(configurations, node);
                        }
                    }
                    _ => return false,
                }
                true
            });
            if known == Some(true) {
                event.prevent_default();
            }
        })
    }

    /// Says what is under the mouse.
    fn point(&self, at: (f64, f64)) {
        let words = self.shown.tree(|tree| {
            let node = tree.hit(at, SLACK.0)?;
            let (state, path) = (tree.state(node), tree.walk(node));
            self.shown.whole(|configurations| {
                let event = match path[..] {
                    [.., before, here] => format!("{}. ", configurations.event(before, here).title),
                    _ => format!("Inputs {}. ", configurations.inputs(state)),
                };
                format!("{event}{}", crate::words::sentence(configurations.shade(state).words()))
            })
        });
        self.say(words.flatten().map(|words| (words, at)));
    }

    fn say(&self, words: Option<(String, (f64, f64))>) {
        let Some(tip) = self.tip.cast::<HtmlElement>() else { return };
        tip.set_hidden(words.is_none());
        if let Some((words, (x, y))) = words {
            tip.set_text_content(Some(&words));
            let left = x.min(self.shown.size().0 - 240.0).max(0.0);
            browser::set_style(&tip, "left", &format!("{}px", crate::words::fixed(left, 0)));
            browser::set_style(&tip, "top", &format!("{}px", crate::words::fixed(y + 16.0, 0)));
        }
    }
}

fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

fn at(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
}
