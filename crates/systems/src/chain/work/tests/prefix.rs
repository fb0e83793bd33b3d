//! The common prefix, pair by pair, and headers that are dated ahead.

use kernel::{Claim, Local, Micros, Monitor, NodeId, Reads, Scripted, Seen, Stimulus};
use proptest::prelude::*;

use super::super::super::block::{Block, Content, found};
use super::super::monitor::Fork;
use super::super::{Conduct, Message, Mining, Output, Store, Timer, Watch};
use super::blocks::{grow, terms};
use super::open;

/// Four nodes on easy blocks.
fn mining(confirmations: u64, conduct: Conduct) -> Mining {
    let mut mining = open("steady", &[("miners", "4")]).1.protocol;
    mining.terms = terms(0);
    mining.genesis = Block::genesis(&mining.terms, |_| 10);
    Mining { confirmations, conduct, ..mining }
}

fn adopt(watch: &mut Watch, mining: &Mining, node: NodeId, from: &Block, to: &Block) {
    let undone = from.height() - from.shared(to).height();
    let output = Output::Adopted { from: from.clone(), to: to.clone(), undone, unpaid: 0 };
    let local = Local::off(Store::default());
    watch.observe(mining, node, &local, Seen::Output(&output));
}

/// Whether the common prefix holds, in words.
fn prefix(mining: &Mining, watch: &Watch) -> Result<(), String> {
    let claim = Watch::claims(mining).into_iter().find(|claim| claim.property.name == "Common prefix");
    match claim {
        Some(Claim { reads: Reads::Monitor(check), .. }) => check(mining, watch),
        other => panic!("{other:?} is another claim"),
    }
}

