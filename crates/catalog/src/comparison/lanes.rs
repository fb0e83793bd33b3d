//! The same clients on the same network, with consensus and without it: the lanes of two systems in one space-time diagram.
//!
//! Whatever cuts or heals the network of this run, a script or a reader, does so at the same time in the other one.

use std::cell::RefCell;

use kernel::view::{Chart, View};
use kernel::{Gesture, MessageId, Micros, NodeId, Target};

use super::open_beside;
use crate::recording::Recording;
use crate::session::{Open, Session};

/// Systems that agree on nothing before they answer, and one that does.
const PAIRS: &[(&str, &str)] = &[("counters", "raft")];

/// Options of the same meaning, by their names in both systems of a pair.
const SHARED: &[(&str, &str)] = &[
    ("replicas", "servers"),
    ("pause", "requests"),
    ("latency-min", "latency-min"),
    ("latency-max", "latency-max"),
    ("loss", "loss"),
    ("duplication", "duplication"),
];

/// The system of consensus that stands beside the one of this name.
pub(crate) fn rival(name: &str) -> Option<&'static str> {
    PAIRS.iter().find(|(one, _)| *one == name).map(|(_, other)| *other)
}

/// Links that are cut, one way each.
type Cuts = Vec<(NodeId, NodeId)>;

/// Both runs, at one time.
struct Pair {
    /// What the first run is made from, shown at its start.
    of: Recording,
    /// The first run once more: it is followed step by step.
    twin: Box<dyn Session>,
    rival: Box<dyn Session>,
    cut: Cuts,
}

/// The run of the other system, which follows the time shown.
#[derive(Default)]
pub(crate) struct LanesComparison {
    pair: RefCell<Option<Pair>>,
}

impl LanesComparison {
    /// The lanes of both systems: those of this run as they are, and under them those of the other.
    pub(crate) fn chart(&self, mut mine: Chart, this: Recording, open: Open) -> Chart {
        let mut place = self.pair.borrow_mut();
        let this = Recording { at: 0, ..this };
        let stays = |pair: &Pair| pair.of == this && pair.twin.position().shown <= mine.now;
        if !place.as_ref().is_some_and(stays) {
            *place = Pair::open(this, open);
        }
        let Some(pair) = place.as_mut() else { return mine };
        pair.play_to(mine.now);
        let theirs = pair.rival.chart(mine.until.since(mine.from));
        append(&mut mine, theirs);
        let rival = pair.rival.about().room.title;
        let said = states(&pair.twin.sketch()).into_iter().map(|said| format!(": {said}"));
        let theirs = commits(&pair.rival.view()).into_iter().map(|said| format!(" {rival}: {said}"));
        for (name, said) in mine.names.iter_mut().zip(said.chain(theirs)) {
            name.push_str(&said);
        }
        mine.era = "era";
        mine
    }
}

impl Pair {
    fn open(of: Recording, open: Open) -> Option<Self> {
        let twin = open(&of).ok()?;
        let rival = open_beside(rival(&of.system)?, twin.about(), of.seed, SHARED, open)?;
        Some(Self { of, twin, rival, cut: Cuts::new() })
    }

    /// Goes on with both, and cuts in one what is cut in the other.
    fn play_to(&mut self, shown: Micros) {
        while self.twin.position().next.is_some_and(|next| next <= shown) && self.twin.step() {
            let links = self.twin.sketch().links;
            let cut: Cuts = links.iter().filter(|link| link.cut).map(|link| (link.from, link.to)).collect();
            if cut != self.cut {
                self.rival.play_to(self.twin.position().now, u64::MAX);
                if !self.cut.is_empty() {
                    // It may be that nothing is cut any more there: a reader can do nothing to that run, so it is not.
                    let _ = self.rival.act(Target::World, "heal");
                }
                if !cut.is_empty() {
                    let _ = self.rival.gesture(&Gesture::Cut(&cut));
                }
                self.cut = cut;
            }
        }
        self.twin.play_to(shown, 0);
        self.rival.play_to(shown, u64::MAX);
    }
}

/// Puts the lanes of another diagram under these. Nodes and messages get numbers of their own.
fn append(mine: &mut Chart, other: Chart) {
    const MESSAGES: MessageId = 1 << 40;
    let lanes = NodeId::try_from(mine.names.len()).unwrap_or(0);
    mine.names.extend(other.names);
    mine.spans.extend(other.spans.into_iter().map(|mut span| {
        span.node += lanes;
        span
    }));
    mine.arrows.extend(other.arrows.into_iter().map(|mut arrow| {
        arrow.id += MESSAGES;
        (arrow.from, arrow.to) = (arrow.from + lanes, arrow.to + lanes);
        arrow
    }));
    mine.dots.extend(other.dots.into_iter().map(|mut dot| {
        dot.node += lanes;
        dot
    }));
}

/// What each node shows to a client now.
fn states(view: &View) -> Vec<String> {
    view.nodes.iter().map(|node| node.lines.first().cloned().unwrap_or_default()).collect()
}

/// How many entries each server knows to be committed.
fn commits(view: &View) -> Vec<String> {
    let commit = |node: &kernel::view::NodeView| {
        let field = node.disk.iter().chain(&node.ram).find(|field| field.name.is("commit-index"));
        let count = field.map_or("0", |field| &field.value);
        format!("{count} committed")
    };
    view.nodes.iter().map(commit).collect()
}
