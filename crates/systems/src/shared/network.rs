//! The network of a room: options that say how long messages take and what goes wrong with them, and what they make of it.

use kernel::cluster::Network;
use kernel::{Opt, Setup};

use super::options::between;

/// How long a message takes: the longest that may be set, in milliseconds, and what is usual.
pub(crate) fn latency(longest: u64, (least, most): (&'static str, &'static str)) -> [Opt; 2] {
    let range = (0, longest, "ms");
    [
        Opt::number("latency-min", "Latency, least", range, least, LEAST),
        Opt::number("latency-max", "Latency, most", range, most, MOST),
    ]
}

/// The same in rooms that call it a delay.
pub(crate) fn delay(longest: u64, (least, most): (&'static str, &'static str)) -> [Opt; 2] {
    let range = (0, longest, "ms");
    [
        Opt::number("delay-min", "Delay, least", range, least, LEAST),
        Opt::number("delay-max", "Delay, most", range, most, MOST),
    ]
}

const LEAST: &str = "A message takes at least so long.";
const MOST: &str = "A message takes at most so long.";

/// What goes wrong with messages.
pub(crate) const MISHAPS: [Opt; 2] = [
    Opt::number("loss", "Loss", (0, 90, "%"), "0", "So many in a hundred messages are lost."),
    Opt::number(
        "duplication",
        "Duplication",
        (0, 90, "%"),
        "0",
        "So many in a hundred messages arrive twice.",
    ),
];

/// The network that the options ask for, in a room where messages are lost and copied.
pub(crate) fn network(setup: &Setup) -> Result<Network, String> {
    let ppm = |name| u32::try_from(setup.number(name) * 10_000).unwrap_or(u32::MAX);
    Ok(Network { loss_ppm: ppm("loss"), duplication_ppm: ppm("duplication"), ..timed(setup, "latency")? })
}

/// A network on which messages take as long as two options say, and none is lost or copied.
pub(crate) fn timed(setup: &Setup, name: &str) -> Result<Network, String> {
    Ok(Network { latency: between(setup, name)?, ..Network::default() })
}