#[test]
fn two_nodes_that_undo_nothing_can_break_the_common_prefix() {
    let mining = mining(3, Conduct::Honest);
    let start = &mining.genesis;
    let (one, two) = (grow(&mining.terms, start, 1, (3, 10)), grow(&mining.terms, start, 2, (2, 10)));
    let mut watch = Watch::default();
    adopt(&mut watch, &mining, 1, start, &one);
    assert_eq!(prefix(&mining, &watch), Ok(()));
    adopt(&mut watch, &mining, 2, start, &two);
    assert_eq!(watch.fork, Some(Fork { missing: 3, of: 1, by: 2 }));
    let words = "k is 2, and 3 blocks are missing of M2's chain in the one that M3 adopted";
    assert_eq!(prefix(&mining, &watch), Err(words.to_owned()));
    assert_eq!(prefix(&Mining { confirmations: 4, ..mining.clone() }, &watch), Ok(()), "k is 3");
    // Who follows late counts as well; who had the chain before does not.
    let mut late = Watch::default();
    adopt(&mut late, &mining, 1, start, &one);
    adopt(&mut late, &mining, 2, start, &one.at(1).expect("there is one"));
    assert_eq!(late.fork, Some(Fork { missing: 2, of: 1, by: 2 }));
    let mut early = Watch::default();
    adopt(&mut early, &mining, 2, start, &one.at(1).expect("there is one"));
    adopt(&mut early, &mining, 1, start, &one);
    assert_eq!(early.fork, None);
    // An attacker's chain is no honest one.
    let attacked = Mining { conduct: Conduct::DoubleSpend, ..mining };
    let mut watch = Watch::default();
    adopt(&mut watch, &attacked, 0, &attacked.genesis, &one);
    adopt(&mut watch, &attacked, 2, &attacked.genesis, &two);
    assert_eq!(watch.fork, None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// To compare with each node's latest chain is to compare with all that were ever adopted.
    #[test]
    fn the_latest_chains_are_enough(steps in prop::collection::vec((0_u16..4, 0_usize..40), 1..30)) {
        let mining = mining(3, Conduct::Honest);
        // Branches that leave each other at several heights.
        let mut blocks = vec![mining.genesis.clone()];
        for k in 0..39_usize {
            let on = blocks[(k * k + 3 * k) / 4 % blocks.len()].clone();
            blocks.push(grow(&mining.terms, &on, k as u16 % 3, (1, 10 + k as u32)));
        }
        let mut tips = vec![mining.genesis.clone(); 4];
        let (mut all, mut worst, mut watch) = (tips.clone(), 0, Watch::default());
        for (node, place) in steps {
            let to = blocks[place].clone();
            let from = std::mem::replace(&mut tips[usize::from(node)], to.clone());
            if from == to {
                continue;
            }
            worst = all.iter().map(|old| old.height() - old.shared(&to).height()).fold(worst, u64::max);
            adopt(&mut watch, &mining, node, &from, &to);
            all.push(to);
            prop_assert_eq!(watch.prefix(), worst);
        }
    }
}

/// Two hours are the time of twelve blocks.
#[test]
fn a_header_far_in_the_future_is_refused_until_its_time_comes_near() {
    let mut mining = open("retarget", &[]).1.protocol;
    mining.terms = terms(8);
    mining.genesis = Block::genesis(&mining.terms, |_| 10);
    assert_eq!((mining.ahead(), mining.tick.0), (120, 2_000_000));
    assert_eq!(open("retarget", &[("interval", "600")]).1.protocol.ahead(), 2 * 60 * 60);
    let dated = |time| {
        let content = Content { finder: 0, number: time, ..Content::default() };
        let header = found(mining.genesis.draft(&mining.terms, &content, time));
        mining.genesis.then(&mining.terms, header, content)
    };
    let (near, far) = (dated(120), dated(121));
    let mut local = Local::off(Store::default());
    let mut step = |stimulus| local.step(&mining, (1, 3, false), stimulus, &mut Scripted::default()).outputs;
    step(Stimulus::Boot);
    let refused = step(Stimulus::Message(0, Message::Block(far.clone())));
    assert_eq!(refused, [Output::TooNew(far.clone())]);
    assert!(matches!(&step(Stimulus::Message(0, Message::Block(near)))[..], [Output::Adopted { .. }]));
    step(Stimulus::Timer(Timer::Clock));
    step(Stimulus::Message(0, Message::Block(far.clone())));
    assert_eq!(local.disk.leaves.branches(), 2, "two seconds later it is taken");
    // The clock stands still while the node is down, and is set by what it hears first.
    let mut step = |stimulus| local.step(&mining, (1, 3, false), stimulus, &mut Scripted::default()).outputs;
    step(Stimulus::Crash);
    step(Stimulus::Boot);
    let late = dated(900);
    let chain = vec![dated(60), late];
    assert!(step(Stimulus::Message(0, Message::Chain(chain))).is_empty(), "the latest of them says the time");
    // Until a neighbor does.
    step(Stimulus::Message(2, Message::News { ticks: Some(450), blocks: vec![] }));
    let later = dated(1_021);
    assert_eq!(step(Stimulus::Message(0, Message::Block(later.clone()))), [Output::TooNew(later)]);
}

/// What others refuse does not help the attacker.
#[test]
fn easy_blocks_are_dated_within_what_others_take() {
    let (scenario, system) = open("easy-blocks", &[]);
    let script = (scenario.script)(&system);
    let mut run = simulator::Run::new(std::rc::Rc::new(system), script, 1);
    while run.step(&[], Micros::ms(800_000)) {
        let (attacker, mining) = (&run.state().locals[0], &run.system().protocol);
        let secret = attacker.ram.as_ref().and_then(|ram| ram.plot.secret.as_ref());
        let time = secret.map_or(0, |secret| secret.header().time);
        assert!(time <= mining.clock(&attacker.disk) + mining.ahead(), "what others refuse is of no use");
    }
    let mining = &run.system().protocol;
    let tip = run.state().locals[3].disk.tip(mining).clone();
    let ahead = |block: &&Block| {
        let before = block.before().map_or(0, |before| before.header().time);
        block.content().finder == 0 && block.header().time > before + 4 * mining.terms.interval
    };
    assert!(tip.back_to(&mining.genesis).filter(ahead).count() > 1, "its dates leap");
    assert!(super::broken(&run).contains(&"Most work counts"));
    let with = super::play("easy-blocks", &[("with", "most-work")], 1, Some(Micros::ms(800_000)));
    assert!(!super::broken(&with).contains(&"Most work counts"));
}

/// Who comes back would else build on its old chain until it hears of the next block.
#[test]
fn who_comes_back_asks_for_what_it_has_missed() {
    let mining = mining(3, Conduct::Honest);
    let chain = grow(&mining.terms, &mining.genesis, 0, (9, 10));
    let start = |me| {
        let mut local = Local::off(Store::default());
        local.step(&mining, (me, 3, false), Stimulus::Boot, &mut Scripted::default());
        local
    };
    let (mut here, mut there) = (start(1), start(0));
    let told = Message::Chain(chain.since(&mining.genesis));
    there.step(&mining, (0, 3, false), Stimulus::Message(2, told), &mut Scripted::default());
    here.step(&mining, (1, 3, false), Stimulus::Crash, &mut Scripted::default());
    let asked = here.step(&mining, (1, 3, false), Stimulus::Boot, &mut Scripted::default()).sent;
    let (_, ask, _) = asked.into_iter().find(|(to, ..)| *to == 0).expect("its neighbours are asked");
    let answer = there.step(&mining, (0, 3, false), Stimulus::Message(1, ask), &mut Scripted::default()).sent;
    let (_, blocks, _) = answer.into_iter().next().expect("there is more than it knows");
    here.step(&mining, (1, 3, false), Stimulus::Message(0, blocks), &mut Scripted::default());
    assert_eq!(here.disk.tip(&mining), &chain);
}
