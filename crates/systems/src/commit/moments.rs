//! Where a run stands: what scenarios wait for, and the moments at which a crash makes a difference.

use kernel::cluster::State;
use kernel::{Cluster, Event, Local, Moment, NodeId};

use super::{COORDINATOR, Commit, Input, Message, Tx, Watch, records};

pub(super) type CommitState<P> = State<P, Watch>;
type Nodes<P> = Cluster<P, Watch>;

/// A client asks for the first transaction.
pub(super) fn begin<P: Commit>() -> Event<P> {
    Event::Input(COORDINATOR, Input::Begin { tx: 1 })
}

/// A client asks a participant for its data.
pub(super) fn read<P: Commit>(node: NodeId, client: u8) -> Event<P> {
    Event::Input(node, Input::Read { client })
}

/// To how many the node has still to send such a message; 0 where it sends none.
pub(super) fn left<P: Commit>(now: &CommitState<P>, node: NodeId, kind: fn(&Message) -> bool) -> usize {
    let outbox =
        now.locals.get(usize::from(node)).and_then(|local| P::memory(local.ram.as_ref()?).outbox.as_ref());
    outbox.filter(|outbox| kind(&outbox.message)).map_or(0, |outbox| outbox.to.len())
}

pub(super) const fn vote_request(message: &Message) -> bool {
    matches!(message, Message::VoteRequest { .. })
}

pub(super) const fn pre_commit(message: &Message) -> bool {
    matches!(message, Message::PreCommit { .. })
}

pub(super) const fn decision(message: &Message) -> bool {
    matches!(message, Message::Decision { .. })
}

/// The participants.
pub(super) fn participants<P: Commit>(now: &CommitState<P>) -> impl Iterator<Item = (NodeId, &Local<P>)> {
    (0..).zip(&now.locals).skip(1)
}

/// Whether every participant is in doubt.
pub(super) fn all_in_doubt<P: Commit>(now: &CommitState<P>) -> bool {
    participants(now).all(|(_, local)| records(local).doubt().is_some())
}

/// Whether the node is in doubt.
pub(super) fn in_doubt<P: Commit>(now: &CommitState<P>, node: NodeId) -> bool {
    now.locals.get(usize::from(node)).is_some_and(|local| records(local).doubt().is_some())
}

/// What the node has decided on a transaction.
pub(super) fn decided<P: Commit>(now: &CommitState<P>, node: NodeId, tx: Tx) -> Option<bool> {
    now.locals.get(usize::from(node)).and_then(|local| records(local).decision(tx))
}

/// The moments of the coordinator until it has asked all.
pub(super) fn asking<P: Commit>() -> Vec<Moment<Nodes<P>>> {
    vec![
        Moment { name: "has asked nobody to vote", at: |_, now, me| asks(now, me, |left, all| left == all) },
        Moment {
            name: "has asked some to vote",
            at: |_, now, me| asks(now, me, |left, all| left > 0 && left < all),
        },
        Moment {
            name: "has asked all, votes are missing",
            at: |_, now, me| asks(now, me, |left, _| left == 0),
        },
    ]
}

/// The moments of the coordinator after it has decided.
pub(super) fn telling<P: Commit>() -> Vec<Moment<Nodes<P>>> {
    vec![
        Moment { name: "has decided, told nobody", at: |_, now, me| tells(now, me, |left, all| left == all) },
        Moment {
            name: "has told some the decision",
            at: |_, now, me| tells(now, me, |left, all| left > 0 && left < all),
        },
        Moment { name: "has told all the decision", at: |_, now, me| tells(now, me, |left, _| left == 0) },
    ]
}

type Left = fn(usize, usize) -> bool;

fn asks<P: Commit>(now: &CommitState<P>, me: NodeId, matches: Left) -> bool {
    let collects = now
        .locals
        .first()
        .is_some_and(|local| local.ram.as_ref().is_some_and(|ram| P::memory(ram).poll.is_some()));
    me == COORDINATOR && collects && matches(left(now, me, vote_request), participants(now).count())
}

fn tells<P: Commit>(now: &CommitState<P>, me: NodeId, matches: Left) -> bool {
    let up = now.locals.first().is_some_and(Local::up);
    let decided = up && decided(now, COORDINATOR, now.monitor.tx).is_some();
    me == COORDINATOR && decided && matches(left(now, me, decision), participants(now).count())
}

/// Whether the node is a participant that is up, in a transaction that has begun, and this holds of it.
pub(super) fn takes_part<P: Commit>(
    now: &CommitState<P>,
    me: NodeId,
    holds: impl Fn(&Local<P>, Tx) -> bool,
) -> bool {
    let tx = now.monitor.tx;
    let local = now.locals.get(usize::from(me)).filter(|local| me != COORDINATOR && local.up() && tx > 0);
    local.is_some_and(|local| holds(local, tx))
}
