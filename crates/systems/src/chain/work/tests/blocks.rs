//! Blocks that nodes share.

use super::super::super::block::{Block, Content, Flaws, Terms, found};
use super::super::super::transaction::Note;
use super::super::{Message, Mining};
use super::open;
use kernel::{Local, NodeId, Scripted, Stimulus};

pub(super) fn terms(period: u64) -> Terms {
    let accounts = Mining::accounts(3).into();
    Terms { first: Mining::target(4), easiest: Mining::target(3), period, interval: 10, reward: 5, accounts }
}

/// So many blocks on this one, by this node, so many seconds apart.
pub(super) fn grow(terms: &Terms, on: &Block, finder: u16, (count, apart): (u32, u32)) -> Block {
    (0..count).fold(on.clone(), |before, k| {
        let content = Content {
            finder,
            number: before.height() as u32 * 100 + k,
            payments: vec![],
            ..Content::default()
        };
        let header = before.draft(terms, &content, before.header().time + apart);
        before.then(terms, found(header), content)
    })
}

#[test]
fn the_way_back_is_short_and_right() {
    let terms = terms(0);
    let genesis = Block::genesis(&terms, |_| 10);
    let trunk = grow(&terms, &genesis, 0, (40, 10));
    let (one, two) = (grow(&terms, &trunk, 1, (25, 10)), grow(&terms, &trunk, 2, (31, 10)));
    assert_eq!(one.shared(&two), trunk);
    assert_eq!(two.shared(&one), trunk);
    assert_eq!(one.shared(&trunk), trunk);
    assert_eq!(one.shared(&one), one);
    for height in 0..=65 {
        let slow = std::iter::successors(Some(&one), |block| block.before()).nth(65 - height as usize);
        assert_eq!(one.at(height).as_ref(), slow);
    }
    assert_eq!(one.at(66), None);
    assert!(trunk.leads_to(&two) && !one.leads_to(&two) && !two.leads_to(&trunk));
    assert_eq!(two.back_to(&trunk).count(), 31);
    assert!(two.flaws().none() && two.work() > one.work());
}

#[test]
fn a_long_chain_is_dropped_without_a_deep_stack() {
    let terms = terms(0);
    let chain = grow(&terms, &Block::genesis(&terms, |_| 10), 0, (60_000, 10));
    assert_eq!(chain.height(), 60_000);
    drop(chain);
}

#[test]
fn the_target_follows_the_time_that_blocks_take() {
    let terms = terms(8);
    let genesis = Block::genesis(&terms, |_| 10);
    let work = |block: &Block| block.next_bits(&terms).target().map_or(0, |target| target.work().small());
    // Twice as fast as they should be: 7 intervals of 5 seconds are measured against 80, twice: 4 · (80/35)².
    let fast = grow(&terms, &genesis, 0, (15, 5));
    assert_eq!((work(&genesis), work(&fast)), (4, 20));
    // By a factor of four at most, and never easier than the easiest.
    assert_eq!(work(&grow(&terms, &genesis, 0, (7, 1))), 16);
    assert_eq!(work(&grow(&terms, &fast, 0, (16, 1_000))), 3);
}

#[test]
fn what_is_wrong_with_a_block_is_wrong_with_all_after_it() {
    let terms = terms(0);
    let genesis = Block::genesis(&terms, |_| 10);
    let content = |payments| Content { finder: 0, number: 1, payments, ..Content::default() };
    let with = |payments: Vec<Note>| {
        let content = content(payments);
        genesis.then(&terms, found(genesis.draft(&terms, &content, 10)), content)
    };
    let (alice, bob) = (Mining::wallet(0), Mining::wallet(1));
    let pay = |quantity| Note::new(alice.sign(0, bob.account(), quantity));
    let forged = {
        let payment = bob.sign(0, bob.account(), 1);
        Note::new(crate::chain::Payment { source: alice.account(), ..payment })
    };
    assert!(with(vec![pay(10)]).flaws().none());
    assert_eq!(with(vec![pay(11)]).flaws(), Flaws::SPENT);
    assert_eq!(with(vec![pay(3), pay(3)]).flaws(), Flaws::SPENT);
    assert_eq!(with(vec![pay(3), pay(2)]).flaws(), Flaws::SPENT);
    assert_eq!(with(vec![forged]).flaws(), Flaws::FORGED);
    let draft = genesis.draft(&terms, &content(vec![]), 10);
    let idle = genesis.then(&terms, draft.without_work(), content(vec![]));
    assert_eq!(idle.flaws(), Flaws::NO_WORK);
    assert_eq!(grow(&terms, &idle, 0, (3, 10)).flaws(), Flaws::NO_WORK);
    let easy = super::super::super::Header { bits: Mining::target(2), ..draft };
    assert_eq!(genesis.then(&terms, found(easy), content(vec![])).flaws(), Flaws::NO_WORK);
    let other = found(super::super::super::Header { merkle: genesis.hash(), ..draft });
    assert_eq!(genesis.then(&terms, other, content(vec![])).flaws(), Flaws::MALFORMED);
    let early = found(super::super::super::Header { time: 0, ..draft });
    assert_eq!(genesis.then(&terms, early, content(vec![])).flaws(), Flaws::MALFORMED);
}

