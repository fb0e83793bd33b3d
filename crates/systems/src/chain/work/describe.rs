//! Nodes and messages in words.

use kernel::view::{Badge, Field, Figure, MessageView, NodeView, Role, Tone};
use kernel::{Describe, Local, Mark, NodeId};

use super::adversary::Conduct;
use super::{Input, Message, Mining, Output, Timer};
use crate::chain::block::Block;
use crate::shared::words::counted;

impl Describe for Mining {
    fn node_name(&self, node: NodeId) -> String {
        name(node)
    }

    fn era(&self) -> &'static str {
        "height"
    }

    fn role(&self, me: NodeId, local: &Local<Self>) -> (Role, Option<u64>) {
        let era = Some(local.disk.tip(self).height());
        let role = |word: &str, figure, acting| Role { word: word.into(), figure, acting };
        let role = match (&local.ram, self.honest(me)) {
            (None, _) => role("down", Figure::Broken, false),
            (Some(_), false) => role(conduct(self.conduct), Figure::Diamond, true),
            (Some(_), true) => role("mining", Figure::Circle, false),
        };
        (role, era)
    }

    fn describe_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        self.sketch_node(me, local, view);
        let disk = &local.disk;
        let tip = disk.tip(self);
        view.disk.extend([
            Field::new("tip", tip.hash()),
            Field::new("height", tip.height()),
            Field::new("work", format!("{} hashes", tip.work().small())),
            Field::new("balance", tip.ledger().balance(self.account(me))),
            Field::new("share of hashes", share(self, me)),
            Field::new("blocks found", disk.found),
            Field::new("branches known", branches(disk)),
        ]);
        if self.terms.period > 0 {
            let target = tip.next_bits(&self.terms).target().map_or(0, |target| target.work().small());
            view.disk.push(Field::new("next block takes", format!("{target} hashes")));
            view.disk.push(Field::new("clock", format!("{} s", self.clock(disk))));
        }
        let Some(ram) = &local.ram else { return };
        let waiting: Vec<String> = ram.pool.iter().take(6).map(|note| self.payment(note)).collect();
        if !disk.own.is_empty() {
            view.disk.push(Field::new("own payments not settled", disk.own.len()));
        }
        view.ram.push(Field::new("payments waiting", ram.pool.len()));
        if !waiting.is_empty() {
            view.ram.push(Field::new("the first of them", waiting.join("; ")));
        }
        let expected = self.expected(disk, ram).balance(self.account(me));
        view.ram.push(Field::new("balance when they are made", expected));
        if !ram.orphans.is_empty() {
            view.ram.push(Field::new("orphans", ram.orphans.len()));
        }
        for (note, why) in &ram.refused {
            view.ram.push(Field::new("refused", format!("{}: {why}", self.payment(note))));
        }
        if let Some(secret) = &ram.plot.secret {
            view.ram.push(Field::new("secret branch", block(secret)));
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        self.sketch_message(message, view);
        if let Message::Block(found) = message {
            header(self, found, view);
        }
    }

    /// What of a node is drawn.
    fn sketch_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        let tip = local.disk.tip(self);
        view.lines.push(block(tip));
        if self.shares.windows(2).any(|pair| pair[0] != pair[1]) {
            view.lines.push(share(self, me));
        }
        let Some(ram) = &local.ram else { return };
        if !ram.orphans.is_empty() {
            view.badges.push(Badge { text: "orphans".to_owned(), tone: Tone::Warn });
        }
        if let Some(secret) = &ram.plot.secret {
            let lead = i128::from(secret.height()) - i128::from(tip.height());
            let lead = format!("secret {lead:+}").replace('-', "−");
            view.badges.push(Badge { text: lead, tone: Tone::Warn });
        }
    }

    /// All but the fields.
    fn sketch_message(&self, message: &Message, view: &mut MessageView) {
        match message {
            Message::Block(found) => {
                (view.kind, view.letter) = ("Block".into(), 'B');
                view.label = block(found);
                view.era = Some(found.height());
            }
            Message::Chain(blocks) | Message::News { blocks, .. } => {
                (view.kind, view.letter) = ("Blocks".into(), 'C');
                view.label = match (blocks.first(), blocks.last()) {
                    (Some(first), Some(last)) => format!("{} to {}", first.height(), block(last)),
                    _ => String::new(),
                };
                view.era = blocks.last().map(|last| last.height());
                view.reply = true;
            }
            Message::Ask { want, .. } => {
                (view.kind, view.letter) = ("Ask".into(), 'A');
                view.label = match want {
                    Some((height, hash)) => format!("up to {height} · {}", hash.short()),
                    None => "the time and the latest blocks".to_owned(),
                };
            }
            Message::Payment(note) => {
                (view.kind, view.letter) = ("Payment".into(), 'P');
                view.label = self.payment(note);
            }
        }
    }

    fn timer_name(&self, timer: &Timer) -> String {
        match timer {
            Timer::Find => "next block",
            Timer::Clock => "clock",
        }
        .to_owned()
    }

    fn timer_words(&self, timer: &Timer) -> String {
        match timer {
            Timer::Find => "finds a hash that meets the target".to_owned(),
            Timer::Clock => "its clock ticks".to_owned(),
        }
    }

    fn describe_input(&self, input: &Input) -> String {
        match *input {
            Input::Pay { to, quantity } => format!("a payment of {quantity} to {}", name(to)),
            Input::Again { to } => format!("a payment to {} with a number that is used", name(to)),
            Input::Replay => "its latest payment again".to_owned(),
            Input::Forge { from } => format!("a payment in the name of {}", name(from)),
        }
    }

    fn input_title(&self, name: &str, input: &Input) -> (String, String) {
        let asked = self.describe_input(input);
        (format!("Have {name} send {asked}"), format!("Send {asked}"))
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        let me = name(me);
        let said = match output {
            Output::Found { block: found, hidden: false } => format!("{me} finds block {}", block(found)),
            Output::Found { block: found, hidden: true } => {
                format!("{me} finds block {} and keeps it to itself", block(found))
            }
            Output::Adopted { undone: 0, .. } => return None,
            Output::Adopted { undone, unpaid, .. } => {
                let count = counted(*undone, "block");
                let paid = if *unpaid == 0 { "" } else { ", with payments that are not made in the other" };
                format!("{me} undoes {count} and builds on the other branch{paid}")
            }
            Output::RefusedBlock(found) => {
                format!("{me} refuses block {}: {}", block(found), found.flaws().words())
            }
            Output::TooNew(found) => format!(
                "{me} refuses block {} for now: its time is more than {} s ahead of {me}'s clock",
                block(found),
                self.ahead()
            ),
            Output::Refused(note, why) => format!("{me} refuses: {}: {why}", self.payment(note)),
            Output::Attempt => format!("{me} pays, and mines in secret to undo it"),
            Output::Ended { won: true } => format!("{me} undoes its payment"),
            Output::Ended { won: false } => format!("{me} gives up undoing its payment"),
        };
        Some(said)
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        match output {
            Output::Found { .. } => Some(Mark::decided("found", "Block found")),
            Output::Adopted { undone, .. } => {
                (*undone > 0).then_some(Mark::era("reorganised", "Reorganised"))
            }
            Output::RefusedBlock(_)
            | Output::TooNew(_)
            | Output::Ended { .. }
            | Output::Attempt
            | Output::Refused(..) => None,
        }
    }

    fn menu(&self, me: NodeId, nodes: &[Local<Self>]) -> Vec<Input> {
        let size = nodes.len() as NodeId;
        let Some(local) = nodes.get(usize::from(me)).filter(|local| local.up() && size > 1) else {
            return vec![];
        };
        let to = (me + 1) % size;
        let mut menu = vec![Input::Pay { to, quantity: 5 }];
        if local.disk.tip(self).ledger().next(self.account(me)) > 0 {
            menu.extend([Input::Again { to }, Input::Replay]);
        }
        menu.push(Input::Forge { from: to });
        menu
    }
}

