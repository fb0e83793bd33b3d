//! The room: options, and how a network is built from them.

use kernel::{
    Budget, Counts, Delay, Diagrams, Label, Micros, NodeId, Opt, Room, Rule, Scenario, Setup, Tool,
};

use super::adversary::Conduct;
use super::panels;
use super::rules::{RULES, Rules};
use super::{Miners, Mining, scenarios};
use crate::chain::block::{Block, Terms};
use crate::shared::network::{delay, timed};
use crate::shared::options::{choice, nodes, switch};

/// The proof-of-work room.
#[derive(Debug)]
pub struct WorkRoom;

/// What each account has at first.
const ENDOWMENT: u64 = 100;
/// What the finder of a block is paid.
const REWARD: u64 = 10;

impl Room for WorkRoom {
    type System = Miners;

    const NAME: &'static str = "proof-of-work";
    const TITLE: &'static str = "Proof of work";
    const SHELF: &'static str = "Chains";
    const ABOUT: &'static str = "Miners race for blocks with real hashes, and the chain with the most work counts: forks, \
                                 reorganisations, double spends and selfish mining.";
    const SOURCE: &'static str = "Nakamoto 2008";

    const TOOLS: &'static [Tool] = &[Tool::MineByHand];

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.blocks(Label::tab("chain", "Chain").under_ring(usize::MAX), |system, now| {
            panels::blocks(&system.protocol, &now.locals)
        });
        list.panels(Label::FIGURES, |system, now| {
            panels::tables(&system.protocol, &now.monitor, &now.locals)
        });
        list.table(Label::TABLE);
    }

    fn search(setup: &Setup) -> Counts {
        let blocks = if setup.number("miners") <= 3 { setup.number("blocks") } else { 2 };
        Budget { timeouts: u32::try_from(blocks).unwrap_or(0), ..Budget::NONE }.into()
    }

    fn options() -> Vec<Opt> {
        let mut options = network();
        options.extend(attack());
        options
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn scenarios() -> Vec<Scenario<Miners>> {
        scenarios::all()
    }

    fn build(setup: &Setup) -> Result<Miners, String> {
        let delays = timed(setup, "delay")?;
        let miners = nodes(setup, "miners");
        let conduct = conduct(setup.word("attack"));
        let attacker = (conduct != Conduct::Honest).then(|| setup.number("share"));
        let interval = u32::try_from(setup.number("interval")).unwrap_or(u32::MAX);
        let terms = Terms {
            first: Mining::target(u32::try_from(setup.number("hashes")).unwrap_or(1)),
            easiest: Mining::target(1),
            period: setup.number("period"),
            interval,
            reward: REWARD,
            accounts: Mining::accounts(miners).into(),
        };
        let mining = Mining {
            genesis: Block::genesis(&terms, |_| ENDOWMENT),
            terms,
            shares: shares(miners, setup.word("power"), attacker),
            interval: Micros::ms(u64::from(interval) * 1000),
            tick: Micros::ms(u64::from((interval / 10).max(1)) * 1000),
            degree: nodes(setup, "neighbours"),
            confirmations: setup.number("confirmations"),
            conduct,
            gamma: setup.number("gamma"),
            minority: setup.on("minority"),
            rules: Rules::without(|rule| !setup.rule(rule)),
        };
        let mut network = Miners::new(mining, miners);
        network.network = delays;
        network.budget = Budget::TIMED;
        let every = setup.number("payments") * 1_000_000;
        if every > 0 {
            network.workload = Delay::Exponential(Micros(every));
        }
        Ok(network)
    }
}

/// How the hashes are divided, in links.
const POWERS: &[&str] = &["equal", "uneven"];

/// Each miner's share. The attacker has so many in a hundred; the others have as much as each other, or the second half
/// of the first, the third a third.
fn shares(miners: NodeId, power: &str, attacker: Option<u64>) -> Vec<u64> {
    let alone = miners <= 1;
    let others = u64::from(miners) - u64::from(attacker.is_some() && !alone);
    let honest = |place: u64| if power == "uneven" { 1_000_000 / place } else { 1 };
    let honest: Vec<u64> = (1..=others).map(honest).collect();
    let Some(share) = attacker.filter(|_| !alone) else { return honest };
    let own = share * honest.iter().sum::<u64>();
    std::iter::once(own).chain(honest.into_iter().map(|part| part * (100 - share))).collect()
}

/// The names of conducts in links.
const ATTACKS: &[&str] = &["none", "double-spend", "selfish", "stubborn", "easy-blocks", "no-work", "thief"];

fn conduct(word: &str) -> Conduct {
    match word {
        "double-spend" => Conduct::DoubleSpend,
        "selfish" => Conduct::Selfish,
        "stubborn" => Conduct::Stubborn,
        "easy-blocks" => Conduct::EasyBlocks,
        "no-work" => Conduct::Forger,
        "thief" => Conduct::Thief,
        _ => Conduct::Honest,
    }
}

fn network() -> Vec<Opt> {
    let number = Opt::number;
    let mut options = vec![
        number("miners", "Miners", (2, 200, ""), "6", "How many nodes look for blocks."),
        choice(
            "power",
            "Hashes of the miners",
            POWERS,
            "equal",
            "All have the same, or the second half as many as the first, the third a third, and so on.",
        ),
        number(
            "interval",
            "Seconds a block",
            (1, 3_600, "s"),
            "20",
            "How long a block takes on average; in Bitcoin 600.",
        ),
        number(
            "hashes",
            "Hashes a block",
            (2, 4_096, ""),
            "64",
            "How many hashes a block takes at first, on average.",
        ),
        number(
            "period",
            "Blocks a target",
            (0, 2_016, ""),
            "0",
            "The target is set anew after so many blocks; in Bitcoin 2016. 0: never.",
        ),
    ];
    options.extend(delay(60_000, ("400", "1200")));
    options.extend([
        number("neighbours", "Neighbours", (2, 200, ""), "2", "Each node tells so many others what is new."),
        number(
            "payments",
            "Seconds a payment",
            (0, 3_600, "s"),
            "8",
            "Somebody pays so often, on average; 0: never.",
        ),
        number(
            "confirmations",
            "Confirmations",
            (1, 100, ""),
            "6",
            "A payment counts as settled in a block with so many, itself among them.",
        ),
        number("blocks", "Blocks in a search", (1, 8, ""), "3", "A search lets so many blocks be found."),
    ]);
    options
}

fn attack() -> Vec<Opt> {
    let number = Opt::number;
    vec![
        choice(
            "attack",
            "Attack",
            ATTACKS,
            "none",
            "What M1 does: keep to the protocol; spend twice; keep its blocks to itself; ignore longer chains; date \
                   blocks so that they get easy; make \
                   blocks without work; pay itself with others' money.",
        ),
        number("share", "Attacker's share", (1, 90, "%"), "30", "The attacker's share of all hashes."),
        number(
            "gamma",
            "γ",
            (0, 100, "%"),
            "50",
            "The share of the others' hashes that a selfish miner reaches first where two chains are equal: as near as whole \
             miners allow.",
        ),
        switch(
            "minority",
            "Minority in a search",
            "off",
            "A search knows no shares: on, the attacker never finds more blocks than the others since its branch began.",
        ),
    ]
}
