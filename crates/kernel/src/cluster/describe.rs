//! A cluster in words.

use super::actions::message_actions;
use super::{Cluster, Event, State};
use crate::action::{Action, Does, Gesture, Target};
use crate::describe::Describe;
use crate::explain::{Dates, Explain, Happening, Undated};
use crate::monitor::Monitor;
use crate::protocol::Protocol;
use crate::system::Outcome;
use crate::view::{LinkView, MessageView, NodeView, Role, TimerView, Tone, View};
use crate::word::Word;
use crate::{MessageId, NodeId};

impl<P: Describe, M: Monitor<P>> Explain for Cluster<P, M> {
    fn outcome_name(&self, outcome: Outcome) -> String {
        self.protocol.outcome_name(outcome)
    }

    fn nodes(&self) -> NodeId {
        self.size
    }

    fn node_name(&self, node: NodeId) -> String {
        self.protocol.node_name(node)
    }

    fn era(&self) -> &'static str {
        self.protocol.era()
    }

    fn view(&self, state: &Self::State, dates: &dyn Dates<Self::Event>) -> View {
        self.seen(state, dates, Detail::Everything)
    }

    fn sketch(&self, state: &Self::State, dates: &dyn Dates<Self::Event>) -> View {
        self.seen(state, dates, Detail::Drawn)
    }

    fn node(&self, state: &Self::State, node: NodeId, dates: &dyn Dates<Self::Event>) -> Option<NodeView> {
        (node < self.size).then(|| self.node_view(state, node, dates, Detail::Everything))
    }

    fn narrate(&self, state: &Self::State, event: &Self::Event) -> Happening {
        self.words(state, event)
    }

    fn role(&self, state: &Self::State, node: NodeId) -> (Role, Option<u64>) {
        self.protocol.role(node, &state.locals[usize::from(node)])
    }

    fn message(&self, state: &Self::State, id: MessageId) -> Option<MessageView> {
        self.message_view(state, id, &Undated, Detail::Everything)
    }

    fn gesture(&self, state: &Self::State, gesture: &Gesture<'_>) -> Result<Self::Event, String> {
        let event = match gesture {
            Gesture::Cut(links) => Some(Event::Cut(links.to_vec())),
            Gesture::Drag { .. } | Gesture::Type { .. } => {
                self.protocol.gesture(gesture).map(|(node, input)| Event::Input(node, input))
            }
        };
        let refusal = match gesture {
            Gesture::Cut(_) => "These links cannot be cut.",
            Gesture::Drag { .. } => "Dragging one onto another does nothing here.",
            Gesture::Type { .. } => "Nothing can be typed here.",
        };
        let event = event.ok_or(refusal)?;
        let possible = self.permits_event(state, &event);
        if possible { Ok(event) } else { Err(not_now(gesture)) }
    }

    fn actions(&self, state: &Self::State, target: Target) -> Vec<Action<Self::Event>> {
        let mut list = match target {
            Target::World => self.world_actions(state),
            Target::Node(node) if node < self.size => self.node_actions(state, node),
            Target::Link(a, b) if a != b && a < self.size && b < self.size => self.link_actions(state, a, b),
            Target::Message(id) => message_actions(id),
            Target::Node(_) | Target::Link(..) => Vec::new(),
        };
        list.retain(|action| match &action.does {
            Does::Force(event) => self.permits_event(state, event),
            // What stays in flight does not come later either.
            Does::Postpone(Event::Deliver(id), _) => {
                state.mail.get(id).is_some_and(|envelope| !self.stays(state, envelope))
            }
            Does::Postpone(event, _) => self.permits_event(state, event),
            Does::Follow(..) => true,
        });
        list
    }
}

/// Why what a gesture means cannot happen in this state.
fn not_now(gesture: &Gesture<'_>) -> String {
    match gesture {
        Gesture::Cut(_) => "These links cannot be cut now.",
        Gesture::Drag { .. } => "A node that is down tells nobody anything.",
        Gesture::Type { .. } => "A node that is down takes no text.",
    }
    .to_owned()
}

