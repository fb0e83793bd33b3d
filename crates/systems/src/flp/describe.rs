//! Processes and messages in words.

use kernel::view::{Badge, Field, Figure, MessageView, NodeView, Role, Tone};
use kernel::{Describe, Local, Mark, NodeId};

use super::ballots::{Phase, Vote};
use super::coordinator::{Follow, Lead};
use super::rounds::Round;
use super::{Algorithm, Bit, Consensus, Message, Output, Set, Timer, Work};

impl Describe for Consensus {
    fn node_name(&self, node: NodeId) -> String {
        format!("p{}", u32::from(node) + 1)
    }

    fn era(&self) -> &'static str {
        if self.algorithm == Algorithm::Ballots { "ballot" } else { "round" }
    }

    fn role(&self, _: NodeId, local: &Local<Self>) -> (Role, Option<u64>) {
        let (word, figure, acting) = match (local.ram.as_ref().map(|ram| &ram.work), local.disk.decided) {
            (None, _) => ("crashed", Figure::Broken, false),
            (_, Some(_)) => ("decided", Figure::Hexagon, true),
            (Some(Work::Asleep), _) => ("not begun", Figure::Square, false),
            (Some(Work::OutOfRounds), _) => ("out of rounds", Figure::Waiting, false),
            (Some(Work::Follow(follow)), _) if follow.lead.is_some() => {
                ("coordinator", Figure::Diamond, false)
            }
            (Some(Work::Vote(vote)), _) if vote.stopped => ("out of ballots", Figure::Waiting, false),
            (Some(Work::Vote(vote)), _) if vote.own.is_some() => ("proposing", Figure::Diamond, false),
            (Some(_), _) => ("undecided", Figure::Circle, false),
        };
        (Role { word: word.into(), figure, acting }, era(local))
    }

    fn describe_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        let decided = local.disk.decided.map_or("nothing yet".to_owned(), |value| value.to_string());
        view.disk.push(Field::new("output register", decided));
        if let Some(value) = local.disk.decided {
            view.badges.push(Badge { text: format!("decided {value}"), tone: Tone::Good });
        }
        let Some(ram) = &local.ram else { return };
        view.lines.push(format!("input {}", ram.input));
        view.ram.push(Field::new("input", ram.input));
        match &ram.work {
            Work::Asleep | Work::Done | Work::OutOfRounds => {}
            Work::Gather(gather) => {
                let heard = |set: Set| names(self, set);
                view.ram.push(Field::new("has 0 from", heard(gather.heard & !gather.ones)));
                view.ram.push(Field::new("has 1 from", heard(gather.ones)));
                view.badges.push(plain(format!("has {} values", gather.heard.count_ones())));
            }
            Work::Follow(follow) => follows(self, me, follow, view),
            Work::Vote(vote) => votes(self, vote, view),
            Work::Round(round) => rounds(self, round, view),
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        let (kind, letter, label, era) = match *message {
            Message::Value(value) => ("Value", 'V', value.to_string(), None),
            Message::Estimate { round, value, adopted } => {
                view.fields.push(Field::new("adopted in round", adopted));
                ("Estimate", 'E', format!("{value}, of round {adopted}"), Some(round))
            }
            Message::Adopt { round, value } => ("Adopt", 'A', format!("adopt {value}"), Some(round)),
            Message::Reply { round, adopted: true } => ("Adopted", 'a', "adopted".to_owned(), Some(round)),
            Message::Reply { round, adopted: false } => ("No", 'n', "no".to_owned(), Some(round)),
            Message::Prepare { ballot } => ("Prepare", 'P', format!("ballot {ballot}"), Some(ballot)),
            Message::Promise { ballot, vote } => {
                let vote = vote.map_or(String::new(), |(ballot, value)| format!("; {value} in {ballot}"));
                ("Promise", 'p', format!("yes{vote}"), Some(ballot))
            }
            Message::Accept { ballot, value } => {
                ("Accept", 'A', format!("{value} in {ballot}"), Some(ballot))
            }
            Message::Accepted { ballot } => ("Accepted", 'a', format!("in {ballot}"), Some(ballot)),
            Message::Refused { ballot, promised } => {
                ("Refused", 'r', format!("no: promised {promised}"), Some(ballot))
            }
            Message::Mine { round, value } => ("Value", 'V', value.to_string(), Some(round)),
            Message::Propose { round, value } => ("Proposal", 'P', proposal(value), Some(round)),
            Message::Decided(value) => ("Decided", 'D', format!("decided {value}"), None),
        };
        view.kind = kind.into();
        view.letter = letter;
        view.fields.insert(0, Field::new("says", &label));
        view.label = label;
        view.era = era.map(u64::from);
        view.reply = letter.is_lowercase();
    }

    fn timer_name(&self, timer: &Timer) -> String {
        match *timer {
            Timer::Begin => "first step",
            Timer::Suspect => "suspicion",
        }
        .to_owned()
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        match *output {
            Output::Begun(_) => None,
            Output::Decided(value) => Some(format!("{} decides {value}", self.node_name(me))),
        }
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        matches!(output, Output::Decided(_)).then_some(Mark::decided("decided", "Decided"))
    }
}

