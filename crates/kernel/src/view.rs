//! What a state looks like, in words.
//!
//! A [`View`] is plain data: names, roles, fields and messages. It holds no coordinate, colour, font or
//! pixel; `stage` turns it into a picture, the page into text for a screen reader. A [`Chart`] is the same for a
//! stretch of a timed run, where dates matter: it becomes a space-time diagram.

use crate::time::Micros;
use crate::word::Word;
use crate::{MessageId, NodeId};

/// One state, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The nodes, in the order of their ids.
    pub nodes: Vec<NodeView>,
    /// The links that differ from an ordinary one: cut, or slow. All others are whole.
    pub links: Vec<LinkView>,
    /// The messages in flight, in the order of their ids.
    pub messages: Vec<MessageView>,
}

/// One node.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeView {
    /// Which node.
    pub id: NodeId,
    /// Its short name: `S1`.
    pub name: String,
    /// What it is now.
    pub role: Role,
    /// The era it lives in (a term, a ballot, a view); nodes of one era share a colour.
    pub era: Option<u64>,
    /// One or two short lines under the name: `term 2`.
    pub lines: Vec<String>,
    /// Short remarks beside it: `out of date`.
    pub badges: Vec<Badge>,
    /// What survives a crash.
    pub disk: Vec<Field>,
    /// What a crash loses; empty while the node is down.
    pub ram: Vec<Field>,
    /// Its running timers.
    pub timers: Vec<TimerView>,
}

/// What a node is at the moment, as a word and as a figure, so that no role depends on colour alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// `leader`, `follower`, `down`.
    pub word: Word,
    /// The outline that stands for it.
    pub figure: Figure,
    /// Whether the figure is filled: the node acts for the others.
    pub acting: bool,
}

/// Outlines that can be told apart without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// An ordinary node.
    Circle,
    /// A node that leads.
    Hexagon,
    /// A node that asks to lead.
    Diamond,
    /// A client, or a helper.
    Square,
    /// A node that must wait for others: it can go neither on nor back, and keeps what it holds.
    Waiting,
    /// A node that is down.
    Broken,
}

/// A short remark beside a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// The remark.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

/// How a remark, a mark or a cell is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Neither good nor bad.
    Plain,
    /// As it should be.
    Good,
    /// A property is broken, or something is lost for good.
    Bad,
    /// Worth a look: a fault, a delay.
    Warn,
}

/// One named value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// `current term`.
    pub name: Word,
    /// `2`.
    pub value: String,
}

impl Field {
    /// A named value.
    pub fn new(name: impl Into<Word>, value: impl ToString) -> Self {
        Self { name: name.into(), value: value.to_string() }
    }
}

/// A running timer.
#[derive(Clone, Debug, PartialEq)]
pub struct TimerView {
    /// `election`.
    pub name: String,
    /// The part of its time that has passed, 0 to 1; `None` where no date is known.
    pub progress: Option<f64>,
    /// How long until it fires; `None` where no date is known.
    pub left: Option<Micros>,
}

/// A link that differs from an ordinary one. A link cut both ways stands here twice, once each way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// From which node.
    pub from: NodeId,
    /// To which node.
    pub to: NodeId,
    /// Messages along it are lost.
    pub cut: bool,
    /// Its own latency range, in words: `20–40 ms`.
    pub slow: Option<String>,
}

/// One message in flight.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageView {
    /// Which message; unique along one execution.
    pub id: MessageId,
    /// Who sent it.
    pub from: NodeId,
    /// Who is to receive it.
    pub to: NodeId,
    /// Its kind, spelt out: `AppendEntries`.
    pub kind: Word,
    /// One letter for the kind; lower case where it answers: `A`, `a`.
    pub letter: char,
    /// A few words: `append x=2`.
    pub label: String,
    /// The era it was sent in.
    pub era: Option<u64>,
    /// It answers another message.
    pub reply: bool,
    /// The sender lied in it.
    pub forged: bool,
    /// The part of the way behind it, 0 to 1; `None` where no date is known.
    pub progress: Option<f64>,
    /// It will be lost on its way.
    pub doomed: bool,
    /// Its fields, in the paper's words.
    pub fields: Vec<Field>,
}

/// Something a system says beside its nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    /// A table.
    Table(Table),
    /// A paragraph.
    Text {
        /// Its heading.
        title: String,
        /// Its sentences.
        body: String,
    },
}

/// Replicated logs, one above the other. All rows show the same window of indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logs {
    /// The index of the first cell of every row, from 1.
    pub first: u64,
    /// What an era is called: `term`.
    pub era: &'static str,
    /// What an index is called: `entry`.
    pub place: &'static str,
    /// What an entry is called that will not change any more: `committed`.
    pub settled: &'static str,
    /// What the others are called: `not known to be committed`.
    pub open: &'static str,
    /// One row a node.
    pub rows: Vec<LogRow>,
}

