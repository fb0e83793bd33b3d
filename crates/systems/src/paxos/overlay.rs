//! What could still be chosen, ballot by ballot, and where quorums meet. Nobody in the system knows this: it takes
//! somebody who sees all acceptors at once, and remembers their votes.

use std::collections::BTreeSet;

use kernel::view::{Panel, Table};
use kernel::{Local, NodeId};

use super::monitor::{Votes, Watch};
use super::{Ballot, Paxos, Phase, Value};

/// The table shows at most so many of the latest ballots.
const WINDOW: usize = 6;
/// With more acceptors than this they are counted.
const NAMED: NodeId = 5;

pub(super) fn panels(watch: &Watch, protocol: &Paxos, locals: &[Local<Paxos>]) -> Vec<Panel> {
    vec![
        Panel::Table(table(watch, protocol, locals)),
        Panel::Text { title: "Quorums".to_owned(), body: quorums(watch, protocol, locals) },
    ]
}

fn table(watch: &Watch, protocol: &Paxos, locals: &[Local<Paxos>]) -> Table {
    let named = protocol.layout.acceptors <= NAMED;
    let mut head: Vec<String> = ["ballot", "value"].map(str::to_owned).to_vec();
    if named {
        head.extend(protocol.layout.acceptors().map(|node| protocol.layout.name(node)));
    } else {
        head.extend(["accepted", "open", "promised higher"].map(str::to_owned));
    }
    head.push("can be chosen".to_owned());
    let ballots = ballots(watch, locals);
    let shown = ballots.iter().skip(ballots.len().saturating_sub(WINDOW));
    let rows = shown.map(|&ballot| row(watch, protocol, locals, ballot)).collect();
    Table { title: "What could still be chosen".to_owned(), head, rows }
}

/// The ballots that asked for votes, and those under way.
fn ballots(watch: &Watch, locals: &[Local<Paxos>]) -> BTreeSet<Ballot> {
    let under_way = locals.iter().filter_map(|local| phase(local)?.ballot());
    watch.ballots.keys().copied().chain(under_way).collect()
}

fn phase(local: &Local<Paxos>) -> Option<&Phase> {
    local.ram.as_ref()?.proposal.as_ref().map(|proposal| &proposal.phase)
}

fn row(watch: &Watch, protocol: &Paxos, locals: &[Local<Paxos>], ballot: Ballot) -> Vec<String> {
    let none = Votes::default();
    let votes = watch.ballots.get(&ballot).unwrap_or(&none);
    let values: Vec<String> = votes.values.iter().map(Value::to_string).collect();
    let value = if values.is_empty() { "not yet".to_owned() } else { values.join(" and ") };
    let mut cells = vec![protocol.number(ballot).to_string(), value];
    if protocol.layout.acceptors <= NAMED {
        cells.extend(protocol.layout.acceptors().map(|node| cell(votes, protocol, locals, (ballot, node))));
    } else {
        let voters = votes.votes.len();
        let open = open(votes, protocol, locals, ballot);
        let out = usize::from(protocol.layout.acceptors).saturating_sub(voters + open);
        cells.extend([voters, open, out].map(|count| count.to_string()));
    }
    cells.push(verdict(watch, protocol, locals, ballot));
    cells
}

/// What one acceptor has done in a ballot, or can still do.
fn cell(
    votes: &Votes,
    protocol: &Paxos,
    locals: &[Local<Paxos>],
    (ballot, node): (Ballot, NodeId),
) -> String {
    let voted: Vec<String> =
        votes.votes.iter().filter(|(voter, _)| *voter == node).map(|(_, value)| value.to_string()).collect();
    if !voted.is_empty() {
        return format!("accepted {}", voted.join(" and "));
    }
    let Some(local) = locals.get(usize::from(node)) else { return String::new() };
    match protocol.promised(local) {
        Some(promised) if promised == ballot => "promised".to_owned(),
        Some(promised) if !protocol.may_vote(local, ballot) => format!("out: {}", protocol.number(promised)),
        Some(_) | None => "open".to_owned(),
    }
}

