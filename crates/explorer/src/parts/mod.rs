//! A cluster's states, stored as their parts: each distinct local state, message, monitor and world once.
//!
//! A state is a short slice of numbers: the local state of each node, the monitor, the world (links and budgets
//! spent), and the messages in flight in order of their numbers. A step of a node is a function of its local state
//! and of the stimulus alone; it is run once for each pair of them and remembered, with what it sends. After that,
//! exploring is work on numbers. A state's hash is a sum of one word for each part, so a successor's hash is the
//! parent's with a few words taken away and a few added. Hashes only say where to look: the slices are compared.

mod expand;
mod judge;
mod local;

use std::collections::BTreeMap;
use std::rc::Rc;

use kernel::cluster::{State, Wire};
use kernel::{
    Budget, Cluster, Envelope, Local, Monitor, NodeId, Odometer, Protocol, Report, Stimulus, System, Touched,
    Turn, Withheld,
};

use crate::intern::{Interner, list_bytes};
use crate::space::{Found, Label, NO_LABEL, Space};
use crate::store::Slices;
use crate::table::{Memo, Table, mix};
use judge::Judge;
use local::Steps;

pub(crate) type Wires = BTreeMap<(NodeId, NodeId), Wire>;

/// The states of a cluster.
pub(crate) struct Parts<P: Protocol, M> {
    cluster: Rc<Cluster<P, M>>,
    slices: Slices,
    table: Table,
    locals: Interner<Local<P>>,
    envelopes: Interner<Envelope<P>>,
    /// What each envelope adds to a hash.
    mixes: Vec<u64>,
    monitors: Interner<M>,
    worlds: Interner<(Budget, Wires)>,
    steps: Steps<P>,
    judge: Judge,
    /// (monitor, step) to the monitor after it.
    observed: Memo,
    /// The state being expanded, and the one being made.
    here: Vec<u32>,
    there: Vec<u32>,
    words: Vec<u16>,
    most: usize,
    full: bool,
}

/// Where in a slice the monitor and the world stand, after the nodes.
const EXTRA: usize = 2;
/// The place that stands for "in flight" in hashes.
const MAIL: u64 = 1 << 20;

const fn part(place: u64, number: u32) -> u64 {
    mix((place + 1) << 32 | number as u64)
}

impl<P: Protocol, M: Monitor<P>> Parts<P, M> {
    pub(crate) fn new(cluster: Rc<Cluster<P, M>>) -> Self {
        let judge = Judge::new(cluster.claims().len(), usize::from(cluster.size));
        Self {
            slices: Slices::new(),
            table: Table::new(),
            locals: Interner::default(),
            envelopes: Interner::default(),
            mixes: Vec::new(),
            monitors: Interner::default(),
            worlds: Interner::default(),
            steps: Steps::new(usize::from(cluster.size)),
            judge,
            observed: Memo::new(),
            here: Vec::new(),
            there: Vec::new(),
            words: Vec::new(),
            most: usize::MAX,
            full: false,
            cluster,
        }
    }

    fn nodes(&self) -> usize {
        usize::from(self.cluster.size)
    }

    fn put_state(&mut self, state: &State<P, M>, found: &mut Vec<Found>) {
        let mut slice: Vec<u32> =
            state.locals.iter().map(|local| self.locals.number(local.clone())).collect();
        slice.push(self.monitors.number(state.monitor.clone()));
        slice.push(self.worlds.number((state.spent, state.wires.clone())));
        let mut mail: Vec<u32> =
            state.mail.values().map(|envelope| self.envelopes.number(envelope.clone())).collect();
        // Messages are not ordered: two states with the same ones must have the same slice.
        mail.sort_unstable();
        slice.extend(mail);
        self.learn_mixes();
        let hash = self.hash_of(&slice);
        self.there = slice;
        self.put_there(hash, (Touched::EVERYTHING, NO_LABEL), found);
    }

    /// Finds or adds the state in `there`.
    fn put_there(&mut self, hash: u64, (touched, label): (Touched, u32), found: &mut Vec<Found>) {
        Slices::encode(&self.there, &mut self.words);
        let next = self.slices.len() as u32;
        let (slices, words) = (&self.slices, &self.words);
        // Without room the table is only asked: a state that is known is still found, and a new one leaves no
        // trace.
        let room = (self.slices.len() < self.most).then_some(next);
        let known = self.table.find_or_put(hash, room, |index| slices.words(index) == words.as_slice());
        // Too long, or all blocks are full: the table keeps a number without a slice, and the search ends
        // with this expansion.
        if known.is_none() && (room.is_none() || !self.slices.push(&self.words)) {
            self.full = true;
            return;
        }
        found.push(Found { index: known.unwrap_or(next), new: known.is_none(), touched, label });
    }

