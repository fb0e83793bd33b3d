//! A picture on a canvas: it paints itself, knows what is pointed at, and takes the line that cuts the network.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use catalog::{Diagram, NodeId, Picture as Wanted, Position};
use scene::kurbo::{Point, Rect};
use scene::{Group, Ink, Scene, Shape, Theme};
use web_sys::{HtmlCanvasElement, HtmlElement};
use yew::prelude::*;

use super::targets::Targets;
use crate::browser;
use crate::canvas::Painter;
use crate::context::use_theme;
use crate::hooks::{RunHandle, use_frame, use_pixel_ratio, use_size, use_window};
use crate::playback::{Command, Playback};
use crate::words;

/// What a reader points at: a target, what it is in words, and where it is on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// `node:3`.
    pub id: String,
    /// `S3, follower, term 3`.
    pub title: String,
    /// Where a menu may stand.
    pub at: (f64, f64),
    /// Chosen with the keyboard or a screen reader.
    pub by_key: bool,
}

/// Properties of [`PictureCanvas`].
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The run.
    pub handle: RunHandle,
    /// Which picture.
    pub diagram: Diagram,
    /// What it is, for a screen reader.
    pub label: AttrValue,
    /// What is done with a target.
    pub on_pick: Callback<Pick>,
    /// A line drawn across the picture cuts the network.
    #[prop_or_default]
    pub cuts: bool,
    /// A finger moves the page, not the line.
    #[prop_or_default]
    pub scrolls: bool,
    /// To recognise rather than to read.
    #[prop_or_default]
    pub compact: bool,
}

/// What is on the canvas now.
#[derive(Default)]
pub struct Painted {
    scene: Scene,
    wanted: Option<Wanted>,
    /// The line that is being drawn, and in which ink.
    stroke: Option<(Point, Point, Ink)>,
    /// The target that has the focus.
    pub focus: Option<String>,
    /// What was painted: the version, the time, and how often something else has changed.
    painted: Option<(u64, u64, u64)>,
    changes: u64,
}

impl Painted {
    /// Has the next frame paint.
    pub fn change(&mut self) {
        self.changes += 1;
    }

    /// The picture that is wanted, if it is on the canvas as the run stands.
    #[must_use]
    pub fn still(&self, run: &Playback, wanted: &Wanted) -> Option<&Scene> {
        let position = run.session().position();
        let (version, time, _) = self.painted?;
        let same = version == position.version && time == moment(wanted.diagram, &position);
        (same && self.wanted.as_ref() == Some(wanted)).then_some(&self.scene)
    }

    /// Where a target is.
    #[must_use]
    pub fn bounds(&self, id: &str) -> Option<Rect> {
        self.scene.bounds(id)
    }
}

/// The same canvas for all who know of it.
#[derive(Clone)]
pub struct OnCanvas(Rc<RefCell<Painted>>);

impl PartialEq for OnCanvas {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for OnCanvas {
    type Target = RefCell<Painted>;

