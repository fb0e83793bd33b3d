//! What is drawn beside the replicas: their texts, tables of what they show and have seen, the lattice that they climb.

use std::collections::BTreeMap;

use kernel::cluster::State;
use kernel::view::{Lattice, LatticePoint, Letter, Panel, Table, TextRow};
use kernel::{Local, NodeId};

use super::meaning::History;
use super::monitor::Watch;
use super::object::{Object, Type};
use super::{Form, Replicas, Replication, Told, agent};
use crate::crdt::dots::{Dot, Dots, letter, name};
use crate::crdt::lattice::{Agent, Cart, Law, TRIED};
use crate::crdt::update::element;

/// The texts that the replicas hold.
pub(super) fn texts(locals: &[Local<Replication>]) -> Vec<TextRow> {
    (0..).zip(locals).filter_map(|(node, local)| text(node, local)).collect()
}

/// Tables of the replicas, of the updates, and of what they weigh in each form. Texts have none.
pub(super) fn all(system: &Replicas, now: &State<Replication, Watch>) -> Vec<Panel> {
    let (replication, locals, history) = (&system.protocol, now.locals.as_slice(), &now.monitor.history);
    let mut panels = vec![Panel::Table(replicas(replication, locals))];
    panels.extend(carts(locals).map(Panel::Table));
    panels.push(Panel::Table(updates(history)));
    if !replication.kind.is_broken() && history.0.len() <= MOST_UPDATES {
        let states = states(replication.kind, history);
        panels.push(Panel::Table(weights(replication, locals.len(), history, &states)));
    }
    panels
}

fn text(node: NodeId, local: &Local<Replication>) -> Option<TextRow> {
    let Some(Object::Text(text)) = &local.disk.object else { return None };
    let replica = text.replica();
    let one = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    Some(TextRow {
        node,
        name: letter(agent(node)).to_string(),
        down: !local.up(),
        remark: format!(
            "{}, {}, has seen {}",
            one(replica.len(), "character"),
            one(replica.tombstones(), "tombstone"),
            local.disk.seen,
        ),
        letters: replica
            .cells()
            .map(|cell| Letter {
                letter: cell.letter,
                by: NodeId::try_from(cell.id.agent).unwrap_or(NodeId::MAX),
                deleted: cell.deleted,
            })
            .collect(),
    })
}

fn replicas(replication: &Replication, locals: &[Local<Replication>]) -> Table {
    let mut head = vec!["replica".to_owned(), "shows".to_owned(), "has seen".to_owned()];
    let buffered = replication.form == Form::Operation;
    if buffered {
        head.push("causal buffer".to_owned());
    }
    let row = |(node, local): (NodeId, &Local<Replication>)| {
        let shown = local.disk.object.as_ref().map(Object::value);
        let shows =
            shown.map_or_else(String::new, |shown| shown.brief().unwrap_or_else(|| "see below".to_owned()));
        let mut row = vec![letter(agent(node)).to_string(), shows, local.disk.seen.to_string()];
        if buffered {
            let waiting = local.ram.iter().flat_map(|ram| &ram.waiting);
            row.push(waiting.map(|told| name(told.dot)).collect::<Vec<_>>().join(", "));
        }
        row
    };
    let title = format!("Replicas of a {}", replication.kind.name());
    Table { title, head, rows: (0..).zip(locals).map(row).collect() }
}

/// The same cart under each type: a row a type, a column a replica.
fn carts(locals: &[Local<Replication>]) -> Option<Table> {
    let carts: Option<Vec<&Cart>> = locals
        .iter()
        .map(|local| if let Some(Object::Cart(cart)) = &local.disk.object { Some(cart) } else { None })
        .collect();
    let carts = carts.filter(|carts| !carts.is_empty())?;
    let mut head = vec!["kept as".to_owned()];
    head.extend((0..locals.len()).map(|node| format!("{} shows", letter(node as Agent))));
    let row = |place: usize| {
        let mut row = vec![Cart::NAMES[place].to_owned()];
        row.extend(carts.iter().map(|cart| {
            let items: Vec<String> = cart.all()[place].iter().map(|&one| element(one)).collect();
            if items.is_empty() { "empty".to_owned() } else { items.join(", ") }
        }));
        row
    };
    let title = "The same cart, kept as objects of five types".to_owned();
    Some(Table { title, head, rows: (0..Cart::NAMES.len()).map(row).collect() })
}

