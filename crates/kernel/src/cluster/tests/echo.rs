//! The protocol of the tests: whoever is asked pings all others, and who is pinged keeps the number on disk and echoes
//! it. Its timer tosses a coin.

use crate::Describe;
use serde::{Deserialize, Serialize};

use crate::property::{Kind, Property};
use crate::protocol::{Context, Local, Node, Protocol};
use crate::{Claim, Delay, Micros, Monitor, NodeId, Outcome, Reads, Seen, Verdict};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Echo;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Message {
    Ping(u32),
    Echo(u32),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Timer {
    Coin,
    Never,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Disk {
    pub(super) boots: u32,
    pub(super) kept: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Ram {
    pub(super) pinged: u32,
    pub(super) coin: Option<u32>,
}

impl Protocol for Echo {
    type Message = Message;
    type Timer = Timer;
    type Input = u32;
    type Output = u32;
    type Disk = Disk;
    type Ram = Ram;

    fn boot(&self, disk: &mut Disk, cx: &mut Context<'_, Self>) -> Ram {
        disk.boots += 1;
        cx.set_timer(Timer::Never, Delay::Never);
        cx.set_timer(Timer::Coin, Delay::Between(Micros(5), Micros(9)));
        cx.cancel_timer(Timer::Never);
        Ram::default()
    }

    fn on_message(
        &self,
        node: &mut Node<'_, Self>,
        from: NodeId,
        message: Message,
        cx: &mut Context<'_, Self>,
    ) {
        match message {
            Message::Ping(number) => {
                cx.note("section 1", "keeps the number and echoes it");
                node.disk.kept = number;
                node.ram.pinged += 1;
                cx.send(from, Message::Echo(number));
            }
            Message::Echo(number) => cx.output(number),
        }
    }

    fn on_timer(&self, node: &mut Node<'_, Self>, _: Timer, cx: &mut Context<'_, Self>) {
        node.ram.coin = Some(cx.choose(2));
    }

    fn on_input(&self, _: &mut Node<'_, Self>, input: u32, cx: &mut Context<'_, Self>) {
        cx.broadcast(&Message::Ping(input));
    }

    fn lies(&self, honest: &Message) -> Vec<Message> {
        match honest {
            Message::Ping(number) => vec![Message::Ping(number + 100), Message::Ping(number + 200)],
            Message::Echo(_) => Vec::new(),
        }
    }

    fn request(&self, k: u32, nodes: &[Local<Self>]) -> Option<(NodeId, u32)> {
        (k < 3 && nodes[0].up()).then_some((0, k))
    }

    fn watch(&self, local: &Local<Self>) -> u64 {
        u64::from(local.disk.kept)
    }

    fn decided(&self, _: NodeId, local: &Local<Self>) -> Option<Outcome> {
        local.ram.as_ref()?.coin.map(|coin| coin as u8)
    }
}

impl Describe for Echo {}

/// What was asked, answered and crashed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) struct Seens(pub(super) Vec<u32>, pub(super) Vec<u32>, pub(super) u32);

impl Monitor<Echo> for Seens {
    fn observe(&mut self, _: &Echo, _: NodeId, _: &Local<Echo>, seen: Seen<'_, Echo>) -> bool {
        match seen {
            Seen::Input(input) => self.0.push(*input),
            Seen::Output(output) => self.1.push(*output),
            Seen::Crash => self.2 += 1,
            Seen::Failure => {}
        }
        true
    }

    fn claims(_: &Echo) -> Vec<Claim<Echo, Self>> {
        fn small(_: &Echo, node: NodeId, local: &Local<Echo>) -> Verdict {
            if local.disk.kept < 50 { Ok(()) } else { Err(format!("{node} keeps {}", local.disk.kept)) }
        }
        fn asked(_: &Echo, seen: &Seens) -> Verdict {
            let stray = seen.1.iter().find(|answer| !seen.0.contains(answer));
            stray.map_or(Ok(()), |answer| Err(format!("nobody asked for {answer}")))
        }
        let property = |name| Property::new(name, "", "", Kind::Always);
        vec![
            Claim { property: property("small"), reads: Reads::Node(small) },
            Claim { property: property("asked"), reads: Reads::Monitor(asked) },
        ]
    }
}