    /// What envelopes that were met for the first time add to hashes.
    fn learn_mixes(&mut self) {
        let known = self.mixes.len();
        // Once before each expansion: only messages of the state being expanded are taken away, and those are
        // known by then. What a step adds has its own words in `delta`.
        self.mixes.extend((known..self.envelopes.len()).map(|envelope| part(MAIL, envelope as u32)));
    }

    /// One word for each part, added up: the order of the messages does not matter, and how often each is there does.
    fn hash_of(&self, slice: &[u32]) -> u64 {
        let (fixed, mail) = slice.split_at(self.nodes() + EXTRA);
        // The place is in the word: two nodes that change their local states with each other give another
        // sum.
        let fixed = (0..).zip(fixed).map(|(place, &number)| part(place, number));
        fixed.chain(mail.iter().map(|&envelope| self.mixes[envelope as usize])).fold(0, u64::wrapping_add)
    }

    fn slice(&self, index: u32) -> Vec<u32> {
        let mut slice = Vec::new();
        self.slices.decode(index, &mut slice);
        slice
    }
}

impl<P: Protocol, M: Monitor<P>> Space<Cluster<P, M>> for Parts<P, M> {
    fn system(&self) -> &Cluster<P, M> {
        &self.cluster
    }

    fn begin(&mut self, from: Option<&State<P, M>>, found: &mut Vec<Found>) {
        if let Some(state) = from {
            self.put_state(state, found);
            return;
        }
        let cluster = Rc::clone(&self.cluster);
        let (mut odometer, mut report) = (Odometer::default(), Report::default());
        loop {
            report.clear();
            let state = cluster.initial(&mut Turn { choices: &mut odometer, report: &mut report });
            self.put_state(&state, found);
            if !odometer.next_run() {
                return;
            }
        }
    }

    fn limit(&mut self, states: usize) {
        self.most = states;
    }

    fn expand(&mut self, index: u32, found: &mut Vec<Found>) {
        let mut here = std::mem::take(&mut self.here);
        // The slice is borrowed for the whole expansion, so it must not be the one in `self`; it is put back
        // for its room.
        self.slices.decode(index, &mut here);
        self.expand_slice(&here, found);
        self.here = here;
    }

    fn len(&self) -> usize {
        self.slices.len()
    }

    fn bytes(&self) -> usize {
        let parts = self.locals.bytes()
            + self.envelopes.bytes()
            + list_bytes(&self.mixes)
            + self.monitors.bytes()
            + self.worlds.bytes();
        self.slices.bytes()
            + self.table.bytes()
            + self.steps.bytes()
            + self.judge.bytes()
            + self.observed.bytes()
            + parts
    }

    fn full(&self) -> bool {
        self.full
    }

    fn close(&mut self) {
        self.table = Table::new();
        // Keys are numbers of steps, which are about to be forgotten.
        self.observed = Memo::new();
        self.steps.forget();
    }

    fn state(&self, index: u32) -> State<P, M> {
        let slice = self.slice(index);
        let n = self.nodes();
        let locals = slice[..n].iter().map(|&local| self.locals[local as usize].clone()).collect();
        let mail = slice[n + EXTRA..].iter().map(|&envelope| self.envelopes[envelope as usize].clone());
        let (spent, wires) = self.worlds[slice[n + 1] as usize].clone();
        self.cluster.assemble(locals, mail, wires, (spent, self.monitors[slice[n] as usize].clone()))
    }

    fn holds(&mut self, index: u32, property: usize, touched: Touched) -> bool {
        self.judged(index, property, touched)
    }

    fn withheld(&mut self, index: u32) -> Vec<Withheld> {
        if self.may_withhold(index) { self.cluster.withheld(&self.state(index)) } else { Vec::new() }
    }

    fn outcomes(&mut self, index: u32) -> u16 {
        self.decided(index)
    }

    fn messages(&self, index: u32) -> usize {
        let mut slice = Vec::new();
        self.slices.decode(index, &mut slice);
        slice.len() - self.nodes() - EXTRA
    }

    fn meaning(&self, label: u32) -> Option<Label> {
        if label == NO_LABEL {
            return None;
        }
        // The lowest bit tells the two kinds of numbers apart (`Change::label`).
        let place = label as usize >> 1;
        if label & 1 == 0 {
            let mail = self.envelopes.get(place)?;
            return Some(Label { node: mail.to, from: Some(mail.from), crash: false });
        }
        let (node, stimulus) = self.steps.stimulus_at(place)?;
        Some(Label { node: *node, from: None, crash: matches!(stimulus, Stimulus::Crash) })
    }
}
