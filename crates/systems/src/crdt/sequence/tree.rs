//! Spans in the leaves of a tree that counts.

use std::collections::BTreeMap;

/// The name of a character: who typed it, and how many of theirs were before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// Who.
    pub agent: u32,
    /// Which, from 0.
    pub seq: u32,
}

impl Id {
    /// So many characters further on of the same agent.
    #[must_use]
    pub const fn plus(self, count: u32) -> Self {
        Self { agent: self.agent, seq: self.seq + count }
    }
}

/// Characters that one agent typed in a row, each to the right of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// The first.
    pub(super) id: Id,
    /// How many.
    pub(super) len: u32,
    /// The Lamport clock at the first; it goes on with the others.
    pub(super) clock: u32,
    /// What stood to the left of the first when it was typed; of the others, the one before.
    pub(super) left: Option<Id>,
    /// What stood to the right of all of them.
    pub(super) right: Option<Id>,
    /// They are tombstones.
    pub(super) deleted: bool,
}

impl Span {
    /// Whether this character is one of them.
    pub(super) const fn holds(&self, id: Id) -> bool {
        id.agent == self.id.agent && id.seq >= self.id.seq && id.seq - self.id.seq < self.len
    }

    const fn visible(&self) -> u32 {
        if self.deleted { 0 } else { self.len }
    }

    /// Cuts off what comes after so many.
    fn cut(&mut self, at: u32) -> Self {
        let rest = Self {
            id: self.id.plus(at),
            len: self.len - at,
            clock: self.clock + at,
            // As it was when it was typed, since then the two were one.
            left: Some(self.id.plus(at - 1)),
            ..*self
        };
        self.len = at;
        rest
    }

    /// Whether the other one goes on where this one ends, as if they had been typed in one go.
    fn goes_on(&self, next: &Self) -> bool {
        // All that a character says of itself must follow from the first of the span, or joining would lose
        // it.
        next.id == self.id.plus(self.len)
            && next.left == Some(self.id.plus(self.len - 1))
            && next.clock == self.clock + self.len
            && (next.right, next.deleted) == (self.right, self.deleted)
    }
}

/// A leaf, and a span in it by number: which may be one more than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) leaf: u32,
    pub(super) span: usize,
}

/// A leaf or an inner node holds so many at most.
const WIDTH: usize = 32;
const NONE: u32 = u32::MAX;

#[derive(Clone, Debug)]
struct Leaf {
    parent: u32,
    next: u32,
    spans: Vec<Span>,
}

#[derive(Clone, Debug)]
struct Inner {
    parent: u32,
    /// The nodes below are leaves.
    lowest: bool,
    kids: Vec<Kid>,
}

/// A node below another, and how many characters are in it: those that are not deleted, and all.
#[derive(Clone, Copy, Debug)]
struct Kid {
    node: u32,
    count: Count,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    visible: u32,
    all: u32,
}

/// All spans, in the order of the sequence.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    leaves: Vec<Leaf>,
    inner: Vec<Inner>,
    root: u32,
    /// In which leaf the span is that begins with a character, by agent and the number of the character.
    index: Vec<BTreeMap<u32, u32>>,
    /// The leaf in which something happened last, and how many visible characters are before it.
    near: Option<(u32, u32)>,
}

impl Tree {
    pub(super) fn new() -> Self {
        let leaf = Leaf { parent: 0, next: NONE, spans: Vec::with_capacity(WIDTH + 1) };
        let root = Inner { parent: NONE, lowest: true, kids: vec![Kid { node: 0, count: Count::default() }] };
        Self { leaves: vec![leaf], inner: vec![root], root: 0, index: Vec::new(), near: None }
    }

    /// How many characters are not deleted.
    pub(super) fn visible(&self) -> u32 {
        self.inner[self.root as usize].kids.iter().map(|kid| kid.count.visible).sum()
    }

    /// How many characters there are, tombstones among them.
    pub(super) fn all(&self) -> u32 {
        self.inner[self.root as usize].kids.iter().map(|kid| kid.count.all).sum()
    }

    /// How many spans there are.
    pub(super) fn spans(&self) -> usize {
        self.leaves.iter().map(|leaf| leaf.spans.len()).sum()
    }

    pub(super) fn span(&self, spot: Spot) -> Option<&Span> {
        self.leaves[spot.leaf as usize].spans.get(spot.span)
    }

    /// The same place; where it is the end of a leaf, as the beginning of the next that has spans.
    pub(super) fn forward(&self, mut spot: Spot) -> Spot {
        while spot.span >= self.leaves[spot.leaf as usize].spans.len() {
            let next = self.leaves[spot.leaf as usize].next;
            if next == NONE {
                break;
            }
            spot = Spot { leaf: next, span: 0 };
        }
        spot
    }

    /// The first span.
    pub(super) fn first(&self) -> Spot {
        let mut node = self.root;
        while !self.inner[node as usize].lowest {
            node = self.inner[node as usize].kids[0].node;
        }
        self.forward(Spot { leaf: self.inner[node as usize].kids[0].node, span: 0 })
    }