/// How much of a state is put in words.
#[derive(Clone, Copy)]
enum Detail {
    Everything,
    Drawn,
}

impl<P: Describe, M: Monitor<P>> Cluster<P, M> {
    fn seen(&self, state: &State<P, M>, dates: &dyn Dates<Event<P>>, detail: Detail) -> View {
        let messages = state.mail.keys();
        View {
            nodes: (0..self.size).map(|node| self.node_view(state, node, dates, detail)).collect(),
            links: links(state),
            messages: messages.filter_map(|&id| self.message_view(state, id, dates, detail)).collect(),
        }
    }

    fn node_view(
        &self,
        state: &State<P, M>,
        node: NodeId,
        dates: &dyn Dates<Event<P>>,
        detail: Detail,
    ) -> NodeView {
        let local = &state.locals[usize::from(node)];
        let (role, era) = self.protocol.role(node, local);
        let timers = local.timers.iter().map(|(timer, _)| {
            let event = Event::Fire(node, timer.clone());
            let left = dates.span(&event).and_then(|(_, due)| Some(due.since(dates.now()?)));
            TimerView { name: self.protocol.timer_name(timer), progress: dates.progress(&event), left }
        });
        let mut view = NodeView {
            id: node,
            name: self.node_name(node),
            role,
            era,
            lines: Vec::new(),
            badges: Vec::new(),
            disk: Vec::new(),
            ram: Vec::new(),
            timers: timers.collect(),
        };
        match detail {
            Detail::Everything => self.protocol.describe_node(node, local, &mut view),
            Detail::Drawn => self.protocol.sketch_node(node, local, &mut view),
        }
        view
    }

    fn message_view(
        &self,
        state: &State<P, M>,
        id: MessageId,
        dates: &dyn Dates<Event<P>>,
        detail: Detail,
    ) -> Option<MessageView> {
        let envelope = state.mail.get(&id)?;
        let (arrival, loss) = (dates.span(&Event::Deliver(id)), dates.span(&Event::Lose(id)));
        let lost_first = loss.is_some_and(|(_, lost)| arrival.is_none_or(|(_, due)| lost < due));
        let receiver_down = !state.locals[usize::from(envelope.to)].up();
        let mut view = MessageView {
            id,
            from: envelope.from,
            to: envelope.to,
            kind: Word::default(),
            letter: 'M',
            label: String::new(),
            era: None,
            reply: false,
            forged: envelope.forged,
            progress: dates.progress(&Event::Deliver(id)),
            doomed: lost_first || receiver_down || state.wire(envelope.from, envelope.to).cut,
            fields: Vec::new(),
        };
        match detail {
            Detail::Everything => self.protocol.describe_message(&envelope.message, &mut view),
            Detail::Drawn => self.protocol.sketch_message(&envelope.message, &mut view),
        }
        Some(view)
    }

