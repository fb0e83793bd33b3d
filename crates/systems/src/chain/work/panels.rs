//! The tree of blocks, and tables beside it.

use std::collections::BTreeMap;

use kernel::view::{BlockStanding, Blocks, Panel, Table};
use kernel::{Local, NodeId};

use super::adversary::Conduct;
use super::describe::{block as short, name};
use super::{Mining, Watch};
use crate::chain::block::Block;
use crate::chain::odds;
use crate::chain::picture::{self, Told, WINDOW};
use crate::chain::transaction::Note;
use crate::shared::words::counted;

/// So many rows a table has at most.
const ROWS: usize = 12;

/// What the attack came to, the payments and the miners.
pub(super) fn tables(mining: &Mining, watch: &Watch, nodes: &[Local<Mining>]) -> Vec<Panel> {
    let mut panels = attack(mining, watch, nodes);
    panels.push(Panel::Table(payments(mining, nodes)));
    panels.push(Panel::Table(miners(mining, nodes)));
    panels
}

/// Everything that anybody knows.
pub(super) fn blocks(mining: &Mining, nodes: &[Local<Mining>]) -> Blocks {
    let secret = |local: &Local<Mining>| local.ram.as_ref().and_then(|ram| ram.plot.secret.clone());
    let mut ends = picture::ends(nodes.iter().map(|local| &local.disk.leaves));
    ends.extend(nodes.iter().filter_map(secret));
    let mut tips: BTreeMap<Block, Vec<String>> = BTreeMap::new();
    for (node, local) in (0..).zip(nodes) {
        tips.entry(local.disk.tip(mining).clone()).or_default().push(name(node));
    }
    let secret = |block: &Block| !nodes.iter().any(|local| local.disk.leaves.knows(block));
    picture::tree("found by", &ends, &tips, secret, |block, standing| Told {
        label: name(block.content().finder),
        badge: None,
        flawed: !block.flaws().none(),
        title: title(mining, block, standing) + &missing(nodes, block),
    })
}

/// Among so many nodes it is said which have not heard of a block.
const NAMED: usize = 16;

fn missing(nodes: &[Local<Mining>], block: &Block) -> String {
    if nodes.len() > NAMED {
        return String::new();
    }
    let missing = (0..).zip(nodes).filter(|(_, local)| !local.disk.leaves.knows(block));
    let names: Vec<String> = missing.map(|(node, _)| name(node)).collect();
    if names.is_empty() { String::new() } else { format!("; not known to {}", names.join(", ")) }
}

fn title(mining: &Mining, block: &Block, standing: BlockStanding) -> String {
    let stands = match standing {
        BlockStanding::Counts => "counts for all nodes",
        BlockStanding::Disputed => "counts for some nodes",
        BlockStanding::Aside => "counts for nobody",
        BlockStanding::Hidden => "known to its finder alone",
    };
    let found = if block.height() == 0 {
        "the first".to_owned()
    } else {
        format!("found by {}", name(block.content().finder))
    };
    let header = block.header();
    let mut said = format!(
        "Block {}, {found}, {stands}; hash {}, target {}, nonce {}, time {}",
        short(block),
        block.hash(),
        header.bits,
        header.nonce,
        header.time
    );
    if !block.flaws().none() {
        said += &format!("; {}", block.flaws().words());
    }
    for note in &block.content().payments {
        said += &format!("; {}", mining.payment(note));
    }
    said
}

