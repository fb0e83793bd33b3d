//! Validators and messages in words.

use kernel::view::{Badge, Field, Figure, MessageView, NodeView, Role, Tone};
use kernel::{Describe, Local, Mark, NodeId};

use super::deposits::DepositState;
use super::vote::{Checkpoint, Vote};
use super::{Input, Message, Output, Staking, Timer};
use crate::chain::block::Block;
use crate::shared::words::counted;

impl Describe for Staking {
    fn node_name(&self, node: NodeId) -> String {
        name(node)
    }

    fn era(&self) -> &'static str {
        "height"
    }

    fn role(&self, me: NodeId, local: &Local<Self>) -> (Role, Option<u64>) {
        let (word, figure, acting) = match (&local.ram, self.honest(me)) {
            (None, _) => ("down", Figure::Broken, false),
            (Some(_), false) => ("faulty", Figure::Diamond, true),
            (Some(_), true) => ("validator", Figure::Circle, false),
        };
        (Role { word: word.into(), figure, acting }, Some(local.disk.tip(self).height()))
    }

    fn describe_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        let disk = &local.disk;
        let tip = disk.tip(self);
        view.lines.push(block(tip));
        let last = |blocks: &[Block]| blocks.last().map_or_else(|| "none".to_owned(), block);
        view.disk.extend([
            Field::new("tip", tip.hash()),
            Field::new("height", tip.height()),
            Field::new("slot of the tip", tip.header().time),
            Field::new("last justified", last(&disk.justified)),
            Field::new("last final", last(&disk.finals)),
            Field::new("deposit", self.deposit(tip, me)),
            Field::new("standing", standing(self.record(tip).standing(me))),
            Field::new("blocks made", disk.made),
            Field::new("votes known", disk.votes.len()),
        ]);
        for (who, offence) in &disk.caught {
            view.disk.push(Field::new("caught", format!("{} {}", name(*who), offence.words())));
        }
        if disk.caught.iter().any(|(who, _)| *who == me) || !disk.caught.is_empty() {
            view.badges.push(Badge { text: format!("{} caught", disk.caught.len()), tone: Tone::Warn });
        }
        let Some(ram) = &local.ram else { return };
        let waits = ram.waits.map_or_else(|| "none".to_owned(), |slot| slot.to_string());
        view.ram.push(Field::new("next slot", waits));
        if !ram.orphans.is_empty() {
            view.ram.push(Field::new("orphans", ram.orphans.len()));
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        let (kind, letter, label, era) = match message {
            Message::Block(made, _) => ("Block", 'B', block(made), Some(made.height())),
            Message::Chain(blocks) => {
                let label = blocks.last().map(|last| format!("up to {}", block(last))).unwrap_or_default();
                ("Blocks", 'C', label, blocks.last().map(Block::height))
            }
            Message::Ask { want, .. } => ("Ask", 'A', format!("up to {} · {}", want.0, want.1.short()), None),
            Message::Vote(vote) => {
                ("Vote", 'V', format!("{} {}", name(vote.by), link(vote)), Some(vote.target.0))
            }
            Message::Away => ("Away", 'A', "which checkpoint is final?".to_owned(), None),
            Message::Trust(last) => ("Trust", 'T', format!("{} is final", block(last)), Some(last.height())),
            Message::Exit(exit) => ("Exit", 'E', format!("{} wants to leave", name(exit.by)), None),
            Message::Proof(who, offence) => {
                ("Proof", 'P', format!("{} {}", name(*who), offence.words()), None)
            }
        };
        (view.kind, view.letter, view.label, view.era) = (kind.into(), letter, label, era);
        view.reply = matches!(message, Message::Chain(_) | Message::Trust(_));
        if let Message::Block(made, _) = message {
            view.fields.extend([
                Field::new("hash", made.hash()),
                Field::new("previous", made.header().previous),
                Field::new("slot", made.header().time),
                Field::new("made by", name(made.content().finder)),
            ]);
        }
    }

    fn timer_name(&self, timer: &Timer) -> String {
        match timer {
            Timer::Slot => "slot".to_owned(),
            Timer::Ask => "ask again".to_owned(),
        }
    }

    fn timer_words(&self, timer: &Timer) -> String {
        match timer {
            Timer::Slot => "its slot has come".to_owned(),
            Timer::Ask => "nobody it trusts has answered: it asks the next one".to_owned(),
        }
    }

    fn input_title(&self, name: &str, input: &Input) -> (String, String) {
        let (title, short) = match input {
            Input::Rewrite => (
                format!("Have {name} write another history from the first block"),
                "Write another history from the first block",
            ),
            Input::Leave => (format!("Have {name} leave with its deposit"), "Leave with the deposit"),
        };
        (title, short.to_owned())
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        let me = name(me);
        let said = match output {
            Output::Made(made) => format!("{me} makes block {}", block(made)),
            Output::Refused(refused) => {
                let why = if refused.flaws().none() {
                    "it is not signed by who has the slot"
                } else {
                    refused.flaws().words()
                };
                format!("{me} refuses block {}: {why}", block(refused))
            }
            Output::Voted(vote) => format!("{me} votes {}", link(vote)),
            Output::Justified(just) => format!("{me}: checkpoint {} is justified", block(just)),
            Output::Final(last) => format!("{me}: checkpoint {} is final", block(last)),
            Output::Caught(who, offence) => format!("{me}: {} {}", name(*who), offence.words()),
            Output::Leaves => format!("{me} asks to leave"),
            Output::Rewrote(last, votes) => {
                format!("{me} shows another history up to {}, with {} votes", block(last), votes.len())
            }
            Output::Reorganised(undone) => {
                format!("{me} undoes {} and builds on the other branch", counted(*undone, "block"))
            }
        };
        Some(said)
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        match output {
            Output::Final(_) => Some(Mark::decided("final", "Final")),
            Output::Caught(..) => Some(Mark { key: "caught", word: "Caught", ..Mark::FAULT }),
            Output::Made(_)
            | Output::Refused(_)
            | Output::Voted(_)
            | Output::Justified(_)
            | Output::Leaves
            | Output::Rewrote(..)
            | Output::Reorganised(_) => None,
        }
    }

    fn menu(&self, me: NodeId, nodes: &[Local<Self>]) -> Vec<Input> {
        let Some(local) = nodes.get(usize::from(me)).filter(|local| local.up() && self.given == 0) else {
            return Vec::new();
        };
        let stays = !local.disk.exits.iter().any(|exit| exit.by == me);
        let leave = stays.then_some(Input::Leave);
        let rewrite = (me < self.faulty).then_some(Input::Rewrite);
        leave.into_iter().chain(rewrite).collect()
    }

    fn describe_input(&self, input: &Input) -> String {
        match input {
            Input::Rewrite => "another history from the first block".to_owned(),
            Input::Leave => "leave with the deposit".to_owned(),
        }
    }
}

pub(super) fn name(node: NodeId) -> String {
    format!("V{}", u32::from(node) + 1)
}

/// `12 · 3fa0`.
pub(super) fn block(block: &Block) -> String {
    format!("{} · {}", block.height(), block.hash().short())
}

fn checkpoint((number, hash): Checkpoint) -> String {
    format!("{number} · {}", hash.short())
}

/// `from 1 · 3fa0 to 2 · 77ab`.
pub(super) fn link(vote: &Vote) -> String {
    format!("from {} to {}", checkpoint(vote.source), checkpoint(vote.target))
}

/// In a few words.
pub(super) fn standing(standing: DepositState) -> String {
    match standing {
        DepositState::Active => "active".to_owned(),
        DepositState::Leaving => "leaving".to_owned(),
        DepositState::Locked(None) => "left, deposit locked".to_owned(),
        DepositState::Locked(Some(paid)) => format!("left, deposit locked until epoch {paid}"),
        DepositState::Withdrawn => "left, deposit paid out".to_owned(),
        DepositState::Slashed => "slashed".to_owned(),
    }
}