pub(super) fn name(node: NodeId) -> String {
    format!("M{}", u32::from(node) + 1)
}

/// What the attacker is called.
pub(super) const fn conduct(conduct: Conduct) -> &'static str {
    match conduct {
        Conduct::Honest => "honest",
        Conduct::DoubleSpend => "spends twice",
        Conduct::Selfish => "selfish",
        Conduct::Stubborn => "stubborn",
        Conduct::EasyBlocks => "easy blocks",
        Conduct::Forger => "does no work",
        Conduct::Thief => "thief",
    }
}

/// `12 · 3fa0`.
pub(super) fn block(block: &Block) -> String {
    format!("{} · {}", block.height(), block.hash().short())
}

/// A node's share of all hashes: `12.3 %`.
fn share(mining: &Mining, node: NodeId) -> String {
    let total: u64 = mining.shares.iter().sum();
    let share = mining.shares.get(usize::from(node)).copied().unwrap_or(0) * 1000 / total.max(1);
    format!("{}.{} %", share / 10, share % 10)
}

/// How many branches a node knows, and where the highest of them end.
fn branches(disk: &super::Store) -> String {
    let ends: Vec<String> = disk.leaves.ends().take(3).map(block).collect();
    let more = if disk.leaves.branches() > ends.len() { ", …" } else { "" };
    format!("{}: {}{more}", disk.leaves.branches(), ends.join(", "))
}

impl Mining {
    /// `M2 pays M3 5`.
    pub(super) fn payment(&self, note: &crate::chain::Note) -> String {
        let who = |account| self.terms.accounts.whose(account).map_or("somebody".to_owned(), name);
        let payment = note.payment();
        format!(
            "{} pays {} {} (no. {})",
            who(payment.source),
            who(payment.target),
            payment.quantity,
            payment.id
        )
    }
}

fn header(mining: &Mining, block: &Block, view: &mut MessageView) {
    let header = block.header();
    view.fields.extend([
        Field::new("hash", block.hash()),
        Field::new("previous", header.previous),
        Field::new("Merkle root", header.merkle),
        Field::new("time", header.time),
        Field::new("target", header.bits),
        Field::new("nonce", header.nonce),
        Field::new("found by", name(block.content().finder)),
    ]);
    view.fields
        .extend(block.content().payments.iter().map(|note| Field::new("payment", mining.payment(note))));
}
