//! Replicas and messages in words.

use crate::crdt::update::Update;
use kernel::view::{Badge, Field, Figure, MessageView, NodeView, Role, Tone};
use kernel::{Describe, Gesture, KeyEvent, Local, Mark, NodeId, Target};

use super::object::{Object, Operation};
use super::{Form, Input, Message, Output, Replication, Timer, agent};
use crate::crdt::dots::{letter, name};
use crate::crdt::update::{content, element};
use crate::shared::words::counted;

impl Describe for Replication {
    fn node_name(&self, node: NodeId) -> String {
        letter(agent(node)).to_string()
    }

    fn era(&self) -> &'static str {
        "updates seen"
    }

    fn role(&self, _: NodeId, local: &Local<Self>) -> (Role, Option<u64>) {
        let (word, figure) = if local.up() { ("replica", Figure::Circle) } else { ("down", Figure::Broken) };
        let seen = local.disk.seen.len() as u64;
        (Role { word: word.into(), figure, acting: false }, (seen > 0).then_some(seen))
    }

    fn describe_node(&self, _: NodeId, local: &Local<Self>, view: &mut NodeView) {
        let Some(object) = &local.disk.object else { return };
        let shown = object.value().to_string();
        // What a text or a cart shows takes more than a line; windows and figures have it.
        if let Object::Text(text) = object {
            view.lines.push(counted(text.replica().len() as u64, "letter"));
        } else if !matches!(object, Object::Cart(_)) {
            view.lines.push(tail(&shown, 22));
        }
        view.disk.push(Field::new("shows", shown));
        view.disk.extend(parts(object).into_iter().map(|(name, value)| Field::new(name, value)));
        view.disk.push(Field::new("vector clock", &local.disk.seen));
        if self.form == Form::Operation {
            view.disk.push(Field::new("operations kept", local.disk.log.len()));
        }
        let Some(ram) = &local.ram else { return };
        match self.form {
            Form::Operation => {
                let waiting: Vec<String> = ram.waiting.iter().map(|told| name(told.dot)).collect();
                let words = if waiting.is_empty() { "empty".to_owned() } else { waiting.join(", ") };
                view.ram.push(Field::new("causal buffer", words));
                if !waiting.is_empty() {
                    view.badges
                        .push(Badge { text: format!("{} waits", waiting.join(", ")), tone: Tone::Warn });
                }
            }
            Form::Delta => {
                view.ram.push(Field::new("deltas kept", ram.deltas.len()));
                for (&peer, &upto) in &ram.acks {
                    let field = format!("acknowledged by {}", letter(agent(peer)));
                    view.ram.push(Field::new(field, format!("{upto} of {}", local.disk.changes)));
                }
            }
            Form::State => {}
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        let (kind, letter, label, seen) = match message {
            Message::State(object, dots) => ("State", 'S', object.value().to_string(), Some(dots.len())),
            Message::Operation(told) => {
                let label = format!("{}: {}", name(told.dot), operation(&told.operation));
                view.fields.push(Field::new("after", &told.seen));
                ("Operation", 'O', label, Some(told.seen.len() + 1))
            }
            Message::Operations(all) => {
                let names: Vec<String> = all.iter().map(|told| name(told.dot)).collect();
                ("Operations", 'O', names.join(", "), all.last().map(|told| told.seen.len() + 1))
            }
            Message::Have(dots) => ("Have", 'H', dots.to_string(), Some(dots.len())),
            Message::Delta(object, dots, upto) => {
                view.fields.push(Field::new("up to the sender’s change", upto));
                ("Delta", 'D', object.value().to_string(), Some(dots.len()))
            }
            Message::Ack(upto) => ("Ack", 'a', format!("up to {upto}"), None),
        };
        view.kind = kind.into();
        view.letter = letter;
        view.label = tail(&label, 40);
        view.reply = matches!(message, Message::Ack(_));
        view.era = seen.map(|seen| seen as u64);
        if let Message::State(object, dots) | Message::Delta(object, dots, _) = message {
            view.fields.push(Field::new("updates in it", dots));
            view.fields.push(Field::new("bytes", object.weight()));
        }
        if let Message::Operation(told) = message {
            view.fields.push(Field::new("bytes", told.weight()));
        }
    }

    fn timer_words(&self, _: &Timer) -> String {
        "it is time to turn to the next replica".to_owned()
    }

    fn describe_input(&self, input: &Input) -> String {
        match input {
            Input::Any => "an update".to_owned(),
            Input::Update(update) => update.to_string(),
            Input::Tell(peer) => format!("tell {}", letter(agent(*peer))),
        }
    }

    /// What a reader can have a replica do, in full and for a button.
    fn input_title(&self, name: &str, asked: &Input) -> (String, String) {
        match asked {
            Input::Any => (format!("Have {name} make an update"), "Make an update".to_owned()),
            Input::Update(update) => (format!("At {name}: {update}"), update.to_string()),
            Input::Tell(peer) => {
                let peer = letter(agent(*peer));
                (format!("Have {name} tell {peer} all that it knows"), format!("Tell {peer}"))
            }
        }
    }

    fn describe_output(&self, _: NodeId, output: &Output) -> Option<String> {
        match output {
            Output::Updated(dot, update, _) => Some(format!("{} is made: {update}", name(*dot))),
            Output::Refused(reason) => Some(format!("it is refused: {reason}")),
            Output::Waits(dot) => Some(format!("{} waits for what it had seen", name(*dot))),
        }
    }

    fn story(&self, me: NodeId, _: &Local<Self>, event: KeyEvent<'_, Self>) -> Option<String> {
        match event {
            KeyEvent::Output(Output::Updated(_, update, _)) => {
                Some(format!("{} updates its own replica first: {update}", self.node_name(me)))
            }
            KeyEvent::Output(output) => self.describe_output(me, output),
            KeyEvent::Timer(_) => None,
        }
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        matches!(output, Output::Updated(..)).then_some(Mark {
            key: "update",
            word: "Update",
            ..Mark::REQUEST
        })
    }

    fn menu(&self, me: NodeId, nodes: &[Local<Self>]) -> Vec<Input> {
        let peers = (0..nodes.len() as NodeId).filter(|&peer| peer != me);
        let updates = self.kind.updates().into_iter().map(Input::Update);
        updates.chain(peers.map(Input::Tell)).collect()
    }

    /// One replica drawn onto another tells it all that it knows.
    fn gesture(&self, gesture: &Gesture<'_>) -> Option<(NodeId, Input)> {
        match *gesture {
            Gesture::Drag { from: Target::Node(from), onto: Target::Node(onto) } => {
                Some((from, Input::Tell(onto)))
            }
            Gesture::Type { at, edit: (place, delete), text } if self.kind.is_text() => {
                Some((at, Input::Update(Update::Splice { at: place, delete, insert: text.to_owned() })))
            }
            Gesture::Cut(_) | Gesture::Drag { .. } | Gesture::Type { .. } => None,
        }
    }
}

