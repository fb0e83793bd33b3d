//! Numbers in words.

use catalog::Micros;

/// A time as the page writes it: whole milliseconds, or two digits more where a run is slow.
#[must_use]
pub fn time(at: Micros, precise: bool) -> String {
    if precise { format!("{:.2} ms", at.as_ms()) } else { format!("{:.0} ms", at.as_ms().floor()) }
}

/// A speed as a part of real time: `1/50 speed`, `real time`, `4× speed`.
#[must_use]
pub fn speed(ratio: f64) -> String {
    if !ratio.is_finite() || ratio <= 0.0 {
        return "paused".to_owned();
    }
    if (0.95..1.05).contains(&ratio) {
        return "real time".to_owned();
    }
    if ratio > 1.0 {
        return format!("{}× speed", round(ratio));
    }
    format!("1/{} speed", round(1.0 / ratio))
}

/// Two digits that matter, without a needless point.
fn round(value: f64) -> String {
    if value >= 1000.0 {
        format!("{:.0}", (value / 100.0).round() * 100.0)
    } else if value >= 100.0 {
        format!("{:.0}", (value / 10.0).round() * 10.0)
    } else if value >= 9.95 {
        format!("{value:.0}")
    } else {
        let text = format!("{value:.1}");
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    }
}

/// A count with its noun: `1 step`, `2 steps`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// With a capital at the beginning.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_said_as_fractions() {
        let said = [0.02, 1.0, 0.000_1, 4.0, 0.3, 0.004_3, f64::NAN].map(speed).join(", ");
        let expected = "1/50 speed, real time, 1/10000 speed, 4× speed, 1/3.3 speed, 1/230 speed, paused";
        assert_eq!(said, expected);
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(sentence("the network is cut"), "The network is cut");
        assert_eq!(sentence(""), "");
    }
}