    /// The span with visible character number `at`, and which of its characters that is. There must be so many.
    pub(super) fn visible_at(&mut self, at: u32) -> (Spot, u32) {
        let (leaf, before) = match self.near {
            // Who types, types where they typed last: no way down from the root then.
            Some((leaf, before)) if at >= before && at - before < self.count(leaf).visible => (leaf, before),
            _ => self.leaf_at(at),
        };
        self.near = Some((leaf, before));
        let mut rest = at - before;
        for (place, span) in self.leaves[leaf as usize].spans.iter().enumerate() {
            if rest < span.visible() {
                return (Spot { leaf, span: place }, rest);
            }
            rest -= span.visible();
        }
        unreachable!("the tree counts what its leaves hold")
    }

    fn leaf_at(&self, at: u32) -> (u32, u32) {
        let (mut node, mut rest) = (self.root, at);
        loop {
            let inner = &self.inner[node as usize];
            let last = inner.kids.len() - 1;
            let mut place = 0;
            // Never past the last: the loop must end in some leaf even where `at` is the end.
            while place < last && rest >= inner.kids[place].count.visible {
                rest -= inner.kids[place].count.visible;
                place += 1;
            }
            node = inner.kids[place].node;
            if inner.lowest {
                return (node, at - rest);
            }
        }
    }

    /// The span of a character, and which of its characters it is. It must be known.
    pub(super) fn find(&self, id: Id) -> (Spot, u32) {
        // Spans of one agent do not overlap: the character is in the one that begins last among those that
        // begin at or before it.
        let known = self.index.get(id.agent as usize).and_then(|starts| starts.range(..=id.seq).next_back());
        let leaf = known.map_or(0, |(_, &leaf)| leaf);
        let spans = &self.leaves[leaf as usize].spans;
        // A leaf is short, and its spans move within it; so the index knows leaves, not places in them.
        let place = spans.iter().position(|span| span.holds(id)).unwrap_or(0);
        (Spot { leaf, span: place }, spans.get(place).map_or(0, |span| id.seq - span.id.seq))
    }

    /// How many characters stand before the first one of a span.
    pub(super) fn rank(&self, spot: Spot) -> u32 {
        let leaf = &self.leaves[spot.leaf as usize];
        let mut rank: u32 = leaf.spans[..spot.span].iter().map(|span| span.len).sum();
        let (mut node, mut parent) = (spot.leaf, leaf.parent);
        while parent != NONE {
            let inner = &self.inner[parent as usize];
            rank +=
                inner.kids.iter().take_while(|kid| kid.node != node).map(|kid| kid.count.all).sum::<u32>();
            (node, parent) = (parent, inner.parent);
        }
        rank
    }

    fn count(&self, leaf: u32) -> Count {
        let inner = &self.inner[self.leaves[leaf as usize].parent as usize];
        inner.kids.iter().find(|kid| kid.node == leaf).map(|kid| kid.count).unwrap_or_default()
    }

    /// Counts on, in a leaf and all that is above it.
    fn add(&mut self, leaf: u32, visible: i64, all: u32) {
        let (mut node, mut parent) = (leaf, self.leaves[leaf as usize].parent);
        while parent != NONE {
            let inner = &mut self.inner[parent as usize];
            if let Some(kid) = inner.kids.iter_mut().find(|kid| kid.node == node) {
                kid.count.visible = (i64::from(kid.count.visible) + visible) as u32;
                kid.count.all += all;
            }
            (node, parent) = (parent, inner.parent);
        }
    }

    fn note(&mut self, id: Id, leaf: u32) {
        let agent = id.agent as usize;
        if agent >= self.index.len() {
            self.index.resize_with(agent + 1, BTreeMap::new);
        }
        self.index[agent].insert(id.seq, leaf);
    }

    /// Makes a span begin with character `at` of this one; its place.
    pub(super) fn split(&mut self, spot: Spot, at: u32) -> Spot {
        let leaf = &mut self.leaves[spot.leaf as usize];
        if at == 0 || spot.span >= leaf.spans.len() {
            return spot;
        }
        let next = Spot { span: spot.span + 1, ..spot };
        if at >= leaf.spans[spot.span].len {
            return self.forward(next);
        }
        let rest = leaf.spans[spot.span].cut(at);
        leaf.spans.insert(next.span, rest);
        // No count changes: both halves are in the same leaf.
        self.note(rest.id, spot.leaf);
        self.relieve(next)
    }