/// The log of one node, from [`Logs::first`] on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Whose log.
    pub node: NodeId,
    /// Its name: `S1`.
    pub name: String,
    /// A word for its role: `leader`.
    pub role: String,
    /// The node leads: a picture may set its row apart.
    pub acting: bool,
    /// The node is down; its log is what is on its disk.
    pub down: bool,
    /// The entries, in order of index; `None` where there is a gap.
    pub cells: Vec<Option<LogCell>>,
    /// Arrows under the row: `next S2` at index 4.
    pub pointers: Vec<Pointer>,
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogCell {
    /// The era (term) it was made in.
    pub era: u64,
    /// `x=2`.
    pub label: String,
    /// The node knows that it is committed.
    pub committed: bool,
    /// The node has applied it to its state machine.
    pub applied: bool,
}

/// A pointer to an index of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The index pointed at.
    pub index: u64,
    /// `next S2`.
    pub label: String,
}

/// A tree of blocks: every block that anybody knows, from some height on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// What made a block: `found by`.
    pub finder: &'static str,
    /// The blocks, in order of height; the ones of one height in any order that stays.
    pub cells: Vec<BlockCell>,
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockCell {
    /// How many blocks are before it.
    pub height: u64,
    /// The block before it, by its place in the list; `None`: it is the first, or not shown.
    pub before: Option<usize>,
    /// Its hash, shortened: `3fa0`.
    pub name: String,
    /// Who made it: `M2`.
    pub label: String,
    /// The ink of who made it.
    pub era: Option<u64>,
    /// How many payments are in it.
    pub count: usize,
    /// Whether it counts.
    pub standing: BlockStanding,
    /// It breaks a rule, or one before it does.
    pub flawed: bool,
    /// The nodes that build on it.
    pub tips: Vec<String>,
    /// A short remark: `final`.
    pub badge: Option<Badge>,
    /// All of it in a sentence.
    pub title: String,
}

/// Whether a block counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockStanding {
    /// All nodes build on it, or on one after it.
    Counts,
    /// Some do.
    Disputed,
    /// None does.
    Aside,
    /// Who made it tells nobody.
    Hidden,
}

/// The states that replicas can come to, the lower below, as a Hasse diagram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lattice {
    /// The states, lower ones first.
    pub points: Vec<LatticePoint>,
    /// The pairs of which the first is directly below the second, by their places in the list.
    pub edges: Vec<(usize, usize)>,
    /// What is to be said instead where there are too many states, or no order.
    pub instead: String,
}

/// One state of a lattice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LatticePoint {
    /// How far up it stands, from 0.
    pub rank: usize,
    /// What is to be seen in it.
    pub label: String,
    /// The nodes that are in this state now.
    pub who: Vec<String>,
    /// All of it in a sentence.
    pub title: String,
}

/// The text of one node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextRow {
    /// Whose.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// The node is down.
    pub down: bool,
    /// A few words: `34 characters, 3 tombstones`.
    pub remark: String,
    /// The characters.
    pub letters: Vec<Letter>,
}

/// A character of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// What it is.
    pub letter: char,
    /// Who typed it.
    pub by: NodeId,
    /// It is deleted, and only kept so that others know where it stood.
    pub deleted: bool,
}

/// A table in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its heading.
    pub title: String,
    /// The column heads.
    pub head: Vec<String>,
    /// The rows; each as long as the head.
    pub rows: Vec<Vec<String>>,
}

/// A stretch of a timed run, in words: what a space-time diagram draws.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// The names of the nodes, in the order of their ids.
    pub names: Vec<String>,
    /// What an era is called: `term`.
    pub era: &'static str,
    /// The left edge, in simulated time.
    pub from: Micros,
    /// The right edge.
    pub until: Micros,
    /// The time shown: what is later has not happened yet.
    pub now: Micros,
    /// What each node was, in stretches; in the order of (node, start).
    pub spans: Vec<Span>,
    /// The messages that were under way in the stretch.
    pub arrows: Vec<Arrow>,
    /// What happened at a node: a timer, a crash, a request.
    pub dots: Vec<Dot>,
}

/// What one node was for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Which node.
    pub node: NodeId,
    /// Since when.
    pub from: Micros,
    /// Until when; `None`: it still is.
    pub until: Option<Micros>,
    /// What it was.
    pub role: Role,
    /// In which era.
    pub era: Option<u64>,
}

/// One message, from its sending to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// Which message.
    pub id: MessageId,
    /// Who sent it.
    pub from: NodeId,
    /// Who was to receive it.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Micros,
    /// When it arrived, was lost, or will arrive; `None` where no date is known.
    pub ends: Option<Micros>,
    /// How it ended.
    pub delivery: Delivery,
    /// Its kind, spelt out.
    pub kind: Word,
    /// A few words: `append x=2`.
    pub label: String,
    /// The era it was sent in.
    pub era: Option<u64>,
    /// It answers another message.
    pub reply: bool,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is still under way.
    InFlight,
    /// It arrived.
    Delivered,
    /// It was lost.
    Lost,
}

/// One moment of one node that is worth a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dot {
    /// Which node.
    pub node: NodeId,
    /// When.
    pub at: Micros,
    /// What happened, in a few words.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}
