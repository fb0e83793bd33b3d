//! A block with everything before it.
//!
//! What is true of a block for ever is found once, when it is made: its hash, the work up to it, what everybody has after
//! it, and whatever is wrong with it. A block holds the one before, so that nodes that know it share all of it, and a node
//! needs to keep no more than the ends of what it knows. That it is there does not mean that a node has heard of it: that
//! is the node's to say.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use kernel::NodeId;

use super::hash::{Hash, double};
use super::header::Header;
use super::merkle::root;
use super::mine::Search;
use super::stake::{Deposits, Record};
use super::target::{Compact, Target, Work, retarget_within};
use super::transaction::{Account, Ledger, Note, Unpaid};

/// A block, and all before it.
#[derive(Clone)]
pub struct Block(Rc<Body>);

struct Body {
    header: Header,
    hash: Hash,
    height: u64,
    work: Work,
    content: Content,
    ledger: Ledger,
    /// Where there are validators.
    deposits: Option<Deposits>,
    flaws: Flaws,
    before: Option<Block>,
    /// One further back, so that a way back is short: at the height without its lowest bit.
    far: Option<Block>,
}

/// What a block stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Who found it, and is paid for it.
    pub finder: NodeId,
    /// The how many-th that it found: no two blocks of one finder are the same.
    pub number: u32,
    /// The payments.
    pub payments: Vec<Note>,
    /// What proof of stake needs to know: votes, proofs of offences, and who leaves.
    pub record: Record,
    /// The signature of who made it, where blocks are signed and not worked for: see [`Block::sealed`].
    pub seal: Option<[u8; 64]>,
}

impl Content {
    /// The root of its Merkle tree: who is paid for the block, the payments, what is said of validators, and the signature.
    #[must_use]
    pub fn root(&self) -> Hash {
        let unsealed = self.unsealed();
        self.seal.map_or(unsealed, |seal| root(&[unsealed, double(&seal)]))
    }

    /// The same without the signature.
    fn unsealed(&self) -> Hash {
        let mut first = self.finder.to_le_bytes().to_vec();
        first.extend(self.number.to_le_bytes());
        let mut leaves = vec![double(&first)];
        leaves.extend(self.payments.iter().map(Note::hash));
        leaves.extend(self.record.leaves());
        root(&leaves)
    }
}

/// What is wrong with a block, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flaws(u8);

impl Flaws {
    /// Its hash is above its target, or its target is not the one that is due.
    pub const NO_WORK: Self = Self(1);
    /// A payment is not signed by who pays.
    pub const FORGED: Self = Self(2);
    /// A payment was made before, or its source has spent the money.
    pub const SPENT: Self = Self(4);
    /// Its payments are not those of its Merkle root, or its time is before that of the blocks before it.
    pub const MALFORMED: Self = Self(8);
    /// It takes a deposit without proof, or counts a vote or an exit that nobody signed.
    pub const UNPROVED: Self = Self(16);

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that stand in both.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Nothing is wrong.
    #[must_use]
    pub const fn none(self) -> bool {
        self.0 == 0
    }

    /// The first of them in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            _ if self.0 & 1 > 0 => "its hash is above the target that is due",
            _ if self.0 & 2 > 0 => "a payment is not signed by its source",
            _ if self.0 & 4 > 0 => "a payment spends what is spent",
            _ if self.0 & 8 > 0 => "its header does not fit it",
            _ if self.0 & 16 > 0 => "it takes a deposit without proof",
            _ => "nothing is wrong with it",
        }
    }
}

/// The rules of a chain that its blocks are made by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Terms {
    /// The target of the first block.
    pub first: Compact,
    /// The easiest that there is.
    pub easiest: Compact,
    /// The target is set anew after so many blocks; 0: never.
    pub period: u64,
    /// A block is meant to take so many seconds.
    pub interval: u32,
    /// What the finder of a block is paid.
    pub reward: u64,
    /// Where each node is paid.
    pub accounts: Accounts,
}

/// Where nodes are paid, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Accounts(Rc<(Vec<Account>, BTreeMap<Account, NodeId>)>);

impl From<Vec<Account>> for Accounts {
    fn from(list: Vec<Account>) -> Self {
        let whose = list.iter().copied().zip(0..).collect();
        Self(Rc::new((list, whose)))
    }
}

impl std::ops::Deref for Accounts {
    type Target = [Account];

    fn deref(&self) -> &[Account] {
        &self.0.0
    }
}

