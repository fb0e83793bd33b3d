//! What is claimed of replicas.

use std::collections::BTreeSet;

use kernel::{Claim, Kind, Local, Monitor, Named, NodeId, Premise, Reads, Seen, Verdict, not_yet};

use super::meaning::History;
use super::mixing::{self, Typed};
use super::object::{Object, Type};
use super::{Form, Output, Replication, agent};
use crate::crdt::dots::{letter, name};
use crate::crdt::lattice::{Agent, Cart};
use crate::crdt::update::{Element, element};

/// What was done, as far as a property or a picture speaks of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watch {
    /// The updates, unless they are edits of a text.
    pub history: History,
    /// What was typed, and by whom who knew what.
    pub typed: Typed,
}

impl Monitor<Replication> for Watch {
    fn observe(
        &mut self,
        replication: &Replication,
        _: NodeId,
        local: &Local<Replication>,
        seen: Seen<'_, Replication>,
    ) -> bool {
        let Seen::Output(Output::Updated(dot, update, before)) = seen else { return false };
        if let Some(Object::Text(text)) = &local.disk.object {
            return self.typed.record(dot.0, text.replica());
        }
        self.history.record(replication.kind, *dot, update, before);
        true
    }

    fn claims(replication: &Replication) -> Vec<Claim<Replication, Self>> {
        let mut claims = vec![Claim::new(
            "Strong convergence",
            "Replicas that have seen the same updates show the same.",
            "Shapiro et al. 2011, definition 2.2",
            Kind::Always,
            Reads::Pair(|_, one, other| converged(one, other)),
        )];
        match replication.kind {
            Type::Rga | Type::Fugue | Type::FugueMax => claims.push(mixing::claim()),
            Type::Cart => claims.extend(carts()),
            Type::GCounter
            | Type::PnCounter
            | Type::GSet
            | Type::TwoPhaseSet
            | Type::OrSet
            | Type::LwwRegister
            | Type::MvRegister
            | Type::LwwMap
            | Type::AddingCounter
            | Type::TiedRegister
            | Type::SkewedRegister
            | Type::UnobservedSet => claims.push(meaning()),
        }
        if replication.form == Form::Operation && !replication.kind.is_text() {
            claims.push(causal());
        }
        if replication.fair {
            claims.push(delivery());
        }
        claims.push(Claim::new(
            "All see all",
            "Replicas can all come to have seen the same two updates or more.",
            "Shapiro et al. 2011, definition 2.1",
            Kind::Reachable,
            Reads::Nodes(|_, locals, _| all_see_all(locals)),
        ));
        claims
    }

    fn premises(_: &Replication) -> Vec<Premise<Replication, Self>> {
        let mut premises = vec![
            Premise::new(
                "Strong convergence",
                "no two replicas had seen the same one or more updates",
                Reads::Pair(|_, (_, one): Named<'_, Replication>, (_, other): Named<'_, Replication>| {
                    not_yet(!one.disk.seen.is_empty() && one.disk.seen == other.disk.seen)
                }),
            ),
            Premise::new(
                "Specification",
                "no replica had seen an update",
                Reads::Node(|_, _, local| not_yet(!local.disk.seen.is_empty())),
            ),
            Premise::new(
                "Causal order",
                "no update that had seen another one reached a second replica",
                Reads::NodeAndMonitor(|_, me, local, watch: &Self| {
                    let others = local.disk.seen.iter().filter(|dot| dot.0 != agent(me));
                    let mut made = others.filter_map(|dot| watch.history.0.get(&dot));
                    not_yet(made.any(|made| !made.seen.is_empty()))
                }),
            ),
            mixing::premise(),
        ];
        let removed = "nothing was removed by somebody who had seen all its additions";
        premises.extend(BACK.map(|name| Premise::new(name, removed, Reads::NodeAndMonitor(not_removed))));
        premises.extend(
            LOST.map(|name| Premise::new(name, "nothing was added", Reads::NodeAndMonitor(not_added))),
        );
        premises
    }
}

fn shows(local: &Local<Replication>) -> String {
    local.disk.object.as_ref().map_or_else(String::new, |object| object.value().to_string())
}

fn converged(
    (one, here): (NodeId, &Local<Replication>),
    (other, there): (NodeId, &Local<Replication>),
) -> Verdict {
    if here.disk.seen != there.disk.seen {
        return Ok(());
    }
    let value = |local: &Local<Replication>| local.disk.object.as_ref().map(Object::value);
    if value(here) == value(there) {
        return Ok(());
    }
    Err(format!(
        "{} and {} have seen the same updates ({}), and {} shows {}, {} shows {}",
        letter(agent(one)),
        letter(agent(other)),
        here.disk.seen,
        letter(agent(one)),
        shows(here),
        letter(agent(other)),
        shows(there),
    ))
}