/// The end of a text that is too long for a line.
fn tail(words: &str, most: usize) -> String {
    let count = words.chars().count();
    if count <= most {
        return words.to_owned();
    }
    let end: String = words.chars().skip(count - most + 1).collect();
    format!("…{end}")
}

/// What the state is made of.
fn parts(object: &Object) -> Vec<(&'static str, String)> {
    let join = |parts: Vec<String>| if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    let counts = |counter: &crate::crdt::lattice::GCounter| {
        join(counter.0.iter().map(|(&agent, count)| format!("{} {count}", letter(agent))).collect())
    };
    let names = |set: &crate::crdt::lattice::GSet| join(set.0.iter().map(|&one| element(one)).collect());
    match object {
        Object::GCounter(counter) => vec![("counted", counts(counter))],
        Object::PnCounter(counter) => vec![("up", counts(&counter.up)), ("down", counts(&counter.down))],
        Object::TwoPhaseSet(set) => {
            vec![("ever added", names(&set.added)), ("tombstones", names(&set.removed))]
        }
        Object::OrSet(set) => {
            let tags = set.tags.iter().map(|(&one, tags)| {
                let tags: Vec<String> = tags.iter().map(|&tag| name(tag)).collect();
                format!("{} {}", element(one), tags.join(" "))
            });
            vec![("tags", join(tags.collect())), ("tags seen", set.seen.to_string())]
        }
        Object::LwwRegister(register) => {
            let (clock, by, written) = register.write;
            let words = if clock == 0 {
                "none".to_owned()
            } else {
                format!("{} at {clock} by {}", content(written), letter(by))
            };
            vec![("last write", words)]
        }
        Object::LwwMap(map) => {
            let entry = |(&key, register): (&u8, &crate::crdt::lattice::LwwRegister)| {
                let (clock, by, written) = register.write;
                format!("{}: {} at {clock} by {}", element(key), content(written), letter(by))
            };
            vec![("writes", join(map.0.iter().map(entry).collect()))]
        }
        Object::MvRegister(register) => {
            let write = |(version, written): &(crate::crdt::lattice::Version, u8)| {
                let seen: Vec<String> =
                    version.iter().map(|(&agent, count)| format!("{} {count}", letter(agent))).collect();
                format!("{} [{}]", content(*written), seen.join(" "))
            };
            vec![("writes", join(register.writes.iter().map(write).collect()))]
        }
        Object::Text(text) => {
            let replica = text.replica();
            vec![("characters", replica.len().to_string()), ("tombstones", replica.tombstones().to_string())]
        }
        Object::UnobservedSet(set) => {
            vec![("tombstones", join(set.removed.iter().map(|&one| element(one)).collect()))]
        }
        Object::SkewedRegister(register) => vec![("time of the last write", register.write.0.to_string())],
        Object::TiedRegister(register) => vec![("clock", register.0.0.to_string())],
        Object::GSet(_) | Object::Cart(_) | Object::AddingCounter(_) => Vec::new(),
    }
}

pub(super) fn operation(operation: &Operation) -> String {
    match operation {
        Operation::Nothing => "nothing".to_owned(),
        Operation::Count(true) => "+1".to_owned(),
        Operation::Count(false) => "−1".to_owned(),
        Operation::Add(one) | Operation::Tag(one) => format!("add {}", element(*one)),
        Operation::Remove(one) => format!("remove {}", element(*one)),
        Operation::Untag(one, tags) => {
            let tags: Vec<String> = tags.iter().map(|&tag| name(tag)).collect();
            format!("remove {} {}", element(*one), tags.join(" "))
        }
        Operation::Write(clock, one) => format!("write {} at {clock}", content(*one)),
        Operation::Assign(_, one) => format!("write {}", content(*one)),
        Operation::Put(key, clock, one) => format!("{}: {} at {clock}", element(*key), content(*one)),
        Operation::Edit(edits) => {
            let edit = |edit: &crate::crdt::sequence::Operation| match edit {
                crate::crdt::sequence::Operation::Insert { text, .. } => {
                    format!("type “{}”", text.iter().collect::<String>())
                }
                crate::crdt::sequence::Operation::Delete { runs } => {
                    format!("delete {}", runs.iter().map(|(_, count)| count).sum::<u32>())
                }
            };
            edits.iter().map(edit).collect::<Vec<_>>().join(", ")
        }
    }
}