/// Every state that a replica can be in by the updates so far.
pub(super) fn lattice(system: &Replicas, now: &State<Replication, Watch>) -> Lattice {
    let (kind, history) = (system.protocol.kind, &now.monitor.history);
    if kind.is_broken() {
        instead("States of this type stand in no order that joins keep: there is no lattice to climb.")
    } else if history.0.len() > MOST_UPDATES {
        instead(TOO_MANY)
    } else {
        points(kind, &now.locals, history, &states(kind, history))
    }
}

/// More updates are not weighed, since that takes time with the square of their number; nor do so few states come of them
/// that they could be drawn.
const MOST_UPDATES: usize = 100;

/// More states are not drawn.
const MOST_POINTS: usize = 48;

const TOO_MANY: &str = "There are too many states to draw by now. Go back to where there were few updates.";

/// What is said where there is no lattice.
fn instead(words: &str) -> Lattice {
    Lattice { instead: words.to_owned(), ..Lattice::default() }
}

/// The latest updates, and what each had seen.
fn updates(history: &History) -> Table {
    let head = ["update", "what", "its replica had seen"].map(str::to_owned).to_vec();
    let mut all: Vec<_> = history.0.iter().collect();
    all.sort_by_key(|(dot, made)| (made.seen.len(), **dot));
    let skip = all.len().saturating_sub(12);
    let row = |(dot, made): (&Dot, &super::meaning::Made)| {
        vec![name(*dot), made.update.to_string(), made.seen.to_string()]
    };
    let title = if skip > 0 { format!("The last 12 of {} updates", all.len()) } else { "Updates".to_owned() };
    Table { title, head, rows: all.into_iter().skip(skip).map(row).collect() }
}

/// The states of an update's replica: just before it, and after it.
type States = BTreeMap<Dot, (Object, Object)>;

/// The states of each update, of a replica that has seen just what it had seen.
fn states(kind: Type, history: &History) -> States {
    // Each comes after all that it had seen.
    let mut order: Vec<_> = history.0.iter().collect();
    order.sort_by_key(|(dot, made)| (made.seen.len(), **dot));
    let mut states = States::new();
    for (&dot, made) in order {
        let before = joined(kind, &states, &made.seen);
        let mut after = before.clone();
        after.update(dot.0, &made.update);
        states.insert(dot, (before, after));
    }
    states
}

/// The state of a replica that has seen these updates.
fn joined(kind: Type, states: &States, seen: &Dots) -> Object {
    let mut state = Object::new(kind, 0);
    for (_, (_, after)) in states.iter().filter(|(dot, _)| seen.contains(**dot)) {
        state.join(after);
    }
    state
}

/// What the same updates weigh in each of the three forms, each told once to each of the others.
fn weights(replication: &Replication, size: usize, history: &History, states: &States) -> Table {
    let (mut by_state, mut by_operation, mut by_delta) = (0, 0, 0);
    let mut operations = replication.kind != Type::Cart;
    for (&dot, (before, after)) in states {
        let made = &history.0[&dot];
        by_state += after.weight();
        by_delta += before.delta(dot.0, &made.update).weight() + 4;
        match before.clone().prepare(dot.0, &made.update) {
            Ok(operation) => by_operation += Told { dot, seen: made.seen.clone(), operation }.weight(),
            Err(_) => operations = false,
        }
    }
    let others = size - 1;
    let row = |words: &str, form: Form, bytes: usize| {
        let now = if replication.form == form { "now" } else { "" };
        vec![words.to_owned(), (bytes * others).to_string(), now.to_owned()]
    };
    let mut rows = vec![row("states", Form::State, by_state)];
    if operations {
        rows.push(row("operations, with what they had seen", Form::Operation, by_operation));
    }
    rows.push(row("deltas", Form::Delta, by_delta));
    let head = ["told as", "bytes", ""].map(str::to_owned).to_vec();
    Table { title: "The same updates, each told once to each of the others".to_owned(), head, rows }
}

