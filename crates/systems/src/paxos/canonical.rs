//! One state for all that have the same future, for a search through ballots without end.
//!
//! Only where [`Paxos::only_compares`] says so. Three things are taken out of a state: the numbers of ballots, of which
//! only the order matters; messages of ballots that their proposer has given up, of which only matters that they are
//! still owed; and votes in ballots in which nothing can be chosen any more.

use std::collections::BTreeSet;

use kernel::{Envelope, Local};

use super::ballot::renumber;
use super::monitor::Watch;
use super::{Ballot, Message, Paxos, Phase, Value};

type Mail = Vec<Envelope<Paxos>>;

pub(super) fn simplify(
    watch: &mut Watch,
    protocol: &Paxos,
    locals: &mut [Local<Paxos>],
    mail: &mut Mail,
) -> bool {
    if !protocol.only_compares() {
        return false;
    }
    // In this order: `settle` takes ballots out of messages, and with them reasons for `forget` to keep a
    // ballot; what both have removed does not take up a round in the renumbering.
    settle(locals, mail);
    forget(watch, protocol, locals, mail);
    let mut rounds: BTreeSet<u32> = watch.ballots.keys().map(|ballot| ballot.round).collect();
    visit(watch, locals, mail, &mut |round| {
        rounds.insert(*round);
    });
    // The monitor's ballots are keys of a map, which cannot be changed in place; they are made anew below.
    let new = renumber(&rounds);
    visit(watch, locals, mail, &mut |round| *round = new[round]);
    let ballots = std::mem::take(&mut watch.ballots).into_iter();
    watch.ballots =
        ballots.map(|(ballot, votes)| (Ballot { round: new[&ballot.round], ..ballot }, votes)).collect();
    true
}

/// The ballot that a proposer has under way.
fn under_way(local: &Local<Paxos>) -> Option<Ballot> {
    local.ram.as_ref()?.proposal.as_ref()?.phase.ballot()
}

/// An answer in a ballot that was given up only tells the proposer that the acceptor is free; and nobody waits for the
/// answer to a request in such a ballot, which makes no difference to an acceptor that has promised more.
fn settle(locals: &[Local<Paxos>], mail: &mut Mail) {
    for envelope in mail.iter_mut() {
        let (from, to) = (&locals[usize::from(envelope.from)], &locals[usize::from(envelope.to)]);
        match &mut envelope.message {
            Message::Request { .. } | Message::Learn { .. } => {}
            Message::Prepare { ballot } | Message::Accept { ballot, .. } => {
                // Both must hold. Were the ballot still under way, its answer would count. Had the acceptor
                // promised nothing higher, a late Prepare would raise its promise, and a late Accept would
                // make it vote.
                if under_way(from) != Some(*ballot)
                    && to.disk.promised.is_some_and(|promised| *ballot < promised)
                {
                    // Round 0 is in no ballot: it is below every promise and equals none under way. So the
                    // message is refused, as it would have been, and only its sender still matters.
                    let ballot = Ballot { round: 0, ..*ballot };
                    envelope.message = Message::Prepare { ballot };
                }
            }
            Message::Promise { ballot, .. }
            | Message::Accepted { ballot }
            | Message::Refused { ballot, .. } => {
                // All three answers then do the same: the acceptor owes nothing any more, and may be asked
                // late.
                if under_way(to) != Some(*ballot) {
                    let ballot = Ballot { round: 0, ..*ballot };
                    envelope.message = Message::Accepted { ballot };
                }
            }
        }
    }
}

/// Forgets the ballots that nothing depends on any more: those in which no value can be chosen, and, once a value is,
/// those that have no other value.
fn forget(watch: &mut Watch, protocol: &Paxos, locals: &[Local<Paxos>], mail: &Mail) {
    let first = watch.chosen.values().min().copied();
    let chosen: Vec<Value> = watch.chosen.keys().copied().collect();
    let nodes: Vec<&Local<Paxos>> = locals.iter().collect();
    watch.ballots.retain(|&ballot, votes| {
        // Kept, for it is what every later ballot with another value is held against (“Safe ballots”).
        if first == Some(ballot) {
            return true;
        }
        if chosen.len() == 1 && votes.values.iter().all(|value| *value == chosen[0]) {
            return false;
        }
        // Two bounds on the votes that can still come: acceptors that are free to vote, and requests for a
        // vote. A proposer that has the ballot under way may ask any number of acceptors; otherwise only
        // requests in flight are left.
        let asked = mail
            .iter()
            .filter(|sent| matches!(sent.message, Message::Accept { ballot: of, .. } if of == ballot));
        let asks = locals.iter().any(|local| under_way(local) == Some(ballot));
        let askable = if asks { usize::MAX } else { asked.count() };
        let open = votes.open(protocol, ballot, &nodes).min(askable);
        let most = votes.values.iter().map(|value| votes.count(*value)).max().unwrap_or(0);
        // Otherwise no value can get a quorum here any more, neither one that has votes nor a new one.
        most + open >= protocol.accept_quorum
    });
}

/// Visits every round but those of the ballots that the monitor keeps.
fn visit(watch: &mut Watch, locals: &mut [Local<Paxos>], mail: &mut Mail, visit: &mut dyn FnMut(&mut u32)) {
    let mut ballots: Vec<&mut Ballot> = watch.chosen.values_mut().collect();
    for local in locals {
        let disk = &mut local.disk;
        visit(&mut disk.round);
        ballots.extend(disk.promised.iter_mut().chain(disk.vote.iter_mut().map(|vote| &mut vote.ballot)));
        let Some(ram) = &mut local.ram else { continue };
        ballots.extend(&mut ram.unsaved_promise);
        match ram.proposal.as_mut().map(|proposal| &mut proposal.phase) {
            None | Some(Phase::Waiting) => {}
            Some(Phase::Prepare { ballot, promises }) => {
                ballots.push(ballot);
                ballots.extend(promises.values_mut().flatten().map(|vote| &mut vote.ballot));
            }
            Some(Phase::Accept { ballot, .. }) => ballots.push(ballot),
        }
    }
    for envelope in mail {
        match &mut envelope.message {
            Message::Request { .. } | Message::Learn { .. } => {}
            Message::Prepare { ballot } | Message::Accept { ballot, .. } | Message::Accepted { ballot } => {
                ballots.push(ballot);
            }
            Message::Promise { ballot, vote } => {
                ballots.push(ballot);
                ballots.extend(vote.iter_mut().map(|vote| &mut vote.ballot));
            }
            Message::Refused { ballot, promised } => ballots.extend([ballot, promised]),
        }
    }
    for ballot in ballots {
        visit(&mut ballot.round);
    }
}
