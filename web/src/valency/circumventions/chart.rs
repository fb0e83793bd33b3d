//! Bars: how often something took so long.

use yew::prelude::*;

/// A bar chart.
pub(super) struct Bars<'a> {
    /// What a bar stands for, in a word: `round`.
    pub unit: &'a str,
    /// The share of each, 0 to 1, from the first.
    pub shares: &'a [f64],
    /// The share that each should have, where that is known.
    pub exact: &'a [f64],
    /// What is under each bar.
    pub names: &'a [String],
    /// What is said of it in words.
    pub label: &'a str,
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 72.0;

pub(super) fn bars(chart: &Bars<'_>) -> Html {
    let most = chart.shares.iter().chain(chart.exact).copied().fold(0.01, f64::max);
    let step = WIDTH / chart.shares.len().max(1) as f64;
    let height = |share: f64| share / most * (HEIGHT - 2.0);
    let text = |value: f64| crate::words::fixed(value, 1);
    let bar = |(place, &share): (usize, &f64)| {
        let (x, tall) = (place as f64 * step, height(share));
        let title =
            format!("{} {}: {} %", chart.unit, chart.names[place], crate::words::fixed(share * 100.0, 1));
        html! {
            <rect key={place} x={text(x + 0.5)} y={text(HEIGHT - tall)} width={text((step - 1.5).max(1.0))} height={text(tall)}>
                <title>{ title }</title></rect>
        }
    };
    let mark = |(place, &share): (usize, &f64)| {
        let (x, y) = (place as f64 * step, HEIGHT - height(share));
        html! { <line key={place} x1={text(x)} x2={text(x + step)} y1={text(y)} y2={text(y)} /> }
    };
    // As many names as have room.
    let every = (chart.names.len() / 10).max(1);
    let names = chart.names.iter().enumerate().filter(|(place, _)| place % every == 0);
    html! {
        <svg class="way-bars" viewBox={format!("0 0 {WIDTH} {}", HEIGHT + 14.0)} role="img" aria-label={chart.label.to_owned()}>
            <g key="bars">{ for chart.shares.iter().enumerate().map(bar) }</g>
            <g key="exact" class="exact">{ for chart.exact.iter().take(chart.shares.len()).enumerate().map(mark) }</g>
            <g key="names">{ for names.map(|(place, name)| html! {
                <text key={place} x={text((place as f64 + 0.5) * step)} y={text(HEIGHT + 11.0)}>{ name }</text> }) }</g>
        </svg>
    }
}
