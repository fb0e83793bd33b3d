//! What a reader can do to a cluster.

use super::{Cluster, Event, State};
use crate::action::{Action, Does, key_of};
use crate::describe::Describe;
use crate::explain::Explain;
use crate::monitor::Monitor;
use crate::protocol::Protocol;
use crate::time::Micros;
use crate::{MessageId, NodeId};

impl<P: Describe, M: Monitor<P>> Cluster<P, M> {
    pub(super) fn world_actions(&self, state: &State<P, M>) -> Vec<Action<Event<P>>> {
        let mut list = Vec::new();
        if !state.wires.is_empty() {
            let links = state.wires.keys().copied().collect();
            list.push(Action::force("heal", "Heal the whole network", "Heal all", Event::Heal(links)));
        }
        if let Some((node, input)) = self.protocol.request(state.spent.requests, &state.locals) {
            let (title, _) = self.protocol.input_title(&self.node_name(node), &input);
            list.push(Action::force("request", title, "Send request", Event::Request));
        }
        list
    }

    pub(super) fn node_actions(&self, state: &State<P, M>, node: NodeId) -> Vec<Action<Event<P>>> {
        let name = self.node_name(node);
        let links: Vec<_> = (0..self.size).filter(|&peer| peer != node).collect();
        let both_ways = || links.iter().flat_map(|&peer| [(node, peer), (peer, node)]).collect::<Vec<_>>();
        let mut list = vec![
            Action::force("crash", format!("Crash {name}"), "Crash", Event::Crash(node)),
            Action::force("restart", format!("Restart {name}"), "Restart", Event::Restart(node)),
            Action::force("cut-off", format!("Cut {name} off"), "Cut off", Event::partition(&[node], &links)),
            Action::force(
                "heal",
                format!("Heal the links of {name}"),
                "Heal links",
                Event::Heal(both_ways()),
            ),
        ];
        for (timer, _) in &state.locals[usize::from(node)].timers {
            let words = self.protocol.timer_name(timer);
            list.push(Action::force(
                format!("fire-{}", key_of(timer)),
                format!("Fire the {words} timer of {name}"),
                format!("Fire {words} timer"),
                Event::Fire(node, timer.clone()),
            ));
        }
        for input in self.protocol.menu(node, &state.locals) {
            let (title, short) = self.protocol.input_title(&name, &input);
            list.push(Action::force(
                format!("ask-{}", key_of(&input)),
                title,
                short,
                Event::Input(node, input),
            ));
        }
        list
    }

    pub(super) fn link_actions(&self, state: &State<P, M>, a: NodeId, b: NodeId) -> Vec<Action<Event<P>>> {
        let (one, other) = (self.node_name(a), self.node_name(b));
        let (least, most) = self.network.latency;
        let (least, most) = (Micros(least.0 * 5), Micros(most.0 * 5));
        let mut list = vec![
            Action::force("cut", format!("Cut {one} and {other} apart"), "Cut", Event::partition(&[a], &[b])),
            Action::force(
                "cut-one-way",
                format!("Cut {one} to {other} only"),
                format!("Cut {one} → {other}"),
                Event::Cut(vec![(a, b)]),
            ),
            Action::force(
                "cut-other-way",
                format!("Cut {other} to {one} only"),
                format!("Cut {other} → {one}"),
                Event::Cut(vec![(b, a)]),
            ),
            Action::force(
                "heal",
                format!("Heal {one} and {other}"),
                "Heal",
                Event::Heal(vec![(a, b), (b, a)]),
            ),
        ];
        for (key, from, to, f, t) in
            [("slow-one-way", a, b, &one, &other), ("slow-other-way", b, a, &other, &one)]
        {
            if state.wire(from, to).slow.is_none() {
                let title = format!("Make {f} to {t} five times as slow");
                list.push(Action::force(
                    key,
                    title,
                    format!("Slow {f} → {t}"),
                    Event::Slow(from, to, least, most),
                ));
            }
        }
        list
    }
}

pub(super) fn message_actions<P: Protocol>(id: MessageId) -> Vec<Action<Event<P>>> {
    let later = |ms: u64| Action {
        key: format!("delay-{ms}"),
        title: format!("Delay this message by {ms} ms"),
        short: format!("Delay {ms} ms"),
        does: Does::Postpone(Event::Deliver(id), Micros::ms(ms)),
    };
    vec![
        Action::force("deliver", "Deliver this message now", "Deliver now", Event::Deliver(id)),
        later(20),
        later(200),
        Action::force("lose", "Lose this message", "Lose", Event::Lose(id)),
        Action::force("duplicate", "Duplicate this message", "Duplicate", Event::Duplicate(id)),
    ]
}