/// What a node builds on after it has heard of these blocks, one after the other.
fn hears(mining: &Mining, chains: &[&Block]) -> Block {
    let mut local = Local::off(super::super::Store::default());
    let me: (NodeId, NodeId, bool) = (1, 3, false);
    local.step(mining, me, Stimulus::Boot, &mut Scripted::default());
    // Late enough for none of them to be dated ahead.
    local.disk.ticks = 1_000;
    for chain in chains {
        let mut blocks: Vec<Block> = chain.back_to(&mining.genesis).cloned().collect();
        blocks.reverse();
        local.step(mining, me, Stimulus::Message(0, Message::Chain(blocks)), &mut Scripted::default());
    }
    local.disk.tip(mining).clone()
}

/// Few blocks that were found fast, so that their targets are hard, and many that were found slowly.
#[test]
fn the_chain_with_more_work_counts_and_not_the_longer_one() {
    let work = |set: &[(&str, &str)]| {
        let mut mining = open("steady", set).1.protocol;
        mining.terms = terms(4);
        mining.genesis = Block::genesis(&mining.terms, |_| 10);
        mining
    };
    let mining = work(&[]);
    let (hard, easy) =
        (grow(&mining.terms, &mining.genesis, 0, (12, 2)), grow(&mining.terms, &mining.genesis, 2, (16, 40)));
    assert!(hard.work() > easy.work() && hard.height() < easy.height());
    for order in [[&hard, &easy], [&easy, &hard]] {
        assert_eq!(hears(&mining, &order), hard);
        assert_eq!(hears(&work(&[("without", "most-work")]), &order), easy);
    }
    // Of two with the same work the one that was seen first.
    let other = grow(&mining.terms, &mining.genesis, 2, (12, 2));
    assert_eq!(hears(&mining, &[&hard, &other]), hard);
    assert_eq!(hears(&mining, &[&other, &hard]), other);
}

#[test]
fn a_block_without_the_one_before_it_waits_for_it() {
    let mut mining = open("steady", &[]).1.protocol;
    mining.terms = terms(0);
    mining.genesis = Block::genesis(&mining.terms, |_| 10);
    let chain = grow(&mining.terms, &mining.genesis, 0, (3, 10));
    let mut local = Local::off(super::super::Store::default());
    let me: (NodeId, NodeId, bool) = (1, 3, false);
    local.step(&mining, me, Stimulus::Boot, &mut Scripted::default());
    let mut tell = |block: &Block| {
        let message = Message::Block(block.clone());
        let sent = local.step(&mining, me, Stimulus::Message(0, message), &mut Scripted::default()).sent;
        let height = local.disk.tip(&mining).height();
        let orphans = local.ram.as_ref().map_or(0, |ram| ram.orphans.len());
        (height, orphans, sent)
    };
    let at = |height| chain.at(height).expect("it is that long");
    let (height, orphans, sent) = tell(&at(3));
    assert_eq!((height, orphans), (0, 1));
    assert!(
        matches!(&sent[..], [(0, Message::Ask { want, .. }, false)] if want.is_some_and(|want| want.0 == 2))
    );
    assert_eq!(tell(&at(2)).1, 2);
    let (height, orphans, _) = tell(&at(1));
    assert_eq!((height, orphans), (3, 0), "and all that waited comes with it");
}