fn open(votes: &Votes, protocol: &Paxos, locals: &[Local<Paxos>], ballot: Ballot) -> usize {
    let locals: Vec<&Local<Paxos>> = locals.iter().collect();
    votes.open(protocol, ballot, &locals)
}

fn verdict(watch: &Watch, protocol: &Paxos, locals: &[Local<Paxos>], ballot: Ballot) -> String {
    let none = Votes::default();
    let votes = watch.ballots.get(&ballot).unwrap_or(&none);
    let open = open(votes, protocol, locals, ballot);
    let quorum = protocol.accept_quorum;
    let chosen = votes.values.iter().filter(|value| votes.count(**value) >= quorum);
    let chosen: Vec<String> = chosen.map(Value::to_string).collect();
    if !chosen.is_empty() {
        return format!("{}: chosen", chosen.join(" and "));
    }
    let possible = votes.values.iter().filter(|value| votes.count(**value) + open >= quorum);
    let possible: Vec<String> = possible.map(Value::to_string).collect();
    let preparing = locals.iter().any(|local| phase(local).and_then(Phase::ballot) == Some(ballot));
    if !possible.is_empty() {
        possible.join(" or ")
    } else if votes.values.is_empty() && preparing && open >= quorum {
        "what phase 1 finds".to_owned()
    } else {
        "nothing any more".to_owned()
    }
}

/// Whether quorums meet, and where those of the run do.
fn quorums(watch: &Watch, protocol: &Paxos, locals: &[Local<Paxos>]) -> String {
    let (prepare, accept, all) =
        (protocol.prepare_quorum, protocol.accept_quorum, usize::from(protocol.layout.acceptors));
    let mut body = format!("Phase 1 needs {prepare} of {all} acceptors, phase 2 needs {accept}. ");
    if prepare + accept > all {
        let shared = prepare + accept - all;
        body.push_str(&format!(
            "{prepare} + {accept} > {all}: any two such quorums share at least {shared}."
        ));
    } else {
        body.push_str(&format!(
            "{prepare} + {accept} is not more than {all}: two such quorums need not share an acceptor, and two values \
             can be chosen."
        ));
    }
    if let Some(words) = meeting(watch, protocol, locals) {
        body.push(' ');
        body.push_str(&words);
    }
    body
}

/// Where the acceptors that promised the latest ballot meet those that voted in the one before it.
fn meeting(watch: &Watch, protocol: &Paxos, locals: &[Local<Paxos>]) -> Option<String> {
    let latest = *ballots(watch, locals).last()?;
    let promised: BTreeSet<NodeId> = protocol
        .layout
        .acceptors()
        .filter(|node| {
            locals.get(usize::from(*node)).and_then(|local| protocol.promised(local)) == Some(latest)
        })
        .collect();
    let (before, votes) = watch.ballots.range(..latest).rfind(|(_, votes)| !votes.votes.is_empty())?;
    let voters: BTreeSet<NodeId> = votes.votes.iter().map(|(node, _)| *node).collect();
    if promised.is_empty() {
        return None;
    }
    let names = |nodes: &BTreeSet<NodeId>| {
        let names: Vec<String> = nodes.iter().map(|&node| protocol.layout.name(node)).collect();
        format!("{{{}}}", names.join(", "))
    };
    let shared: BTreeSet<NodeId> = promised.intersection(&voters).copied().collect();
    let meet = if shared.is_empty() {
        "share nobody so far".to_owned()
    } else {
        format!("share {}", names(&shared))
    };
    Some(format!(
        "Ballot {} is promised by {}, and in ballot {} {} accepted: they {meet}.",
        protocol.number(latest),
        names(&promised),
        protocol.number(*before),
        names(&voters)
    ))
}