/// Every type's promise.
fn meaning() -> Claim<Replication, Watch> {
    Claim::new(
        "Specification",
        "A replica shows what the type says of the updates that it has seen, in whatever order they came.",
        "Burckhardt et al. 2014, section 3",
        Kind::Always,
        Reads::NodeAndMonitor(|replication, me, local, watch| {
            let Some(object) = &local.disk.object else { return Ok(()) };
            match watch.history.shown(replication.kind, &local.disk.seen) {
                Some(right) if right != object.value() => Err(format!(
                    "{} shows {}, and what it has seen ({}) makes {right}",
                    letter(agent(me)),
                    object.value(),
                    local.disk.seen,
                )),
                Some(_) | None => Ok(()),
            }
        }),
    )
}

fn causal() -> Claim<Replication, Watch> {
    Claim::new(
        "Causal order",
        "A replica that has seen an update has seen all that the update had seen.",
        "Shapiro et al. 2011, section 2.2",
        Kind::Always,
        Reads::NodeAndMonitor(|_, me, local, watch| {
            let seen = &local.disk.seen;
            let mut early = seen.iter().filter_map(|dot| Some((dot, watch.history.0.get(&dot)?)));
            match early.find(|(_, made)| !seen.covers(&made.seen)) {
                Some((dot, made)) => Err(format!(
                    "{} has seen {} ({}) and not all that it had seen: {}",
                    letter(agent(me)),
                    name(dot),
                    made.update,
                    made.seen,
                )),
                None => Ok(()),
            }
        }),
    )
}

/// What gossip is for. It speaks of every update, so it is asked again and again: at the start there is nothing to see.
fn delivery() -> Claim<Replication, Watch> {
    Claim::new(
        "Eventual delivery",
        "Whatever was updated, sooner or later all replicas have seen it.",
        "Shapiro et al. 2011, definition 2.1",
        Kind::Recurrently,
        Reads::Nodes(|_, locals, _| {
            let seen = |place: usize| locals.get(place).map(|local| &local.disk.seen);
            match (1..locals.len()).find(|&other| seen(other) != seen(0)) {
                Some(other) => {
                    Err(format!("A and {} have not seen the same updates", letter(other as Agent)))
                }
                None => Ok(()),
            }
        }),
    )
}

fn all_see_all(locals: &[&Local<Replication>]) -> Verdict {
    let first = locals.first().map(|local| &local.disk.seen);
    let same = locals.iter().all(|local| Some(&local.disk.seen) == first);
    if same && first.is_some_and(|seen| seen.len() >= 2) {
        return Ok(());
    }
    Err("not all have seen the same two updates or more yet".to_owned())
}

/// What a shopper expects of a cart, of each type in it: that nothing comes back.
const BACK: [&str; 5] = [
    "G-Set: nothing comes back",
    "2P-Set: nothing comes back",
    "Union: nothing comes back",
    "LWW: nothing comes back",
    "OR-Set: nothing comes back",
];

/// And that nothing is lost.
const LOST: [&str; 5] = [
    "G-Set: nothing is lost",
    "2P-Set: nothing is lost",
    "Union: nothing is lost",
    "LWW: nothing is lost",
    "OR-Set: nothing is lost",
];

fn carts() -> Vec<Claim<Replication, Watch>> {
    macro_rules! both {
        ($place:literal) => {
            [
                Claim::new(
                    BACK[$place],
                    "What was removed by somebody who had seen all its additions is not in the cart.",
                    "DeCandia et al. 2007, section 4.4",
                    Kind::Always,
                    Reads::NodeAndMonitor(|_, me, local, watch| judge(me, local, watch, ($place, true))),
                ),
                Claim::new(
                    LOST[$place],
                    "What was added is in the cart, unless somebody removed it who had seen that addition.",
                    "DeCandia et al. 2007, section 4.4",
                    Kind::Always,
                    Reads::NodeAndMonitor(|_, me, local, watch| judge(me, local, watch, ($place, false))),
                ),
            ]
        };
    }
    [both!(0), both!(1), both!(2), both!(3), both!(4)].into_iter().flatten().collect()
}

/// Not yet has the replica seen additions of something, and of each of them a removal that had seen it.
fn not_removed(_: &Replication, _: NodeId, local: &Local<Replication>, watch: &Watch) -> Verdict {
    let (history, seen) = (&watch.history, &local.disk.seen);
    not_yet(!history.added(seen).is_subset(&history.add_wins(seen)))
}

/// Not yet has the replica seen an addition.
fn not_added(_: &Replication, _: NodeId, local: &Local<Replication>, watch: &Watch) -> Verdict {
    not_yet(!watch.history.added(&local.disk.seen).is_empty())
}

fn judge(me: NodeId, local: &Local<Replication>, watch: &Watch, (place, back): (usize, bool)) -> Verdict {
    let Some(Object::Cart(cart)) = &local.disk.object else { return Ok(()) };
    let there: BTreeSet<Element> = cart.all()[place].iter().copied().collect();
    let right = watch.history.add_wins(&local.disk.seen);
    let wrong = if back { &there - &right } else { &right - &there };
    match wrong.first() {
        Some(&one) => Err(format!(
            "{}’s {} {} {}",
            letter(agent(me)),
            Cart::NAMES[place],
            if back { "still has" } else { "lacks" },
            element(one),
        )),
        None => Ok(()),
    }
}