fn era(local: &Local<Consensus>) -> Option<u64> {
    match &local.ram.as_ref()?.work {
        Work::Follow(follow) => Some(follow.round.into()),
        Work::Round(round) => Some(round.round.into()),
        Work::Vote(vote) => vote.own.map(|own| own.ballot.into()),
        Work::Asleep | Work::Gather(_) | Work::Done | Work::OutOfRounds => None,
    }
}

fn follows(protocol: &Consensus, me: NodeId, follow: &Follow, view: &mut NodeView) {
    view.ram.push(Field::new("round", follow.round));
    view.ram.push(Field::new("estimate", follow.estimate));
    view.ram.push(Field::new("adopted in round", follow.adopted));
    view.badges.push(plain(format!("would decide {}", follow.estimate)));
    match follow.lead {
        Some(Lead::Estimates { from, .. }) => {
            view.ram.push(Field::new("estimates from", names(protocol, from)));
        }
        Some(Lead::Asked { adopted }) => {
            view.ram.push(Field::new("adopted by", names(protocol, adopted)));
        }
        None if follow.coordinator != me => {
            view.ram.push(Field::new("waits for", protocol.node_name(follow.coordinator)));
        }
        None => {}
    }
}

fn votes(protocol: &Consensus, vote: &Vote, view: &mut NodeView) {
    view.ram.push(Field::new("promised", some(vote.promised)));
    let voted = vote.vote.map_or("none".to_owned(), |(ballot, value)| format!("{value} in {ballot}"));
    view.ram.push(Field::new("vote", &voted));
    if vote.vote.is_some() {
        view.badges.push(plain(format!("voted {voted}")));
    }
    match vote.own.map(|own| own.phase) {
        Some(Phase::Prepare { promises, .. }) => {
            view.ram.push(Field::new("promises", names(protocol, promises)));
        }
        Some(Phase::Accept { votes, value }) => {
            view.ram.push(Field::new(format!("votes for {value}"), names(protocol, votes)));
        }
        None => {}
    }
}

fn rounds(protocol: &Consensus, round: &Round, view: &mut NodeView) {
    view.ram.push(Field::new("round", round.round));
    view.ram.push(Field::new("value", round.value));
    view.ram.push(Field::new("waits for", if round.proposing { "proposals" } else { "values" }));
    for heard in &round.heard {
        let what = if heard.proposal { "proposal" } else { "value" };
        let name = format!("{what} of {}, round {}", protocol.node_name(heard.from.into()), heard.round);
        view.ram.push(Field::new(name, proposal(heard.value)));
    }
    view.badges.push(plain(format!("value {}", round.value)));
}

fn plain(text: String) -> Badge {
    Badge { text, tone: Tone::Plain }
}

fn some(number: u8) -> String {
    if number == 0 { "nothing".to_owned() } else { number.to_string() }
}

fn names(protocol: &Consensus, set: Set) -> String {
    let names = (0..8).filter(|node| set >> node & 1 == 1).map(|node| protocol.node_name(node));
    let names: Vec<String> = names.collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(" ") }
}

fn proposal(value: Option<Bit>) -> String {
    value.map_or("none".to_owned(), |value| value.to_string())
}
