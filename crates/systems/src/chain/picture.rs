//! The tree of blocks, as a view.

use std::collections::{BTreeMap, BTreeSet};

use kernel::view::{Badge, BlockCell, BlockStanding, Blocks};

use super::block::Block;
use super::leaves::Leaves;

/// So many heights back from the highest block are shown.
pub(super) const WINDOW: u64 = 40;

/// What only the system knows of a block.
pub(super) struct Told {
    /// Who made it.
    pub(super) label: String,
    /// A short remark.
    pub(super) badge: Option<Badge>,
    /// It breaks a rule.
    pub(super) flawed: bool,
    /// All of it in a sentence.
    pub(super) title: String,
}

/// The ends that any of these nodes knows, as far as they are high enough to be shown.
pub(super) fn ends<'a>(known: impl Iterator<Item = &'a Leaves> + Clone) -> BTreeSet<Block> {
    let highest = known.clone().filter_map(|leaves| leaves.ends().next()).map(Block::height).max();
    let lowest = highest.unwrap_or(0).saturating_sub(WINDOW);
    // Most nodes know the same, and whoever knows an end has the very same block.
    let mut ends = BTreeSet::new();
    for leaves in known {
        for end in leaves.ends().take_while(|end| end.height() >= lowest) {
            if !ends.contains(end) {
                ends.insert(end.clone());
            }
        }
    }
    ends
}

/// The blocks before these ends, the latest of them. `tips` says who builds on which.
pub(super) fn tree(
    finder: &'static str,
    ends: &BTreeSet<Block>,
    tips: &BTreeMap<Block, Vec<String>>,
    secret: impl Fn(&Block) -> bool,
    tell: impl Fn(&Block, BlockStanding) -> Told,
) -> Blocks {
    let lowest = ends.last().map_or(0, Block::height).saturating_sub(WINDOW);
    let mut places: BTreeMap<&Block, usize> = BTreeMap::new();
    for end in ends.iter().rev().filter(|end| end.height() >= lowest) {
        let way = std::iter::successors(Some(end), |block| block.before());
        for block in way.take_while(|block| block.height() >= lowest) {
            if places.insert(block, 0).is_some() {
                break;
            }
        }
    }
    for (place, value) in places.values_mut().enumerate() {
        *value = place;
    }
    let shared = tips.keys().cloned().reduce(|one, other| one.shared(&other));
    let cell = |block: &&Block| {
        let standing = match tips.keys().filter(|tip| block.leads_to(tip)).count() {
            0 if secret(block) => BlockStanding::Hidden,
            0 => BlockStanding::Aside,
            _ if shared.as_ref().is_some_and(|shared| block.leads_to(shared)) => BlockStanding::Counts,
            _ => BlockStanding::Disputed,
        };
        let told = tell(block, standing);
        BlockCell {
            height: block.height(),
            before: block.before().and_then(|before| places.get(before).copied()),
            name: block.hash().short(),
            label: if block.height() == 0 { "first".to_owned() } else { told.label },
            era: (block.height() > 0).then(|| u64::from(block.content().finder) + 1),
            count: block.content().payments.len(),
            standing,
            flawed: told.flawed,
            tips: tips.get(*block).cloned().unwrap_or_default(),
            badge: told.badge,
            title: told.title,
        }
    };
    Blocks { finder, cells: places.keys().map(cell).collect() }
}
