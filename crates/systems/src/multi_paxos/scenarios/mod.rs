//! The scenarios: what each does to a cluster, in terms of who leads and not of dates; what is on the disks when it
//! begins; and within what limits a search finds what it is about.

mod broken;
mod faults;
mod usual;

use kernel::cluster::State;
use kernel::{Budget, Counts, Event, Micros, NodeId, Scenario};

use super::clients::leads_in;
use super::learner::chosen;
use super::{Ballot, Input, MultiPaxos, Servers, Slot, Timer, Watch, acceptor};
use crate::shared::store::Command;

type Directive = kernel::Directive<Servers>;
type MultiPaxosState = State<MultiPaxos, Watch>;

const S1: NodeId = 0;
const S2: NodeId = 1;
const S3: NodeId = 2;
const S4: NodeId = 3;
const S5: NodeId = 4;

/// Every scenario, in the order of the page.
pub(super) fn all() -> Vec<Scenario<Servers>> {
    let mut list = usual::all();
    list.extend(faults::all());
    list.extend(broken::all());
    list
}

/// A disk: the ballot promised, and for each vote its slot, its ballot and the number of the request.
pub(super) type Begin = (u64, &'static [(Slot, u64, u32)]);

/// S1 has accepted x=1 in its ballot 1, S2 y=2 in its ballot 2, both in slot 1 and both alone: nothing is chosen.
const TWO_COMMANDS: &[Begin] = &[(1, &[(1, 1, 1)]), (2, &[(1, 2, 2)]), (2, &[])];

/// What is on the disks when a scenario begins, where they are not empty.
pub(super) fn disks(scenario: &str) -> Option<&'static [Begin]> {
    Some(match scenario {
        // S1 led in ballot 1 and proposed in three slots; of the second only S1 itself knows.
        "gap" => &[(1, &[(1, 1, 1), (2, 1, 2), (3, 1, 3)]), (1, &[(1, 1, 1), (3, 1, 3)]), (1, &[(1, 1, 1)])],
        // S3 led in ballot 3; of the second slot only S3 itself knows.
        "guessed-gap" => {
            &[(3, &[(1, 3, 1), (3, 3, 3)]), (3, &[(1, 3, 1)]), (3, &[(1, 3, 1), (2, 3, 2), (3, 3, 3)])]
        }
        // S1 has accepted x=1 in ballot 1, S3 y=2 in ballot 3, both alone.
        "two-halves" => &[(1, &[(1, 1, 1)]), (1, &[]), (3, &[(1, 3, 2)]), (3, &[])],
        "broken-promise" | "forgotten-promise" | "forgotten-vote" | "oldest-command" | "lying-acceptor" => {
            TWO_COMMANDS
        }
        _ => return None,
    })
}

/// What a search may do: little, and enough for what the scenario is about.
pub(super) fn search(scenario: &str) -> Counts {
    let within = |timeouts, requests, crashes| Budget { timeouts, requests, crashes, ..Budget::NONE }.into();
    match scenario {
        "gap" => within(1, 0, 0),
        "guessed-gap" | "two-halves" | "broken-promise" | "oldest-command" | "lying-acceptor" => {
            within(2, 0, 0)
        }
        "forgotten-promise" | "forgotten-vote" => within(2, 0, 1),
        "new-command-first" => within(2, 2, 0),
        "window" | "duplicate" | "out-of-order" | "executed-twice" => within(1, 2, 0),
        "leader-crash" | "minority-partition" | "lying-leader" => within(1, 1, 0),
        _ => within(2, 1, 0),
    }
}

/// Nobody takes a ballot unless the script says so.
const PATIENT: [(&str, &str); 2] = [("election-min", "20000"), ("election-max", "30000")];

/// The server that leads in the highest ballot.
fn leader(now: &MultiPaxosState) -> Option<NodeId> {
    let leaders = (0..).zip(&now.locals).filter_map(|(node, local)| Some((leads_in(local)?, node)));
    leaders.max().map(|(_, node)| node)
}

/// Whether this server leads.
fn leads(node: NodeId) -> impl Fn(&Servers, &MultiPaxosState) -> bool + 'static {
    move |_, now| now.locals.get(usize::from(node)).is_some_and(|local| leads_in(local).is_some())
}

/// Whether this server has promised at least this ballot.
fn promised(node: NodeId, ballot: u64) -> impl Fn(&Servers, &MultiPaxosState) -> bool + 'static {
    move |_, now| {
        let ram = |local: &kernel::Local<MultiPaxos>| {
            local.ram.as_ref().is_some_and(|ram| ram.promised(&local.disk) >= Ballot(ballot))
        };
        now.locals.get(usize::from(node)).is_some_and(ram)
    }
}

/// Whether this server has accepted something in a slot.
fn accepted(node: NodeId, slot: Slot) -> impl Fn(&Servers, &MultiPaxosState) -> bool + 'static {
    move |_, now| {
        let local = now.locals.get(usize::from(node));
        local.is_some_and(|local| acceptor::votes(local).get(slot).is_some())
    }
}

/// Whether this server knows what is chosen in a slot.
fn knows(node: NodeId, slot: Slot) -> impl Fn(&Servers, &MultiPaxosState) -> bool + 'static {
    move |_, now| now.locals.get(usize::from(node)).is_some_and(|local| chosen(local, slot).is_some())
}

/// Whether somebody knows what is chosen in a slot.
fn known(slot: Slot) -> impl Fn(&Servers, &MultiPaxosState) -> bool + 'static {
    move |_, now| now.locals.iter().any(|local| chosen(local, slot).is_some())
}

fn stand(node: NodeId) -> Event<MultiPaxos> {
    Event::Fire(node, Timer::Election)
}

/// A client asks a server for request number `number` of the workload, from 1: x=1, y=2, z=3, x=4, …
fn write(node: NodeId, number: u32) -> Event<MultiPaxos> {
    let (client, seq, key, value) = match Command::request(number - 1) {
        Command::Write { client, seq, key, value } => (client, seq, key, value),
        Command::NoOp => (0, number, 'x', number),
    };
    Event::Input(node, Input::Write { client, seq, key, value })
}

fn slow(from: NodeId, to: NodeId, ms: u64) -> Event<MultiPaxos> {
    Event::Slow(from, to, Micros::ms(ms), Micros::ms(ms))
}

/// Cuts a server off from all others.
fn cut_off(node: NodeId, servers: NodeId) -> Event<MultiPaxos> {
    let peers: Vec<NodeId> = (0..servers).filter(|&peer| peer != node).collect();
    Event::partition(&[node], &peers)
}

fn heal(servers: NodeId) -> Event<MultiPaxos> {
    let all = (0..servers).flat_map(|a| (0..servers).map(move |b| (a, b)));
    Event::Heal(all.filter(|(a, b)| a != b).collect())
}

/// Starts all servers that are down.
fn restart(now: &MultiPaxosState) -> Vec<Event<MultiPaxos>> {
    (0..).zip(&now.locals).filter(|(_, local)| !local.up()).map(|(node, _)| Event::Restart(node)).collect()
}