    fn deref(&self) -> &RefCell<Painted> {
        &self.0
    }
}

/// The time that a picture shows: those that are as high as they need change with the steps only.
fn moment(diagram: Diagram, position: &Position) -> u64 {
    if diagram.fills { position.shown.0 } else { 0 }
}

/// The picture.
#[component]
pub fn PictureCanvas(props: &Props) -> Html {
    let place = use_node_ref();
    let canvas = use_node_ref();
    let (ring, tip) = (use_node_ref(), use_node_ref());
    let shown = OnCanvas(use_memo((), |()| RefCell::new(Painted::default())));
    let (size, ratio) = (use_size(&place), use_pixel_ratio());
    let wanted = Wanted { compact: props.compact, ..Wanted::new(props.diagram, size.0, size.1) };
    let theme = use_theme();
    use_frame(&props.handle, (wanted_key(&wanted), theme, ratio), {
        let (canvas, ring, shown) = (canvas.clone(), ring.clone(), shown.clone());
        move || {
            shown.borrow_mut().painted = None;
            let painter = RefCell::new(canvas.cast().and_then(|canvas| Painter::new(canvas, theme)));
            move |run: &Playback| {
                if let Some(painter) = &mut *painter.borrow_mut() {
                    paint(painter, run, &wanted, &mut shown.borrow_mut(), &ring);
                }
            }
        }
    });
    let print = use_node_ref();
    use_print(&props.handle, wanted, &print);
    let tap = use_memo((), |()| Cell::new(None));
    let hand = Hand { props: props.clone(), shown: shown.clone(), tip: tip.clone(), tap };
    let drag = use_mut_ref(|| None::<Point>);
    let class = classes!(
        "picture",
        props.diagram.key,
        props.diagram.fills.then_some("fills"),
        (props.cuts && !props.scrolls).then_some("drawn-on")
    );
    html! {
        <div {class} ref={place} data-picture={props.diagram.key}>
            <canvas key="canvas" ref={canvas} role="img" aria-label={props.label.clone()}
                onpointerdown={hand.down(&drag)} onpointermove={hand.moves(&drag)} onpointerup={hand.up(&drag)}
                onpointercancel={hand.cancel(&drag)} onpointerleave={hand.leave()} onclick={hand.click()} />
            <div key="ring" ref={ring} class="focus-ring" hidden=true aria-hidden="true"></div>
            <div key="tip" ref={tip} class="tip" hidden=true aria-hidden="true"></div>
            <Targets key="targets" handle={props.handle.clone()} {wanted} {shown} on_pick={props.on_pick.clone()} />
            <div key="print" ref={print} class="print-picture" aria-hidden="true"></div>
        </div>
    }
}

/// Paper takes the picture as SVG, in its own theme; a canvas prints badly.
#[hook]
fn use_print(handle: &RunHandle, wanted: Wanted, print: &NodeRef) {
    let (handle, print) = (handle.clone(), print.clone());
    let draw = move || {
        let Some(place) = print.cast::<HtmlElement>() else { return };
        let wanted =
            Wanted { width: 680.0, height: if wanted.diagram.fills { 440.0 } else { 0.0 }, ..wanted };
        let scene = handle.look(|run| run.session().scene(&wanted));
        let prefix = format!("print-{}-", wanted.diagram.key);
        let options = scene::svg::Options { prefix: &prefix, transparent: true, ..Default::default() };
        place.set_inner_html(&scene::svg::write(&scene, Theme::Print, &options));
    };
    use_window("beforeprint", move |_| draw());
}

type Key = (&'static str, u64, u64, bool);

fn wanted_key(wanted: &Wanted) -> Key {
    (wanted.diagram.key, wanted.width.to_bits(), wanted.height.to_bits(), wanted.compact)
}

/// Paints if anything has changed since.
fn paint(painter: &mut Painter, run: &Playback, wanted: &Wanted, shown: &mut Painted, ring: &NodeRef) {
    if wanted.width < 1.0 || (wanted.diagram.fills && wanted.height < 1.0) {
        return;
    }
    let position = run.session().position();
    let now = Some((position.version, moment(wanted.diagram, &position), shown.changes));
    if shown.painted == now {
        return;
    }
    shown.painted = now;
    shown.wanted = Some(*wanted);
    shown.scene = run.session().scene(wanted);
    let height = if wanted.diagram.fills { wanted.height } else { shown.scene.height };
    painter.fit(wanted.width, height);
    painter.paint(&shown.scene);
    if let Some((from, to, ink)) = shown.stroke {
        painter.group(&stroke_group(from, to, ink));
    }
    place_ring(shown, ring);
}

fn stroke_group(from: Point, to: Point, ink: Ink) -> Group {
    let line = Shape::line(from, to).stroke(ink, 3.0).dashed(2.0, 8.0).rounded();
    Group { target: None, opacity: 1.0, items: vec![line.into()] }
}

/// The focus ring stands around the target that has the focus, wherever it moves.
fn place_ring(shown: &Painted, ring: &NodeRef) {
    let Some(ring) = ring.cast::<HtmlElement>() else { return };
    let bounds = shown.focus.as_deref().and_then(|id| shown.scene.bounds(id));
    ring.set_hidden(bounds.is_none());
    if let Some(bounds) = bounds {
        let bounds = bounds.inflate(6.0, 6.0);
        for (name, value) in
            [("left", bounds.x0), ("top", bounds.y0), ("width", bounds.width()), ("height", bounds.height())]
        {
            browser::set_style(&ring, name, &format!("{}px", words::fixed(value, 1)));
        }
    }
}

/// What mouse, pen and finger do.
#[derive(Clone)]
struct Hand {
    props: Props,
    shown: OnCanvas,
    tip: NodeRef,
    /// A press that was let go where it began, and how much a finger covers: the click that follows it picks. What
    /// opened before that click, under the finger, would be clicked itself.
    tap: Rc<Cell<Option<(Point, f64)>>>,
}

type Drag = Rc<RefCell<Option<Point>>>;

/// From this far on a movement is a line and not a click, in pixels.
const LINE_FROM: f64 = 8.0;

impl Hand {
    fn down(&self, drag: &Drag) -> Callback<PointerEvent> {
        let (hand, drag) = (self.clone(), Rc::clone(drag));
        Callback::from(move |event: PointerEvent| {
            if !event.is_primary() || event.button() != 0 {
                return;
            }
            *drag.borrow_mut() = Some(point(&event));
            hand.tap.set(None);
            hand.tip_off();
            if hand.props.cuts
                && let Some(canvas) = event.target_dyn_into::<HtmlCanvasElement>()
            {
                let _ = canvas.set_pointer_capture(event.pointer_id());
            }
        })
    }

    fn moves(&self, drag: &Drag) -> Callback<PointerEvent> {
        let (hand, drag) = (self.clone(), Rc::clone(drag));
        Callback::from(move |event: PointerEvent| {
            let to = point(&event);
            match *drag.borrow() {
                Some(from) if hand.props.cuts => {
                    if from.distance(to) >= LINE_FROM || hand.shown.borrow().stroke.is_some() {
                        let ink = if hand.teller(from).is_some() { Ink::Accent } else { Ink::Bad };
                        hand.draw(Some((from, to, ink)));
                    }
                }
                Some(_) => {}
                None => hand.hover(&event, to),
            }
        })
    }

    fn up(&self, drag: &Drag) -> Callback<PointerEvent> {
        let (hand, drag) = (self.clone(), Rc::clone(drag));
        Callback::from(move |event: PointerEvent| {
            if drag.borrow_mut().take().is_none() {
                return;
            }
            let stroke = hand.shown.borrow().stroke;
            hand.draw(None);
            match stroke {
                Some((from, to, _)) => hand.props.handle.send(hand.command(from, to)),
                // A finger covers more than a mouse.
                None => {
                    let slack = if event.pointer_type() == "touch" { 16.0 } else { 5.0 };
                    hand.tap.set(Some((point(&event), slack)));
                }
            }
        })
    }

    fn cancel(&self, drag: &Drag) -> Callback<PointerEvent> {
        let (hand, drag) = (self.clone(), Rc::clone(drag));
        Callback::from(move |_| {
            drag.borrow_mut().take();
            hand.draw(None);
        })
    }

    fn leave(&self) -> Callback<PointerEvent> {
        let hand = self.clone();
        Callback::from(move |_| hand.tip_off())
    }

    fn draw(&self, stroke: Option<(Point, Point, Ink)>) {
        let mut shown = self.shown.borrow_mut();
        if shown.stroke != stroke {
            shown.stroke = stroke;
            shown.change();
            self.props.handle.wake();
        }
    }

    /// The node there, where nodes can be made to tell others what they know.
    fn teller(&self, at: Point) -> Option<NodeId> {
        let tells = self.props.handle.look(|run| run.session().about().room.has(catalog::Tool::Tell));
        match catalog::Target::parse(&self.hit(at, 5.0)?.id) {
            Some(catalog::Target::Node(node)) if tells => Some(node),
            Some(_) | None => None,
        }
    }

    /// What a line does: one from a node onto another has it tell that one what it knows; others cut what they cross.
    fn command(&self, from: Point, to: Point) -> Command {
        match (self.teller(from), self.teller(to)) {
            (Some(from), Some(to)) if from != to => Command::Tell(from, to),
            _ => Command::Cut(self.crossed(from, to)),
        }
    }

    /// The links that a line crosses, both ways.
    fn crossed(&self, from: Point, to: Point) -> Vec<(NodeId, NodeId)> {
        let Some(wanted) = self.shown.borrow().wanted else { return Vec::new() };
        let links =
            self.props.handle.look(|run| run.session().crossed(&wanted, (from.x, from.y), (to.x, to.y)));
        links.into_iter().flat_map(|(a, b)| [(a, b), (b, a)]).collect()
    }

    fn hit(&self, at: Point, slack: f64) -> Option<scene::Target> {
        self.shown.borrow().scene.hit(at.x, at.y, slack).cloned()
    }

    fn click(&self) -> Callback<MouseEvent> {
        let hand = self.clone();
        Callback::from(move |_| {
            let Some((at, slack)) = hand.tap.take() else { return };
            if let Some(target) = hand.hit(at, slack) {
                let pick = Pick { id: target.id, title: target.title, at: (at.x, at.y), by_key: false };
                hand.props.on_pick.emit(pick);
            }
        })
    }

    fn hover(&self, event: &PointerEvent, at: Point) {
        let found = if event.pointer_type() == "mouse" { self.hit(at, 5.0) } else { None };
        let (Some(tip), Some(canvas)) =
            (self.tip.cast::<HtmlElement>(), event.target_dyn_into::<HtmlElement>())
        else {
            return;
        };
        tip.set_hidden(found.is_none());
        browser::set_style(&canvas, "cursor", if found.is_some() { "pointer" } else { "" });
        if let Some(target) = found {
            tip.set_text_content(Some(&target.title));
            let width = f64::from(canvas.client_width());
            let to_left = at.x > width * 0.6;
            browser::set_style(&tip, "top", &format!("{}px", words::fixed(at.y + 18.0, 0)));
            let (near, far) = if to_left { ("right", "left") } else { ("left", "right") };
            let away = if to_left { width - at.x } else { at.x };
            browser::set_style(&tip, near, &format!("{}px", words::fixed(away + 12.0, 0)));
            browser::set_style(&tip, far, "auto");
        }
    }

    fn tip_off(&self) {
        if let Some(tip) = self.tip.cast::<HtmlElement>() {
            tip.set_hidden(true);
        }
    }
}

fn point(event: &PointerEvent) -> Point {
    Point::new(f64::from(event.offset_x()), f64::from(event.offset_y()))
}
