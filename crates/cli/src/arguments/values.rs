//! What stands behind options. What is wrong with a value is said as the rest of a sentence that begins with the option.

use catalog::{Micros, Recording, TextType, rooms};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use scene::Theme;

/// More replicas are of no use to anybody.
const REPLICAS: u64 = 1_000;

pub(super) fn whole(value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("takes a whole number, not “{value}”"))
}

pub(super) fn seed(value: &str) -> Result<u64, String> {
    let seed = whole(value)?;
    if seed < Recording::SEED_END {
        Ok(seed)
    } else {
        Err(format!("takes a whole number below 2^53, not {seed}"))
    }
}

pub(super) fn limit(value: &str) -> Result<usize, String> {
    match usize::try_from(whole(value)?) {
        Ok(limit) if limit > 0 => Ok(limit),
        _ => Err("takes a whole number from 1 on".to_owned()),
    }
}

pub(super) fn count(value: &str) -> Result<u32, String> {
    value.parse().map_err(|_| format!("takes a whole number below 2^32, not “{value}”"))
}

pub(super) fn replicas(value: &str) -> Result<usize, String> {
    match whole(value)? {
        replicas @ 1..=REPLICAS => Ok(replicas as usize),
        other => Err(format!("takes a number from 1 to {REPLICAS}, not {other}")),
    }
}

pub(super) fn time(value: &str) -> Result<Micros, String> {
    let wrong = || format!("takes milliseconds, at most two years, not “{value}”");
    let ms: f64 = value.parse().map_err(|_| wrong())?;
    let most = Recording::AT_MAX as f64 / 1000.0;
    if (0.0..=most).contains(&ms) { Ok(Micros((ms * 1000.0).round() as u64)) } else { Err(wrong()) }
}

pub(super) fn pair(value: &str) -> Result<(String, String), String> {
    let (name, value) = value
        .split_once('=')
        .ok_or_else(|| format!("takes NAME=VALUE, as in --set servers=7, not “{value}”"))?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn size(value: &str) -> Result<(f64, f64), String> {
    let side =
        |text: &str| text.parse::<u32>().ok().filter(|side| (120..=10_000).contains(side)).map(f64::from);
    let pair = value.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
    pair.ok_or_else(|| format!("takes WIDTHxHEIGHT from 120 to 10000, as in --size 720x480, not “{value}”"))
}

/// A diagram that some room lists; whether this one does is seen when it is open.
pub(super) fn view() -> impl TypedValueParser<Value = String> {
    let mut keys: Vec<&str> = Vec::new();
    for label in rooms().iter().flat_map(|room| room.diagrams.clone()) {
        if !keys.contains(&label.key) {
            keys.push(label.key);
        }
    }
    PossibleValuesParser::new(keys)
}

pub(super) fn theme() -> impl TypedValueParser<Value = Theme> {
    named(Theme::ALL.map(Theme::name), Theme::named)
}

pub(super) fn sequence() -> impl TypedValueParser<Value = TextType> {
    named(TextType::ALL.map(TextType::name), TextType::named)
}

/// One of these names; clap knows them too, for its help and for shells that complete words.
fn named<T: Clone + Send + Sync + 'static, const N: usize>(
    names: [&'static str; N],
    meant: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(names).map(move |name| meant(&name).expect("each of the names means something"))
}