impl Accounts {
    /// Whose an account is.
    #[must_use]
    pub fn whose(&self, account: Account) -> Option<NodeId> {
        self.0.1.get(&account).copied()
    }
}

impl Terms {
    fn account(&self, node: NodeId) -> Account {
        self.accounts.get(usize::from(node)).copied().unwrap_or_default()
    }
}

/// Of so many blocks the time of the next must be after the middle one.
const MEDIAN: usize = 11;

impl Block {
    /// The first block: every node has so much after it.
    #[must_use]
    pub fn genesis(terms: &Terms, quantity: impl Fn(NodeId) -> u64) -> Self {
        let mut ledger = Ledger::default();
        for (node, &account) in (0..).zip(terms.accounts.iter()) {
            ledger.grant(account, quantity(node));
        }
        let content = Content::default();
        let header = Header { version: 1, merkle: content.root(), bits: terms.first, ..Header::default() };
        let header = found(header);
        let work = header.bits.target().map(Target::work).unwrap_or_default();
        let (hash, flaws) = (header.hash(), Flaws::default());
        let deposits = None;
        let (before, far) = (None, None);
        Self(Rc::new(Body { header, hash, height: 0, work, content, ledger, deposits, flaws, before, far }))
    }

    /// A first block with deposits at stake.
    #[must_use]
    pub fn staked(terms: &Terms, quantity: impl Fn(NodeId) -> u64, deposits: Deposits) -> Self {
        let first = Self::genesis(terms, quantity);
        let Body { header, hash, work, .. } = *first.0;
        let (content, ledger) = (first.0.content.clone(), first.0.ledger.clone());
        let (deposits, flaws) = (Some(deposits), first.0.flaws);
        let (before, far) = (None, None);
        Self(Rc::new(Body { header, hash, height: 0, work, content, ledger, deposits, flaws, before, far }))
    }

    /// The header of a block after this one; nobody has looked for its nonce yet.
    #[must_use]
    pub fn draft(&self, terms: &Terms, content: &Content, time: u32) -> Header {
        Header {
            version: 1,
            previous: self.0.hash,
            merkle: content.root(),
            time: time.max(self.median_time() + 1),
            bits: self.next_bits(terms),
            nonce: 0,
        }
    }

    /// The block after this one that has this header. Whatever is wrong with it, it is made: see [`Block::flaws`].
    #[must_use]
    pub fn then(&self, terms: &Terms, header: Header, content: Content) -> Self {
        let mut flaws = self.0.flaws;
        let bits = self.next_bits(terms);
        if header.bits != bits || !header.meets_its_target() {
            flaws = flaws.and(Flaws::NO_WORK);
        }
        if header.merkle != content.root()
            || header.previous != self.0.hash
            || header.time <= self.median_time()
        {
            flaws = flaws.and(Flaws::MALFORMED);
        }
        let mut ledger = self.0.ledger.clone();
        for note in &content.payments {
            match ledger.make(note) {
                Ok(()) => continue,
                Err(Unpaid::Forged) => flaws = flaws.and(Flaws::FORGED),
                Err(_) => flaws = flaws.and(Flaws::SPENT),
            }
            ledger.force(note);
        }
        if !content.record.is_proved(terms) {
            flaws = flaws.and(Flaws::UNPROVED);
        }
        let staked = self.0.deposits.as_ref().map(|deposits| deposits.after(self, &content.record));
        let (deposits, taken) = staked.unzip();
        for node in taken.unwrap_or_default() {
            ledger.burn(terms.account(node));
        }
        ledger.grant(terms.account(content.finder), terms.reward);
        let height = self.0.height + 1;
        let far = self.at(height & (height - 1));
        let work = self.0.work.plus(header.bits.target().map(Target::work).unwrap_or_default());
        let before = Some(self.clone());
        let hash = header.hash();
        Self(Rc::new(Body { header, hash, height, work, content, ledger, deposits, flaws, before, far }))
    }

    /// What the maker of a block after this one signs: the block before, the slot, and what the block stands for.
    #[must_use]
    pub fn sealed(&self, content: &Content, slot: u32) -> Hash {
        let mut bytes = self.0.hash.0.to_vec();
        bytes.extend(slot.to_le_bytes());
        bytes.extend(content.unsealed().0);
        double(&bytes)
    }

