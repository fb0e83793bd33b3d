//! The speed, on a logarithmic scale: from a ten-thousandth of real time to ten thousand times; and what is skipped.

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
        <div key="speed" class="speed">
            <input key="input" type="range" min="-4" max="4" step="0.1" value={words::fixed(speed.log10(), 1)}
                aria-label="Speed" aria-valuetext={said.clone()} {oninput} data-test="speed" />
            <span key="said" class="speed-said">{ said }</span>
            { skip(handle) }
        </div>
    }
}

/// Whether stretches in which nothing is under way are skipped.
fn skip(handle: &RunHandle) -> Html {
    let on = handle.look(Playback::skips);
    html! {
        <label key="skip" class="check small skip" title="Where no message is under way, time goes on to the next event">
            <input type="checkbox" checked={on} onchange={handle.sends(move || Command::Skip(!on))} data-test="skip" />
            <span>{ "Skip idle time" }</span></label>
    }
}

/// Numbers that people say, ten to a power of ten: they lie where tenths of a power do, so each place of the slider is
/// one of its own.
const STEPS: [f64; 10] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];

/// Ten to this power in tenths, on the round numbers that people say: 1/50, not 1/50.12.
fn from_power(power: f64) -> f64 {
    let tenths = (power * 10.0).round() as i32;
    let (whole, part) = (tenths.abs() / 10, tenths.abs() % 10);
    let said = STEPS[part as usize] * 10_f64.powi(whole);
    if tenths < 0 { 1.0 / said } else { said }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_of_the_slider_holds_a_key_fast() {
        for tenths in -40..=40 {
            let speed = from_power(f64::from(tenths) / 10.0);
            let back = (speed.log10() * 10.0).round() as i32;
            assert_eq!(back, tenths, "{speed} stands at its own place");
        }
        assert!((1.0 / from_power(-1.6) - 40.0).abs() < 1e-9);
    }
}