/// The latest payments, and how sure they are.
fn payments(mining: &Mining, nodes: &[Local<Mining>]) -> Table {
    let mut known: BTreeMap<Note, Option<u64>> = BTreeMap::new();
    for local in nodes {
        known.extend(local.ram.iter().flat_map(|ram| ram.pool.iter().map(|note| (note.clone(), None))));
    }
    let mut seen: std::collections::BTreeSet<Block> = std::collections::BTreeSet::new();
    for local in nodes {
        let way = std::iter::successors(Some(local.disk.tip(mining)), |block| block.before());
        for block in way.take(WINDOW as usize).take_while(|block| seen.insert((*block).clone())) {
            known.extend(block.content().payments.iter().map(|note| (note.clone(), Some(block.height()))));
        }
    }
    let mut known: Vec<(Note, Option<u64>)> = known.into_iter().collect();
    known.sort_by_key(|(note, height)| (std::cmp::Reverse(height.unwrap_or(u64::MAX)), note.clone()));
    let rows = known.iter().take(ROWS).map(|(note, _)| payment(mining, nodes, note));
    let head = ["payment", "confirmations", "waits at", "could be undone"];
    Table {
        title: format!(
            "Payments, newest first; the chance to be undone by who has {} of the hashes",
            rival(mining)
        ),
        head: head.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

/// The share that an attacker has, or could have.
fn attacker(mining: &Mining) -> f64 {
    if mining.conduct == Conduct::Honest {
        return 0.1;
    }
    let total: u64 = mining.shares.iter().sum();
    mining.shares.first().copied().unwrap_or(0) as f64 / total.max(1) as f64
}

fn rival(mining: &Mining) -> String {
    format!("{:.0} %", attacker(mining) * 100.0)
}

fn payment(mining: &Mining, nodes: &[Local<Mining>], note: &Note) -> Vec<String> {
    let honest = (0..).zip(nodes).filter(|(node, _)| mining.honest(*node));
    let confirmed = honest.map(|(_, local)| {
        let tip = local.disk.tip(mining);
        if !tip.ledger().has_made(note) {
            return 0;
        }
        let way = std::iter::successors(Some(tip), |block| block.before()).take(WINDOW as usize);
        let holds = |block: &&Block| block.content().payments.contains(note);
        way.into_iter().find(holds).map_or(WINDOW, |block| tip.height() - block.height() + 1)
    });
    let confirmed: Vec<u64> = confirmed.collect();
    let (least, most) =
        (confirmed.iter().min().copied().unwrap_or(0), confirmed.iter().max().copied().unwrap_or(0));
    let waits = |local: &&Local<Mining>| local.ram.as_ref().is_some_and(|ram| ram.pool.contains(note));
    let waiting = nodes.iter().filter(waits).count();
    let chance = odds::race(attacker(mining), u32::try_from(least).unwrap_or(u32::MAX));
    vec![
        mining.payment(note),
        if least == most { least.to_string() } else { format!("{least} to {most}") },
        if waiting == 0 { String::new() } else { format!("{waiting} of {}", nodes.len()) },
        percent(chance),
    ]
}

/// `4.6 %`; small ones with as many digits as say something.
pub(super) fn percent(part: f64) -> String {
    let percent = part * 100.0;
    match percent {
        _ if percent >= 9.95 => format!("{percent:.0} %"),
        _ if percent >= 0.1 => format!("{percent:.1} %"),
        _ if percent <= 0.0 => "0 %".to_owned(),
        _ if percent >= 0.000_1 => format!("{percent:.4} %"),
        _ => "below 0.0001 %".to_owned(),
    }
}

/// Who found how much, on the chain of the last node.
fn miners(mining: &Mining, nodes: &[Local<Mining>]) -> Table {
    let total: u64 = mining.shares.iter().sum();
    let judge = nodes.last().map_or(&mining.genesis, |local| local.disk.tip(mining));
    let reward = mining.terms.reward.max(1);
    let granted = |node: NodeId| {
        let account = mining.account(node);
        (judge.ledger().granted(account) - mining.genesis.ledger().granted(account)) / reward
    };
    let row = |(node, local): (NodeId, &Local<Mining>)| {
        let share = mining.shares.get(usize::from(node)).copied().unwrap_or(0) as f64 / total.max(1) as f64;
        let count = granted(node);
        let part = if judge.height() == 0 { 0.0 } else { count as f64 / judge.height() as f64 };
        vec![
            name(node),
            percent(share),
            local.disk.found.to_string(),
            count.to_string(),
            if judge.height() == 0 { String::new() } else { percent(part) },
            local.disk.tip(mining).ledger().balance(mining.account(node)).to_string(),
        ]
    };
    let head = ["miner", "share of hashes", "blocks found", "of them count", "share of the chain", "balance"];
    Table {
        title: "Miners".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: (0..).zip(nodes).take(ROWS).map(row).collect(),
    }
}

/// What the attack came to, beside what it can hope for.
fn attack(mining: &Mining, watch: &Watch, nodes: &[Local<Mining>]) -> Vec<Panel> {
    let q = attacker(mining);
    let z = u32::try_from(mining.confirmations).unwrap_or(u32::MAX);
    let table = |title: String, rows: Vec<(&str, String)>| {
        let rows = rows.into_iter().map(|(what, value)| vec![what.to_owned(), value]).collect();
        Panel::Table(Table { title, head: vec!["measure".to_owned(), "value".to_owned()], rows })
    };
    match mining.conduct {
        Conduct::DoubleSpend => {
            let (ended, won) = watch.attempts;
            let measured = if ended == 0 {
                "no attempt has ended".to_owned()
            } else {
                percent(f64::from(won) / f64::from(ended))
            };
            let rows = vec![
                ("attempts that ended", ended.to_string()),
                ("of them the payment was undone in", won.to_string()),
                ("measured", measured),
                ("the race, exactly (Rosenfeld 2012)", percent(odds::race(q, z))),
                ("Nakamoto's approximation, section 11", percent(odds::nakamoto(q, z))),
            ];
            let deep = counted(z.into(), "confirmation");
            let title = format!("Double spending against {deep} with {} of the hashes", rival(mining));
            vec![table(title, rows), two_numbers(q, z)]
        }
        Conduct::Selfish => {
            let judge = nodes.last().map_or(&mining.genesis, |local| local.disk.tip(mining));
            let account = mining.account(0);
            let earned = judge.ledger().granted(account) - mining.genesis.ledger().granted(account);
            let part = earned as f64 / (mining.terms.reward.max(1) * judge.height().max(1)) as f64;
            let gamma = mining.gamma_met();
            let rows = vec![
                ("share of the chain, measured", percent(part)),
                ("Eyal and Sirer, equation 8", percent(odds::revenue(q, gamma))),
                ("what honest mining would bring", percent(q)),
                ("it pays from this share of hashes on", percent(odds::threshold(gamma))),
                ("γ, in hashes of the others", met(mining)),
                ("state of the pool", state(mining, nodes)),
            ];
            vec![table(
                format!("Selfish mining with {} of the hashes, γ = {}", rival(mining), percent(gamma)),
                rows,
            )]
        }
        Conduct::Honest | Conduct::Stubborn | Conduct::EasyBlocks | Conduct::Forger | Conduct::Thief => {
            let rows = vec![
                ("reorganisations, at all honest nodes", watch.reorganisations.to_string()),
                ("least k with which the common prefix has held", watch.prefix().to_string()),
                ("most confirmations of a payment that was undone", watch.unpaid.0.to_string()),
            ];
            vec![table("What was undone".to_owned(), rows)]
        }
    }
}

/// Why Nakamoto's number is not the exact one, or what else is to be said of the two.
pub(super) fn two_numbers(q: f64, z: u32) -> Panel {
    let (his, exact) = (odds::nakamoto(q, z), odds::race(q, z));
    let text = |title: &str, body: String| Panel::Text { title: title.to_owned(), body };
    if q >= 0.5 {
        let body = "Who has at least half of the hashes catches up from however far behind (Nakamoto 2008, section 11, q ≥ p). \
                    No number of confirmations is enough. An attempt that is given up would have succeeded later.";
        return text("Why both numbers are 100 %", body.to_owned());
    }
    let time = if z == 1 { "the next block".to_owned() } else { format!("{z} blocks") };
    let why = format!(
        "Nakamoto takes the time in which the others find {time} to be what it is on average, and the number that the \
         attacker finds in it to be of Poisson's distribution. The time is not always the same"
    );
    let count = counted(z.into(), "confirmation");
    if percent(his) == percent(exact) {
        let body = format!("{why}; with {count} it makes no difference in the digits shown.");
        return text("Why there are two numbers", body);
    }
    let wrong = if his < exact { "low" } else { "high" };
    let body =
        format!("{why}: with {count} his number is too {wrong}. What is measured comes near the exact one.");
    text("Why the two numbers differ", body)
}

/// The γ that whole nodes allow, and what was asked for where it is another.
pub(super) fn met(mining: &Mining) -> String {
    let met = percent(mining.gamma_met());
    let asked = percent(mining.gamma as f64 / 100.0);
    match (met == asked, mining.rules.first_seen) {
        (true, _) => met,
        (false, true) => format!("{met}: the nearest to {asked} that whole miners allow"),
        (false, false) => format!("{met}: those who are not reached first toss a coin"),
    }
}

/// The state of Eyal and Sirer's machine (figure 1): how far the pool is ahead, and 0′ where two chains are equal.
fn state(mining: &Mining, nodes: &[Local<Mining>]) -> String {
    let Some(pool) = nodes.first() else { return String::new() };
    let tip = pool.disk.tip(mining);
    match pool.ram.as_ref().and_then(|ram| ram.plot.secret.as_ref()) {
        None => "0: nothing is secret".to_owned(),
        Some(secret) if secret.height() <= tip.height() => "0′: two chains are equal".to_owned(),
        Some(secret) => format!("{}: blocks ahead", secret.height() - tip.height()),
    }
}
