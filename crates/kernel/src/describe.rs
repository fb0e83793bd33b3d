//! A protocol in words.

use crate::NodeId;
use crate::action::Gesture;
use crate::protocol::{Local, Protocol};
use crate::system::{Mark, Outcome};
use crate::view::{Field, Figure, MessageView, NodeView, Role};

/// What makes a step a key event: it has a mark.
#[derive(Debug)]
pub enum KeyEvent<'a, P: Protocol> {
    /// What the node put out.
    Output(&'a P::Output),
    /// The timer that fired.
    Timer(&'a P::Timer),
}

/// How the nodes, messages and timers of a protocol are told and drawn. What is left out is told as it is written in
/// the code (`Debug`).
pub trait Describe: Protocol {
    /// An outcome in words.
    fn outcome_name(&self, outcome: Outcome) -> String {
        outcome.to_string()
    }

    /// The name of a node in words.
    fn node_name(&self, node: NodeId) -> String {
        format!("S{}", u32::from(node) + 1)
    }

    /// What an era is called: a term, a ballot, a view.
    fn era(&self) -> &'static str {
        "era"
    }

    /// What the node is.
    fn role(&self, _me: NodeId, local: &Local<Self>) -> (Role, Option<u64>) {
        let (word, figure) = if local.up() { ("up", Figure::Circle) } else { ("down", Figure::Broken) };
        (Role { word: word.into(), figure, acting: false }, None)
    }

    /// Fills in what is known of a node beyond its name and its role.
    fn describe_node(&self, _me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        view.disk.push(Field::new("disk", format!("{:?}", local.disk)));
    }

    /// Fills in kind, letter, label, era, reply and fields of a message.
    fn describe_message(&self, message: &Self::Message, view: &mut MessageView) {
        view.label = format!("{message:?}");
    }

    /// Of what [`Describe::describe_node`] says, what is drawn sixty times a second: lines and badges. Worth it where the
    /// fields take long to write.
    fn sketch_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        self.describe_node(me, local, view);
    }

    /// Of what [`Describe::describe_message`] says all but the fields.
    fn sketch_message(&self, message: &Self::Message, view: &mut MessageView) {
        self.describe_message(message, view);
    }

    /// A timer's name in words.
    fn timer_name(&self, timer: &Self::Timer) -> String {
        format!("{timer:?}").to_ascii_lowercase()
    }

    /// What happens when the timer fires, in a sentence about the node: `the election timer fires`.
    fn timer_words(&self, timer: &Self::Timer) -> String {
        format!("the {} timer fires", self.timer_name(timer))
    }

    /// A request in words: `x=2`.
    fn describe_input(&self, input: &Self::Input) -> String {
        format!("{input:?}")
    }

    /// What a reader can have the node of this name do, in full and for a button.
    fn input_title(&self, name: &str, input: &Self::Input) -> (String, String) {
        let asked = self.describe_input(input);
        (format!("Send {asked} to {name}"), format!("Send {asked}"))
    }

    /// What a node is asked to do by a gesture, where it means something beyond the network.
    fn gesture(&self, _gesture: &Gesture<'_>) -> Option<(NodeId, Self::Input)> {
        None
    }

    /// An answer in words; `None` where it is of no interest to a reader.
    fn describe_output(&self, _me: NodeId, output: &Self::Output) -> Option<String> {
        Some(format!("{output:?}"))
    }

    /// What an output is worth on the time bar. One that is worth something makes its step a key event.
    fn mark(&self, _output: &Self::Output) -> Option<Mark> {
        None
    }

    /// What it is worth that a timer fires.
    fn timer_mark(&self, _timer: &Self::Timer) -> Option<Mark> {
        None
    }

    /// A key event in one sentence, without a full stop: who did what, and why it matters. `local` is the node after it.
    fn story(&self, me: NodeId, _local: &Local<Self>, event: KeyEvent<'_, Self>) -> Option<String> {
        match event {
            KeyEvent::Output(output) => self.describe_output(me, output),
            KeyEvent::Timer(_) => None,
        }
    }

    /// What a reader could ask of the node now.
    fn menu(&self, _me: NodeId, _nodes: &[Local<Self>]) -> Vec<Self::Input> {
        Vec::new()
    }
}
