//! The speed, on a logarithmic scale: from a ten-thousandth of real time to ten thousand times.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::hooks::RunHandle;
use crate::playback::{Command, Playback};
use crate::words;

/// The slider.
#[must_use]
pub fn speed(handle: &RunHandle) -> Html {
    let speed = handle.look(Playback::speed);
    let oninput = {
        let handle = handle.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            let Some(power) = input.map(|input| input.value_as_number()).filter(|power| power.is_finite())
            else {
                return;
            };
            handle.send(Command::Speed(from_power(power)));
        })
    };
    let said = words::speed(speed);
    html! {
        <label key="speed" class="speed">
            <input key="input" type="range" min="-4" max="4" step="0.05" value={words::fixed(speed.log10(), 2)}
                aria-label="Speed" aria-valuetext={said.clone()} {oninput} data-test="speed" />
            <span key="said" class="speed-said">{ said }</span>
        </label>
    }
}

/// Ten to this power, on the round numbers that people say: 1/50, not 1/50.12.
fn from_power(power: f64) -> f64 {
    let exact = js_sys::Math::pow(10.0, power);
    let (whole, slow) = if exact < 1.0 { (1.0 / exact, true) } else { (exact, false) };
    let scale = js_sys::Math::pow(10.0, whole.log10().floor());
    let steps = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let distance = |step: &f64| (step * scale / whole).log2().abs();
    let mut nearest = 1.0;
    for step in steps {
        if distance(&step) < distance(&nearest) {
            nearest = step;
        }
    }
    if slow { 1.0 / (nearest * scale) } else { nearest * scale }
}
