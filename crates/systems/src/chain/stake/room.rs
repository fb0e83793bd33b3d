//! The room: options, and how validators are built from them.

use std::collections::BTreeSet;

use kernel::{Budget, Counts, Diagrams, Label, Micros, NodeId, Opt, Room, Rule, Scenario, Setup};

use super::deposits::{Deposits, Law};
use super::panels;
use super::rules::{RULES, Rules};
use super::{Staking, Validators, scenarios};
use crate::chain::block::{Block, Terms};
use crate::chain::hash::double;
use crate::chain::work::Mining;
use crate::shared::network::{delay, timed};
use crate::shared::options::{nodes, switch};

/// The proof-of-stake room.
#[derive(Debug)]
pub struct StakeRoom;

/// What each validator puts down.
const DEPOSIT: u64 = 1_000;
/// What the maker of a block is paid.
const REWARD: u64 = 1;

impl Room for StakeRoom {
    type System = Validators;

    const NAME: &'static str = "proof-of-stake";
    const TITLE: &'static str = "Proof of stake";
    const SHELF: &'static str = "Chains";
    const ABOUT: &'static str = "A lottery of deposits makes the blocks and votes make them final: who votes for two \
                                 branches is proved guilty and loses the deposit.";
    const SOURCE: &'static str = "Buterin and Griffith 2017";

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.blocks(Label::tab("chain", "Chain").under_ring(usize::MAX), |system, now| {
            panels::blocks(&system.protocol, &now.locals)
        });
        list.panels(Label::FIGURES, |system, now| panels::all(&system.protocol, &now.monitor, &now.locals));
        list.table(Label::TABLE);
    }

    fn search(setup: &Setup) -> Counts {
        let (given, voters) = (setup.number("given"), setup.number("validators") - setup.number("faulty"));
        // Everybody may vote once for each height, and where that is not forbidden for each block.
        let votes = if setup.rule("double-vote") { given } else { 2 * given };
        let timeouts = if given > 0 { votes * voters } else { 1 };
        Budget { timeouts: u32::try_from(timeouts).unwrap_or(0), ..Budget::NONE }.into()
    }

    fn options() -> Vec<Opt> {
        options()
    }

    fn rules() -> Vec<Rule> {
        RULES.to_vec()
    }

    fn scenarios() -> Vec<Scenario<Validators>> {
        scenarios::all()
    }

    fn build(setup: &Setup) -> Result<Validators, String> {
        let delays = timed(setup, "delay")?;
        let (size, faulty) = (nodes(setup, "validators"), nodes(setup, "faulty"));
        if faulty >= size {
            return Err(format!("has {faulty} faulty validators of {size}"));
        }
        let easy = Mining::target(1);
        let slot = setup.number("slot");
        let accounts = Staking::accounts(size).into();
        let interval = u32::try_from(slot).unwrap_or(u32::MAX);
        let terms = Terms { first: easy, easiest: easy, period: 0, interval, reward: REWARD, accounts };
        let stake = |node| if node < faulty { DEPOSIT * setup.number("part") / 100 } else { DEPOSIT };
        let stakes: Vec<u64> = (0..size).map(stake).collect();
        let law = Law {
            epoch: setup.number("epoch"),
            leak: setup.number("leak"),
            locked: setup.number("locked"),
            two_thirds: setup.rule("two-thirds"),
        };
        let genesis = Block::staked(&terms, stake, Deposits::new(law, stakes.clone()));
        let staking = Staking {
            stakes,
            genesis,
            terms,
            locked: law.locked,
            slot: Micros::ms(slot * 1_000),
            epoch: setup.number("epoch"),
            seed: double(&setup.number("lottery").to_le_bytes()),
            faulty,
            patient: setup.on("patient"),
            tries: u32::try_from(setup.number("tries")).unwrap_or(1),
            given: u32::try_from(setup.number("given")).unwrap_or(0),
            rules: Rules::without(|rule| !setup.rule(rule)),
        };
        let mut validators = Validators::new(staking, size);
        validators.network = delays;
        validators.budget = Budget::TIMED;
        if setup.number("given") == 0 && !setup.on("patient") {
            validators.byzantine = (0..faulty).collect::<BTreeSet<NodeId>>();
        }
        Ok(validators)
    }
}

fn options() -> Vec<Opt> {
    let mut options = basics();
    let place = options.len() - 1;
    options.splice(place..place, deposits());
    options
}

fn basics() -> Vec<Opt> {
    let number = Opt::number;
    let mut options = vec![
        number("validators", "Validators", (2, 60, ""), "6", "How many have put down a deposit."),
        number("slot", "Seconds a slot", (1, 600, "s"), "10", "A block can be made every so many seconds."),
        number("epoch", "Blocks an epoch", (1, 100, ""), "4", "There is a checkpoint every so many blocks."),
    ];
    options.extend(delay(600_000, ("400", "1200")));
    options.extend([
        number(
            "faulty",
            "Faulty validators",
            (0, 20, ""),
            "0",
            "The first so many make two blocks for one, show them to different others, and vote for every branch.",
        ),
        switch(
            "patient",
            "The faulty are patient",
            "off",
            "They keep to the rules until they are asked to write another history.",
        ),
        number(
            "part",
            "Deposit of the faulty",
            (1, 1_000, "%"),
            "100",
            "What a faulty validator has put down, in hundredths of what the others have.",
        ),
        number(
            "tries",
            "Blocks to choose from",
            (1, 64, ""),
            "1",
            "V1 makes so many for each slot, and takes one that gives it the next slot too.",
        ),
        number(
            "lottery",
            "Lottery",
            (0, 1_000_000, ""),
            "1",
            "The number that the lottery's seed is made of.",
        ),
        number(
            "given",
            "Blocks given",
            (0, 4, ""),
            "0",
            "For a search: there are two branches of so many blocks, and validators only vote. 0: they make blocks.",
        ),
    ]);
    options
}

/// How deposits shrink, and how long they stay.
fn deposits() -> [Opt; 2] {
    let number = Opt::number;
    [
        number(
            "leak",
            "Inactivity leak",
            (0, 50, "%"),
            "0",
            "In every epoch, a validator that does not vote loses this part of its deposit. 0: no leak.",
        ),
        number(
            "locked",
            "Withdrawal delay",
            (1, 100, "epochs"),
            "8",
            "A deposit stays locked for so many epochs after its owner has left. Votes are kept as evidence for so many \
             epochs behind the last final checkpoint.",
        ),
    ]
}
