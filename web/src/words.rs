//! Numbers in words.

use catalog::Micros;
pub use catalog::grouped;

/// A time as the page writes it: whole milliseconds, or two digits more where a run is slow; seconds where there are many,
/// and hours and days where there are very many.
#[must_use]
pub fn time(at: Micros, precise: bool) -> String {
    let seconds = at.0 / 1_000_000;
    let (minutes, hours, days) = (seconds / 60 % 60, seconds / 3_600 % 24, seconds / 86_400);
    match seconds {
        0..20 if precise => format!("{} ms", fixed(at.as_ms(), 2)),
        0..20 => format!("{} ms", at.0 / 1000),
        20..3_600 => format!("{} s", fixed(at.as_ms() / 1000.0, 1)),
        3_600..86_400 => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
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
        fixed((value / 100.0).round() * 100.0, 0)
    } else if value >= 100.0 {
        fixed((value / 10.0).round() * 10.0, 0)
    } else if value >= 9.95 {
        fixed(value, 0)
    } else {
        let text = fixed(value, 1);
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    }
}

/// A number with so many decimals. The standard library's own way, which is exact for every number, would be the
/// largest function of the page.
#[must_use]
pub fn fixed(value: f64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    let scaled = (value * scale as f64).round() as i64;
    let (whole, part) = (scaled.abs() / scale, scaled.abs() % scale);
    let sign = if scaled < 0 { "-" } else { "" };
    if decimals == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{part:0width$}", width = decimals as usize)
}

/// Reads a number of digits and at most one point. Neither sign nor exponent.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !digits(whole) || !digits(part) {
        return None;
    }
    let read = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u64>().ok() };
    let scale = 10_u64.pow(part.len() as u32) as f64;
    Some(read(whole)? as f64 + read(part)? as f64 / scale)
}

/// A count with its noun: `1 step`, `2 steps`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Bytes in the unit that fits: `640 kB`, `12 MB`.
#[must_use]
pub fn bytes(number: usize) -> String {
    match number {
        0..1_000 => format!("{number} bytes"),
        1_000..1_000_000 => format!("{} kB", number / 1_000),
        1_000_000..10_000_000 => format!("{} MB", fixed(number as f64 / 1e6, 1)),
        10_000_000.. => format!("{} MB", grouped((number / 1_000_000) as u64)),
    }
}

/// How long something took, from milliseconds: `0.4 s`, `12 s`.
#[must_use]
pub fn seconds(ms: f64) -> String {
    if ms < 9_950.0 {
        format!("{} s", fixed(ms / 1000.0, if ms < 95.0 { 2 } else { 1 }))
    } else {
        format!("{} s", fixed(ms / 1000.0, 0))
    }
}

/// With a full stop at its end, unless it has one.
#[must_use]
pub fn ended(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// With a capital at the beginning, unless it begins with a name such as `p1`.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    if text.chars().nth(1).is_some_and(|second| second.is_ascii_digit()) {
        return text.to_owned();
    }
    letters.next().map_or_else(String::new, |first| {
        std::iter::once(first.to_ascii_uppercase()).chain(letters).collect()
    })
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
    fn times_have_the_unit_that_suits_them() {
        let said = [0, 412, 19_999, 20_000, 1_234_567, 5_400_000, 200_000_000];
        let said = said.map(|ms| time(Micros::ms(ms), false)).join(", ");
        assert_eq!(said, "0 ms, 412 ms, 19999 ms, 20.0 s, 1234.6 s, 1 h 30 min, 2 d 7 h");
        assert_eq!(time(Micros(1_234_567), true), "1234.57 ms");
    }

    #[test]
    fn numbers_are_written_and_read() {
        let written = [0.0, 1.25, -1.5, 0.049, 1234.0].map(|value| fixed(value, 2)).join(" ");
        assert_eq!(written, "0.00 1.25 -1.50 0.05 1234.00");
        assert_eq!(["1", "0.02", ".5", "7."].map(number), [Some(1.0), Some(0.02), Some(0.5), Some(7.0)]);
        for nonsense in ["", ".", "-1", "1e5", "1.2.3", "NaN", "1234567890123"] {
            assert_eq!(number(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn large_numbers_are_grouped() {
        let grouped = [0, 999, 1_000, 61_234, 1_194_428].map(grouped).join(" ");
        assert_eq!(grouped, "0 999 1,000 61,234 1,194,428");
        assert_eq!(
            [12, 64_000, 1_250_000, 1_500_000_000].map(bytes).join(", "),
            "12 bytes, 64 kB, 1.3 MB, 1,500 MB"
        );
        assert_eq!([4.0, 840.0, 12_400.0].map(seconds).join(", "), "0.00 s, 0.8 s, 12 s");
    }

    #[test]
    fn sentences_begin_with_a_capital() {
        assert_eq!(sentence("the network is cut"), "The network is cut");
        assert_eq!(sentence(""), "");
        assert_eq!(sentence("p1 decides 0"), "p1 decides 0");
    }
}