/// Every state that a replica could be in by the updates so far, which of them are below which, and who is where.
fn points(kind: Type, locals: &[Local<Replication>], history: &History, states: &States) -> Lattice {
    let Some(cuts) = cuts(history) else { return instead(TOO_MANY) };
    let mut points: Vec<(Object, Vec<Dots>)> = Vec::new();
    for cut in cuts {
        let state = joined(kind, states, &cut);
        match points.iter_mut().find(|(known, _)| *known == state) {
            Some((_, cuts)) => cuts.push(cut),
            None => points.push((state, vec![cut])),
        }
    }
    let below = |one: usize, other: usize| {
        let mut both = points[one].0.clone();
        both.join(&points[other].0);
        one != other && both == points[other].0
    };
    let table: Vec<Vec<bool>> =
        (0..points.len()).map(|one| (0..points.len()).map(|other| below(one, other)).collect()).collect();
    let mut edges = Vec::new();
    for (one, above) in table.iter().enumerate() {
        for other in (0..points.len()).filter(|&other| above[other]) {
            let between = (0..points.len()).any(|middle| above[middle] && table[middle][other]);
            if !between {
                edges.push((one, other));
            }
        }
    }
    // The longest way up from the lowest state; cuts come with the smaller ones first, and so do states.
    let mut ranks = vec![0; points.len()];
    for _ in 0..points.len() {
        for &(one, other) in &edges {
            ranks[other] = ranks[other].max(ranks[one] + 1);
        }
    }
    let point = |(place, (state, cuts)): (usize, &(Object, Vec<Dots>))| {
        // Carts are long, and their lattice is the same as that of what was seen.
        let seen = || cuts.first().map(Dots::to_string).unwrap_or_default();
        let label = state.value().brief().unwrap_or_else(seen);
        let here = |local: &Local<Replication>| cuts.contains(&local.disk.seen);
        let who = (0..).zip(locals).filter(|(_, local)| here(local));
        let seen: Vec<String> = cuts.iter().map(Dots::to_string).collect();
        LatticePoint {
            rank: ranks[place],
            title: format!("{label}: whoever has seen {}", seen.join("; or ")),
            label,
            who: who.map(|(node, _)| letter(agent(node)).to_string()).collect(),
        }
    };
    Lattice { points: points.iter().enumerate().map(point).collect(), edges, instead: String::new() }
}

/// The laws, each with what trying it has shown.
pub(super) fn laws(kind: Type) -> Vec<Panel> {
    let Some((histories, breaches)) = kind.laws() else { return Vec::new() };
    let head = ["law", "", "verdict"].map(str::to_owned).to_vec();
    let row = |law: &Law| {
        let (name, formula) = law.words();
        let broken = breaches.iter().any(|(broken, ..)| broken == law);
        vec![name.to_owned(), formula.to_owned(), if broken { "broken" } else { "not broken" }.to_owned()]
    };
    let mut panels = vec![Panel::Table(Table {
        title: format!("The laws of a lattice, tried on a {}", kind.name()),
        head,
        rows: Law::ALL.iter().map(row).collect(),
    })];
    let tried = TRIED.iter().zip(histories).map(|((replicas, steps), histories)| {
        format!("all {histories} histories of at most {steps} steps of {replicas} replicas")
    });
    panels.push(Panel::Text {
        title: String::new(),
        body: format!(
            "Tried on {}. Longer ones were not tried. ⊔ joins two states, a ⊑ b says that b \
             has all that a has. Where all laws hold, replicas that have seen the same updates are in the same state, in \
             whatever order and however often they came.",
            tried.collect::<Vec<_>>().join(" and on "),
        ),
    });
    for (law, history, comes) in breaches {
        let steps = if history.is_empty() { "At the start".to_owned() } else { history.join(", then ") };
        panels.push(Panel::Text {
            title: format!("{}: the shortest history that breaks it", law.words().0),
            body: format!("{steps}. Then {comes}."),
        });
    }
    panels
}

/// Every set of updates that a replica can have seen, smaller ones first: with an update all that it had seen. `None`:
/// there are too many.
fn cuts(history: &History) -> Option<Vec<Dots>> {
    let mut cuts = vec![Dots::default()];
    let mut next = 0;
    while let Some(cut) = cuts.get(next).cloned() {
        for (&dot, made) in &history.0 {
            if !cut.contains(dot) && cut.covers(&made.seen) {
                let mut more = cut.clone();
                more.add(dot);
                if !cuts.contains(&more) {
                    cuts.push(more);
                }
            }
        }
        if cuts.len() > MOST_POINTS {
            return None;
        }
        next += 1;
    }
    Some(cuts)
}
