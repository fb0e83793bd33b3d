//! The tree of blocks with its checkpoints, and tables beside it.

use std::collections::{BTreeMap, BTreeSet};

use kernel::view::{Badge, Blocks, Panel, Table, Tone};
use kernel::{Local, NodeId};

use super::Staking;
use super::describe::{block as short, link, name, standing};
use super::monitor::Watch;
use super::vote::{Offence, breaks};
use crate::chain::block::Block;
use crate::chain::picture::{self, Told};
use crate::shared::words::counted;

/// The validators, what the chain took, and who is guilty.
pub(super) fn all(staking: &Staking, watch: &Watch, nodes: &[Local<Staking>]) -> Vec<Panel> {
    let mut panels = vec![Panel::Table(validators(staking, nodes)), Panel::Table(energy(staking, nodes))];
    panels.extend(guilty(staking, nodes, &watch.guilty(&nodes.iter().collect::<Vec<_>>())));
    panels
}

pub(super) fn blocks(staking: &Staking, nodes: &[Local<Staking>]) -> Blocks {
    let ends = picture::ends(nodes.iter().map(|local| &local.disk.leaves));
    let mut tips: BTreeMap<Block, Vec<String>> = BTreeMap::new();
    for (node, local) in (0..).zip(nodes) {
        tips.entry(local.disk.tip(staking).clone()).or_default().push(name(node));
    }
    picture::tree(
        "made by",
        &ends,
        &tips,
        |_| false,
        |block, _| {
            let badge = badge(staking, nodes, block);
            let said = badge.as_ref().map(|badge| format!(", {}", badge.text)).unwrap_or_default();
            let (label, slot) = (name(block.content().finder), block.header().time);
            let title =
                format!("Block {}, slot {slot}, made by {label}{said}; hash {}", short(block), block.hash());
            Told { label, badge, flawed: breaks(block), title }
        },
    )
}

/// `final` and `justified`, for all who know or for some.
fn badge(staking: &Staking, nodes: &[Local<Staking>], block: &Block) -> Option<Badge> {
    let checkpoint = block.height().is_multiple_of(staking.epoch);
    let last = nodes.iter().filter(|node| node.disk.finals.iter().any(|last| block.leads_to(last))).count();
    let just = nodes.iter().filter(|node| node.disk.justified.contains(block)).count();
    let text = match (last, just) {
        _ if !checkpoint => return None,
        (0, 0) => return None,
        (0, _) => "justified".to_owned(),
        (some, _) if some < nodes.len() => format!("final at {some}"),
        _ => "final".to_owned(),
    };
    let tone = if last > 0 { Tone::Good } else { Tone::Plain };
    Some(Badge { text, tone })
}

fn validators(staking: &Staking, nodes: &[Local<Staking>]) -> Table {
    let judge = nodes.last().map_or(&staking.genesis, |local| local.disk.tip(staking));
    let record = staking.record(judge);
    let total: u64 = staking.stakes.iter().sum();
    let counted = |node: NodeId| {
        let way = std::iter::successors(Some(judge), |block| block.before()).take(1_000);
        way.filter(|block| block.height() > 0 && block.content().finder == node).count()
    };
    let row = |(node, local): (NodeId, &Local<Staking>)| {
        let stake = staking.stake(node);
        vec![
            name(node),
            format!("{stake} ({} %)", stake * 100 / total.max(1)),
            staking.deposit(judge, node).to_string(),
            standing(record.standing(node)),
            local.disk.made.to_string(),
            counted(node).to_string(),
        ]
    };
    let head = [
        "validator",
        "deposit at first",
        "deposit now",
        "standing",
        "blocks made",
        "of the last 1,000 that count",
    ];
    Table {
        title: "Validators".to_owned(),
        head: head.map(str::to_owned).to_vec(),
        rows: (0..).zip(nodes).take(20).map(row).collect(),
    }
}

/// Who is proved guilty by the votes of all, and how.
fn guilty(staking: &Staking, nodes: &[Local<Staking>], proved: &BTreeSet<NodeId>) -> Option<Panel> {
    let mut rows: Vec<Vec<String>> = nodes
        .iter()
        .flat_map(|local| local.disk.caught.iter())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|(who, offence)| {
            let votes = match offence {
                Offence::Double(one, other) | Offence::Surround(one, other) => {
                    format!("{}; {}", link(one), link(other))
                }
                Offence::Invalid(vote, _) => link(vote),
            };
            vec![name(*who), offence.words().to_owned(), votes]
        })
        .collect();
    rows.dedup_by(|a, b| a[0] == b[0] && a[1] == b[1]);
    if rows.is_empty() && proved.is_empty() {
        return None;
    }
    let stake: u64 = proved.iter().map(|&node| staking.stake(node)).sum();
    let total: u64 = staking.stakes.iter().sum();
    let title = format!("Guilty by their votes: {} % of the deposits", stake * 100 / total.max(1));
    let head = ["validator", "what it did", "the votes"];
    let unpunished = proved.iter().filter(|&&node| rows.iter().all(|row| row[0] != name(node)));
    let unpunished: Vec<Vec<String>> = unpunished
        .map(|&node| vec![name(node), "broke a rule that is off".to_owned(), String::new()])
        .collect();
    rows.extend(unpunished);
    Some(Panel::Table(Table { title, head: head.map(str::to_owned).to_vec(), rows }))
}

/// What the validators' blocks have cost in hashes of headers and in signatures, and what as many blocks would have cost by
/// work. Both need other hashes beside, one or a few for each payment, vote or slot.
pub(super) fn energy(staking: &Staking, nodes: &[Local<Staking>]) -> Table {
    let sum = |of: fn(&Local<Staking>) -> u32| nodes.iter().map(|local| u64::from(of(local))).sum::<u64>();
    let (made, tried) = (sum(|local| local.disk.made), sum(|local| local.disk.tried));
    let votes = sum(|local| local.disk.voted);
    let row = |what: &str, hashes: String, signed: u64| vec![what.to_owned(), hashes, signed.to_string()];
    let bitcoin = 1_u128 << 79;
    let stake = if staking.tries > 1 {
        "stake: V1 tries several blocks for each that it makes"
    } else {
        "stake: each block is made once"
    };
    Table {
        title: format!("What it costs to make {}", counted(made, "block")),
        head: ["by", "hashes of headers", "signatures of blocks and votes"].map(str::to_owned).to_vec(),
        rows: vec![
            row(stake, tried.to_string(), tried + votes),
            row(
                "work: 64 hashes a block on average, as in the first scenario there",
                (made * 64).to_string(),
                0,
            ),
            row(
                "work: 2^79 hashes a block, about Bitcoin's in 2025",
                (u128::from(made) * bitcoin).to_string(),
                0,
            ),
        ],
    }
}