    fn words(&self, state: &State<P, M>, event: &Event<P>) -> Happening {
        let name = |node: NodeId| self.node_name(node);
        let plain =
            |node: Option<NodeId>, title: String| Happening { node, title, tone: Tone::Plain, dot: None };
        let marked = |node: NodeId, title: String, tone: Tone, dot: &str| Happening {
            node: Some(node),
            title,
            tone,
            dot: Some(dot.to_owned()),
        };
        match event {
            Event::Deliver(id) | Event::Lose(id) | Event::Duplicate(id) => {
                self.message_words(state, event, *id)
            }
            Event::Fire(node, timer) if self.protocol.own_step(timer) => {
                plain(Some(*node), format!("{}: {}", name(*node), self.protocol.timer_name(timer)))
            }
            Event::Fire(node, timer) => {
                let words = format!("{}: {}", name(*node), self.protocol.timer_words(timer));
                marked(*node, words, Tone::Plain, &self.protocol.timer_name(timer))
            }
            Event::Request => match self.protocol.request(state.spent.requests, &state.locals) {
                Some((node, input)) => self.input_words(node, &input),
                None => plain(None, "no client asks for anything".to_owned()),
            },
            Event::Input(node, input) => self.input_words(*node, input),
            Event::Crash(node) => {
                marked(*node, format!("{} crashes: its memory is lost", name(*node)), Tone::Warn, "crash")
            }
            Event::Restart(node) => {
                marked(*node, format!("{} restarts from its disk", name(*node)), Tone::Good, "restart")
            }
            Event::Cut(links) => Happening {
                tone: Tone::Warn,
                ..plain(None, format!("the network is cut: {}", self.link_words(links)))
            },
            Event::Heal(links) => Happening {
                tone: Tone::Good,
                ..plain(None, format!("the network is whole again: {}", self.link_words(links)))
            },
            Event::Slow(from, to, least, most) => Happening {
                tone: Tone::Warn,
                ..plain(None, format!("{} to {} now takes {least} to {most}", name(*from), name(*to)))
            },
            Event::Tick(node) => plain(Some(*node), format!("the clock of {} ticks", name(*node))),
        }
    }

    fn input_words(&self, node: NodeId, input: &P::Input) -> Happening {
        let asked = self.protocol.describe_input(input);
        Happening {
            node: Some(node),
            title: format!("a client asks {}: {asked}", self.node_name(node)),
            tone: Tone::Plain,
            dot: Some(asked),
        }
    }

    fn message_words(&self, state: &State<P, M>, event: &Event<P>, id: MessageId) -> Happening {
        let Some(view) = self.message_view(state, id, &Undated, Detail::Drawn) else {
            let title = format!("message {id} is not in flight");
            return Happening { node: None, title, tone: Tone::Plain, dot: None };
        };
        let (from, to) = (self.node_name(view.from), self.node_name(view.to));
        let what = if view.label.is_empty() {
            view.kind.to_string()
        } else {
            format!("{}, {}", view.kind, view.label)
        };
        let arrives = matches!(event, Event::Deliver(_));
        let (title, tone) = if matches!(event, Event::Duplicate(_)) {
            (format!("a copy of {from}'s message to {to} comes into being: {what}"), Tone::Warn)
        } else if arrives && !state.locals[usize::from(view.to)].up() {
            (format!("{to} is down: the message from {from} is lost: {what}"), Tone::Warn)
        } else if arrives && !state.wire(view.from, view.to).cut {
            (format!("{to} receives from {from}: {what}"), Tone::Plain)
        } else if arrives {
            (format!("the message from {from} to {to} is lost at the cut: {what}"), Tone::Warn)
        } else {
            (format!("the message from {from} to {to} is lost: {what}"), Tone::Warn)
        };
        let node = (arrives && tone == Tone::Plain).then_some(view.to);
        Happening { node, title, tone, dot: None }
    }

    fn link_words(&self, links: &[(NodeId, NodeId)]) -> String {
        let mut words: Vec<String> = Vec::new();
        for &(a, b) in links {
            let both = links.contains(&(b, a));
            if !both {
                words.push(format!("{} to {}", self.node_name(a), self.node_name(b)));
            } else if a < b {
                words.push(format!("{} and {}", self.node_name(a), self.node_name(b)));
            }
        }
        match words.len() {
            0..=4 => words.join(", "),
            more => format!("{}, and {} more", words[..3].join(", "), more - 3),
        }
    }
}

fn links<P: Protocol, M>(state: &State<P, M>) -> Vec<LinkView> {
    let wires = state.wires.iter();
    let view = wires.map(|(&(from, to), wire)| LinkView {
        from,
        to,
        cut: wire.cut,
        slow: wire.slow.map(|(least, most)| format!("{}–{most}", least.0 / 1000)),
    });
    view.collect()
}