    /// Its header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.0.header
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.0.hash
    }

    /// How many blocks are before it.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.0.height
    }

    /// The work of it and all before it.
    #[must_use]
    pub fn work(&self) -> Work {
        self.0.work
    }

    /// What it stands for.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.0.content
    }

    /// Who has how much after it.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.0.ledger
    }

    /// The deposits after it, where there are validators.
    #[must_use]
    pub fn deposits(&self) -> Option<&Deposits> {
        self.0.deposits.as_ref()
    }

    /// What is wrong with it or with one before it.
    #[must_use]
    pub fn flaws(&self) -> Flaws {
        self.0.flaws
    }

    /// The block before it; the first has none.
    #[must_use]
    pub fn before(&self) -> Option<&Self> {
        self.0.before.as_ref()
    }

    /// The block at this height on the way to this one.
    #[must_use]
    pub fn at(&self, height: u64) -> Option<Self> {
        let mut block = self;
        while block.height() > height {
            let far = block.0.far.as_ref().filter(|far| far.height() >= height);
            block = far.or(block.before())?;
        }
        (block.height() == height).then(|| block.clone())
    }

    /// Whether this block is the other or stands somewhere before it.
    #[must_use]
    pub fn leads_to(&self, other: &Self) -> bool {
        self.height() <= other.height() && other.at(self.height()).is_some_and(|block| block == *self)
    }

    /// The last block that is before both, or is one of them.
    #[must_use]
    pub fn shared(&self, other: &Self) -> Self {
        let height = self.height().min(other.height());
        let (mut one, mut two) = (self.at(height), other.at(height));
        while let (Some(a), Some(b)) = (&one, &two)
            && a != b
        {
            let far = a.0.far.as_ref().zip(b.0.far.as_ref()).filter(|(a, b)| a != b);
            let next = far.map_or((a.before(), b.before()), |(a, b)| (Some(a), Some(b)));
            (one, two) = (next.0.cloned(), next.1.cloned());
        }
        one.unwrap_or_else(|| self.clone())
    }

    /// The blocks after `start` up to this one, the last first. `start` stands before it.
    pub fn back_to<'a>(&'a self, start: &'a Self) -> impl Iterator<Item = &'a Self> {
        std::iter::successors(Some(self), |block| block.before())
            .take_while(|block| block.height() > start.height())
    }

    /// The same, the first first.
    #[must_use]
    pub fn since(&self, start: &Self) -> Vec<Self> {
        let mut blocks: Vec<Self> = self.back_to(start).cloned().collect();
        blocks.reverse();
        blocks
    }

    /// The target of the next block.
    #[must_use]
    pub fn next_bits(&self, terms: &Terms) -> Compact {
        let (period, bits) = (terms.period, self.0.header.bits);
        let due = period > 0 && (self.0.height + 1).is_multiple_of(period);
        let first = if due { self.at(self.0.height + 1 - period) } else { None };
        let (Some(first), Some(easiest)) = (first, terms.easiest.target()) else { return bits };
        let took = i64::from(self.0.header.time) - i64::from(first.0.header.time);
        let meant = i64::from(terms.interval) * period as i64;
        retarget_within(meant, took, bits, easiest).unwrap_or(bits)
    }

    /// The middle of the times of the last blocks.
    fn median_time(&self) -> u32 {
        let last = std::iter::successors(Some(self), |block| block.before()).take(MEDIAN);
        let mut times: Vec<u32> = last.map(|block| block.0.header.time).collect();
        times.sort_unstable();
        times[times.len() / 2]
    }
}

/// The header with the first nonce that meets its target.
#[must_use]
pub fn found(header: Header) -> Header {
    // A target of this project's rooms is met after a few thousand tries; where none is, the header is as it was.
    Search::new(header).and_then(|mut search| search.advance(u32::MAX.into())).unwrap_or(header)
}

impl Drop for Body {
    /// A long chain goes block by block, not one inside the other.
    fn drop(&mut self) {
        let mut next = self.before.take();
        while let Some(Block(block)) = next {
            next = Rc::try_unwrap(block).ok().and_then(|mut body| body.before.take());
        }
    }
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {} {}", self.height(), self.hash().short())
    }
}

impl PartialEq for Block {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0) || self.0.hash == other.0.hash
    }
}

impl Eq for Block {}

impl PartialOrd for Block {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Block {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.height, self.0.hash).cmp(&(other.0.height, other.0.hash))
    }
}

impl std::hash::Hash for Block {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash.word().hash(state);
    }
}
