//! Options that rooms make and read in the same way.

use kernel::{Micros, NodeId, Opt, OptKind, Setup};

/// One of some words.
pub(crate) const fn choice(
    name: &'static str,
    title: &'static str,
    words: &'static [&'static str],
    default: &'static str,
    help: &'static str,
) -> Opt {
    Opt { name, title, kind: OptKind::Choice(words), default, help }
}

/// On or off.
pub(crate) const fn switch(
    name: &'static str,
    title: &'static str,
    default: &'static str,
    help: &'static str,
) -> Opt {
    Opt { name, title, kind: OptKind::Switch, default, help }
}

/// An option that counts nodes, or names one.
pub(crate) fn nodes(setup: &Setup, name: &str) -> NodeId {
    NodeId::try_from(setup.number(name)).unwrap_or(NodeId::MAX)
}

/// A time that two options bound: for `latency` those are `latency-min` and `latency-max`.
pub(crate) fn between(setup: &Setup, name: &str) -> Result<(Micros, Micros), String> {
    let [least, most] = ["min", "max"].map(|bound| format!("{name}-{bound}"));
    let [from, to] = [&least, &most].map(|bound| setup.number(bound));
    if from > to {
        return Err(format!("has {least} above {most}"));
    }
    Ok((Micros::ms(from), Micros::ms(to)))
}