    /// Puts a span before another. Where it goes on what stands before it, the two become one.
    pub(super) fn insert(&mut self, spot: Spot, span: Span) {
        self.forget_others(spot.leaf);
        let (visible, all) = (span.visible(), span.len);
        let leaf = &mut self.leaves[spot.leaf as usize];
        let before = spot.span.checked_sub(1).and_then(|before| leaf.spans.get_mut(before));
        // Whoever types on lengthens one span, in however many operations.
        if let Some(before) = before.filter(|before| before.goes_on(&span)) {
            before.len += span.len;
            self.add(spot.leaf, visible.into(), all);
            return;
        }
        leaf.spans.insert(spot.span, span);
        self.note(span.id, spot.leaf);
        self.add(spot.leaf, visible.into(), all);
        self.relieve(spot);
    }

    /// What is remembered of another leaf may be wrong now.
    fn forget_others(&mut self, leaf: u32) {
        self.near = self.near.filter(|(near, _)| *near == leaf);
    }

    /// Makes tombstones of the whole span. It becomes one with what is beside it, if that goes on.
    pub(super) fn delete(&mut self, spot: Spot) {
        self.forget_others(spot.leaf);
        let span = &mut self.leaves[spot.leaf as usize].spans[spot.span];
        let visible = span.visible();
        span.deleted = true;
        // A tombstone still counts among all characters: places that rules compare must not move.
        if visible > 0 {
            self.add(spot.leaf, -i64::from(visible), 0);
        }
        // The next one first: joining with the one before would move this span to another place.
        self.join(spot);
        if let Some(before) = spot.span.checked_sub(1) {
            self.join(Spot { span: before, ..spot });
        }
    }

    /// Makes one of a span and the next of its leaf, where the next goes on.
    fn join(&mut self, spot: Spot) {
        let spans = &mut self.leaves[spot.leaf as usize].spans;
        let Some((one, next)) = spans.get(spot.span).zip(spans.get(spot.span + 1).copied()) else { return };
        if one.goes_on(&next) {
            spans[spot.span].len += next.len;
            spans.remove(spot.span + 1);
            self.index[next.id.agent as usize].remove(&next.id.seq);
        }
    }

    /// Splits a leaf that is too full; where the spot is then.
    fn relieve(&mut self, spot: Spot) -> Spot {
        let leaf = &mut self.leaves[spot.leaf as usize];
        if leaf.spans.len() <= WIDTH {
            return spot;
        }
        let half = leaf.spans.len() / 2;
        let mut spans = Vec::with_capacity(WIDTH + 1);
        spans.extend(leaf.spans.drain(half..));
        let (parent, next) = (leaf.parent, leaf.next);
        let new = self.leaves.len() as u32;
        self.leaves[spot.leaf as usize].next = new;
        for span in &spans {
            self.note(span.id, new);
        }
        let count = spans.iter().fold(Count::default(), |count, span| Count {
            visible: count.visible + span.visible(),
            all: count.all + span.len,
        });
        self.leaves.push(Leaf { parent, next, spans });
        // Its characters are in two leaves now.
        self.near = None;
        self.beside(parent, spot.leaf, Kid { node: new, count });
        if spot.span < half { spot } else { Spot { leaf: new, span: spot.span - half } }
    }

    /// Puts a node beside the one that it was taken from.
    fn beside(&mut self, parent: u32, from: u32, kid: Kid) {
        let inner = &mut self.inner[parent as usize];
        let place = inner.kids.iter().position(|known| known.node == from).unwrap_or(0);
        // What has moved out was counted here. Further up nothing changes: both are below the same nodes
        // still.
        inner.kids[place].count.visible -= kid.count.visible;
        inner.kids[place].count.all -= kid.count.all;
        inner.kids.insert(place + 1, kid);
        if inner.kids.len() <= WIDTH {
            return;
        }
        let kids = inner.kids.split_off(WIDTH / 2);
        let (above, lowest) = (inner.parent, inner.lowest);
        let new = self.inner.len() as u32;
        for kid in &kids {
            if lowest {
                self.leaves[kid.node as usize].parent = new;
            } else {
                self.inner[kid.node as usize].parent = new;
            }
        }
        let total = |kids: &[Kid]| {
            kids.iter().fold(Count::default(), |count, kid| Count {
                visible: count.visible + kid.count.visible,
                all: count.all + kid.count.all,
            })
        };
        let count = total(&kids);
        self.inner.push(Inner { parent: above, lowest, kids });
        // The one above takes it in the same way, and may be too full itself.
        if above != NONE {
            return self.beside(above, parent, Kid { node: new, count });
        }
        let old = Kid { node: parent, count: total(&self.inner[parent as usize].kids) };
        // The root itself was split: a new one above both, so that all leaves stay equally deep.
        self.root = self.inner.len() as u32;
        self.inner.push(Inner { parent: NONE, lowest: false, kids: vec![old, Kid { node: new, count }] });
        self.inner[parent as usize].parent = self.root;
        self.inner[new as usize].parent = self.root;
    }

    /// Every span, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Span> {
        let mut leaf = self.first().leaf;
        let leaves = std::iter::from_fn(move || {
            let here = self.leaves.get(leaf as usize)?;
            leaf = here.next;
            Some(here)
        });
        leaves.flat_map(|leaf| &leaf.spans)
    }
}
