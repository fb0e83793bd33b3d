//! Options of rooms in which clients ask servers, one of which may lie.

use std::collections::BTreeSet;

use kernel::{Delay, Micros, NodeId, Opt, Setup};

use super::options::nodes;

/// How many servers there are.
pub(crate) const fn servers(usual: &'static str) -> Opt {
    Opt::number("servers", "Servers", (1, 500, ""), usual, "How many servers there are.")
}

/// How often clients ask.
pub(crate) const REQUESTS: Opt = Opt::number(
    "requests",
    "A request every",
    (0, 60_000, "ms"),
    "0",
    "Clients ask this often; 0: only when you do.",
);

/// Which server lies.
pub(crate) const LIAR: Opt =
    Opt::number("liar", "Lying server", (0, 500, ""), "0", "The number of a server that lies; 0: none.");

/// When clients ask: half as long as the option says after the last request at the earliest, half as much again at the
/// latest.
pub(crate) fn workload(setup: &Setup) -> Delay {
    match Micros::ms(setup.number("requests")).0 {
        0 => Delay::Never,
        every => Delay::Between(Micros(every / 2), Micros(every + every / 2)),
    }
}

/// Who lies among so many servers.
pub(crate) fn liar(setup: &Setup, servers: NodeId) -> Result<BTreeSet<NodeId>, String> {
    let liar = nodes(setup, "liar");
    if liar > servers {
        return Err(format!("names S{liar} as the lying server, and there are {servers} servers"));
    }
    Ok(liar.checked_sub(1).into_iter().collect())
}

/// Refuses a run in which there can be so many messages in flight at once that it is too slow to look at.
pub(crate) fn few_in_flight(messages: u64) -> Result<(), String> {
    if messages > IN_FLIGHT_MAX {
        return Err(format!(
            "asks for more than {IN_FLIGHT_MAX} messages in flight at once; fewer servers, less latency or longer \
             timeouts would do"
        ));
    }
    Ok(())
}

const IN_FLIGHT_MAX: u64 = 200_000;
