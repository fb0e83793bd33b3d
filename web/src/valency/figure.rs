//! Figures of the proof, drawn from the graph: configurations as circles with what can be decided from them in sign and
//! colour, events as arrows, sets as frames.

use yew::prelude::*;

use super::{ExploredHandle, class_of, kind_of};
use crate::words::fixed;

/// A figure, in its own units.
#[derive(Default)]
pub(super) struct Figure {
    pub size: (f64, f64),
    pub frames: Vec<FigureFrame>,
    pub circles: Vec<Circle>,
    pub arrows: Vec<Arrow>,
    /// What is to be seen, for who cannot see it.
    pub label: String,
}

/// A set.
pub(super) struct FigureFrame {
    pub corner: (f64, f64),
    pub size: (f64, f64),
    pub name: String,
}

/// A configuration.
pub(super) struct Circle {
    pub at: (f64, f64),
    /// `None`: there is none.
    pub state: Option<u32>,
    pub name: String,
}

/// An event, or several.
pub(super) struct Arrow {
    /// Circles, by place.
    pub from: usize,
    pub to: usize,
    pub name: String,
    /// What the lemma says and the protocol does not have.
    pub missing: bool,
}

impl Figure {
    /// A configuration; its place.
    pub(super) fn circle(&mut self, at: (f64, f64), state: Option<u32>, name: &str) -> usize {
        self.circles.push(Circle { at, state, name: name.to_owned() });
        self.circles.len() - 1
    }

    /// An event between two configurations that are there.
    pub(super) fn arrow(&mut self, from: usize, to: usize, name: &str) {
        let there = |place: usize| self.circles.get(place).is_some_and(|circle| circle.state.is_some());
        let missing = !(there(from) && there(to));
        self.arrows.push(Arrow { from, to, name: name.to_owned(), missing });
    }
}

const RADIUS: f64 = 13.0;

fn text(value: f64) -> String {
    fixed(value, 1)
}

/// What can be decided, as a sign.
const fn sign(valency: u16) -> &'static str {
    match valency & 0b11 {
        0b01 => "0",
        0b10 => "1",
        0b11 => "01",
        _ => "–",
    }
}

/// The figure, with what the graph says of its configurations.
pub(super) fn draw(shown: &ExploredHandle, figure: &Figure) -> Html {
    let valency = |state: u32| {
        shown
            .whole(|configurations| configurations.proof().valency.get(state as usize).copied())
            .flatten()
            .unwrap_or_default()
    };
    let (width, height) = figure.size;
    let label = figure.circles.iter().filter(|circle| !circle.name.is_empty()).fold(
        figure.label.clone(),
        |label, circle| {
            let kind = circle.state.map_or("not there", |state| kind_of(valency(state)));
            format!("{label} {} is {kind}.", circle.name)
        },
    );
    let view = format!("0 0 {} {}", text(width), text(height));
    html! {
        <svg class="proof-figure" viewBox={view} role="img" aria-label={label}>
            <defs><marker id="proof-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto-start-reverse">
                <path d="M0,0 L8,4 L0,8 z" /></marker></defs>
            { for figure.frames.iter().map(frame) }
            { for figure.arrows.iter().map(|one| arrow(figure, one)) }
            { for figure.circles.iter().map(|one| circle(one, one.state.map(valency))) }
        </svg>
    }
}

fn frame(frame: &FigureFrame) -> Html {
    let ((x, y), (width, height)) = (frame.corner, frame.size);
    html! {
        <g class="frame">
            <rect x={text(x)} y={text(y)} width={text(width)} height={text(height)} rx="14" />
            <text x={text(x + width - 12.0)} y={text(y + 16.0)}>{ &frame.name }</text>
        </g>
    }
}

fn circle(circle: &Circle, valency: Option<u16>) -> Html {
    let (x, y) = circle.at;
    let class = valency.map_or("none", class_of);
    html! {
        <g class={classes!("spot", class)}>
            <circle cx={text(x)} cy={text(y)} r={text(RADIUS)} />
            <text class="sign" x={text(x)} y={text(y + 4.0)}>{ valency.map_or("?", sign) }</text>
            <text x={text(x)} y={text(y - RADIUS - 4.0)}>{ &circle.name }</text>
        </g>
    }
}

fn arrow(figure: &Figure, arrow: &Arrow) -> Html {
    let (from, to) = (figure.circles[arrow.from].at, figure.circles[arrow.to].at);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let gap = RADIUS + 2.0;
    let (middle, aside) = (((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0), 9.0);
    // The name stands beside the line, above it where it lies.
    let name = if ux.abs() > 0.9 {
        (middle.0, middle.1 - 5.0)
    } else {
        (middle.0 + aside * uy.signum() * 1.2, middle.1 + 4.0 - ux * aside)
    };
    html! {
        <g class={classes!("arrow", arrow.missing.then_some("missing"))}>
            <line x1={text(from.0 + ux * gap)} y1={text(from.1 + uy * gap)} x2={text(to.0 - ux * gap)} y2={text(to.1 - uy * gap)}
                marker-end="url(#proof-arrow)" />
            <text x={text(name.0)} y={text(name.1)}>{ &arrow.name }</text>
        </g>
    }
}
