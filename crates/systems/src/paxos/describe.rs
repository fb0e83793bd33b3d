//! Paxos in words.

use kernel::view::{Badge, Field, Figure, MessageView, NodeView, Role as RoleView, Tone};
use kernel::{Describe, KeyEvent, Local, Mark, NodeId, Outcome};

use super::{Ballot, Input, Message, Output, Paxos, Phase, Proposal, Timer, Value, Vote};

impl Describe for Paxos {
    fn outcome_name(&self, outcome: Outcome) -> String {
        format!("{outcome} is chosen")
    }

    fn node_name(&self, node: NodeId) -> String {
        self.layout.name(node)
    }

    fn era(&self) -> &'static str {
        "ballot"
    }

    fn role(&self, me: NodeId, local: &Local<Self>) -> (RoleView, Option<u64>) {
        role(self, me, local)
    }

    fn describe_node(&self, me: NodeId, local: &Local<Self>, view: &mut NodeView) {
        let (layout, disk) = (self.layout, &local.disk);
        let accepts = layout.acceptors().contains(&me);
        let promised = self.promised(local);
        if accepts {
            view.lines
                .push(promised.map_or("no promise".to_owned(), |it| format!("promised {}", self.number(it))));
            if let Some(vote) = disk.vote {
                view.badges.push(plain(format!("accepted {}", vote_words(self, vote))));
            }
            view.disk.push(Field::new("promised", ballot_words(self, disk.promised)));
            view.disk.push(Field::new("accepted", voted(self, disk.vote)));
        }
        if layout.proposers().contains(&me) {
            view.disk.push(Field::new("highest round", disk.round));
            if layout.distinguished() == me && self.leader {
                view.badges.push(plain("distinguished".to_owned()));
            }
        }
        if let Some(value) = disk.known {
            view.badges.push(Badge { text: format!("knows {value}"), tone: Tone::Good });
        }
        let known = disk.known.map_or("nothing yet".to_owned(), |value| value.to_string());
        view.disk.push(Field::new("known to be chosen", known));
        let Some(ram) = &local.ram else { return };
        if let Some(ballot) = ram.unsaved_promise {
            view.ram.push(Field::new("promised, not saved", self.number(ballot)));
        }
        match &ram.proposal {
            Some(proposal) => proposing(self, proposal, view),
            None if layout.proposers().contains(&me) => view.ram.push(Field::new("proposal", "none")),
            None => {}
        }
    }

    fn describe_message(&self, message: &Message, view: &mut MessageView) {
        let number = |ballot: &Ballot| self.number(*ballot);
        let (kind, letter, label, ballot) = match message {
            Message::Request { value } => ("Request", 'R', format!("{value}, please"), None),
            Message::Prepare { ballot } => {
                ("Prepare", 'P', format!("ballot {}", number(ballot)), Some(ballot))
            }
            Message::Promise { ballot, vote } => {
                view.fields.push(Field::new("accepted before", voted(self, *vote)));
                let label = vote.map_or("yes".to_owned(), |vote| format!("yes; {}", vote_words(self, vote)));
                ("Promise", 'p', label, Some(ballot))
            }
            Message::Accept { ballot, value } => {
                view.fields.push(Field::new("value", value));
                ("Accept", 'A', format!("{value} in {}", number(ballot)), Some(ballot))
            }
            Message::Accepted { ballot } => ("Accepted", 'a', format!("in {}", number(ballot)), Some(ballot)),
            Message::Refused { ballot, promised } => {
                view.fields.push(Field::new("promised", number(promised)));
                ("Refused", 'r', format!("no: promised {}", number(promised)), Some(ballot))
            }
            Message::Learn { value } => ("Learn", 'L', format!("{value} is chosen"), None),
        };
        if let Some(ballot) = ballot {
            view.fields.insert(0, Field::new("ballot", number(ballot)));
        }
        if let Message::Request { value } | Message::Learn { value } = message {
            view.fields.push(Field::new("value", value));
        }
        view.kind = kind.into();
        view.letter = letter;
        view.label = label;
        view.era = ballot.map(number);
        view.reply = letter.is_lowercase();
    }

    fn timer_name(&self, timer: &Timer) -> String {
        match *timer {
            Timer::Patience => "patience",
            Timer::Retry => "retry",
        }
        .to_owned()
    }

    fn describe_input(&self, input: &Input) -> String {
        let Input::Propose { value } = input;
        format!("propose {value}")
    }

    fn input_title(&self, name: &str, input: &Input) -> (String, String) {
        let Input::Propose { value } = input;
        (format!("Have {name} propose {value}"), format!("Propose {value}"))
    }

    fn describe_output(&self, me: NodeId, output: &Output) -> Option<String> {
        let name = self.layout.name(me);
        let number = |ballot: Ballot| self.number(ballot);
        Some(match *output {
            Output::Begun { ballot } => format!("{name} begins ballot {}", number(ballot)),
            Output::Proposed(Vote { ballot, value }) => {
                format!("{name} asks for votes for {value} in ballot {}", number(ballot))
            }
            Output::Voted(Vote { ballot, value }) => {
                format!("{name} votes for {value} in ballot {}", number(ballot))
            }
            Output::Learned { value } => format!("{name} learns that {value} is chosen"),
            Output::Answered { value } => format!("{name} answers its client: {value} is chosen"),
        })
    }

    fn story(&self, me: NodeId, _: &Local<Self>, event: KeyEvent<'_, Self>) -> Option<String> {
        let name = self.layout.name(me);
        match event {
            KeyEvent::Output(Output::Begun { ballot }) => Some(format!(
                "{name} begins ballot {}: it asks the acceptors to promise to accept nothing in an older one",
                self.number(*ballot)
            )),
            KeyEvent::Output(Output::Learned { value }) => Some(format!(
                "{name} learns that {value} is chosen: enough acceptors accepted it in one ballot"
            )),
            KeyEvent::Output(output) => self.describe_output(me, output),
            KeyEvent::Timer(_) => None,
        }
    }

    fn mark(&self, output: &Output) -> Option<Mark> {
        match output {
            Output::Begun { .. } => Some(Mark::era("ballot", "New ballot")),
            Output::Learned { .. } => Some(Mark::decided("learned", "Learned")),
            Output::Proposed(_) | Output::Voted(_) | Output::Answered { .. } => None,
        }
    }

    fn menu(&self, me: NodeId, nodes: &[Local<Self>]) -> Vec<Input> {
        let idle = |local: &Local<Self>| local.ram.as_ref().is_some_and(|ram| ram.proposal.is_none());
        let asked = self.layout.asked().position(|node| node == me);
        let place = asked.filter(|_| nodes.get(usize::from(me)).is_some_and(idle));
        place.map(|place| Input::Propose { value: place as Value }).into_iter().collect()
    }
}

pub(super) fn role(paxos: &Paxos, me: NodeId, local: &Local<Paxos>) -> (RoleView, Option<u64>) {
    let promised = paxos.promised(local).map(|ballot| paxos.number(ballot));
    let Some(ram) = &local.ram else {
        return (RoleView { word: "down".into(), figure: Figure::Broken, acting: false }, promised);
    };
    let phase = ram.proposal.as_ref().map(|proposal| &proposal.phase);
    let (word, figure, acting) = match phase {
        Some(Phase::Prepare { .. }) => ("preparing", Figure::Diamond, false),
        Some(Phase::Accept { .. }) => ("proposing", Figure::Hexagon, true),
        Some(Phase::Waiting) => ("waiting", Figure::Circle, false),
        None => resting(paxos, me),
    };
    let ballot = phase.and_then(Phase::ballot).map(|ballot| paxos.number(ballot));
    (RoleView { word: word.into(), figure, acting }, ballot.or(promised))
}

fn resting(paxos: &Paxos, me: NodeId) -> (&'static str, Figure, bool) {
    if paxos.layout.clients().contains(&me) {
        ("client", Figure::Square, false)
    } else if paxos.layout.acceptors().contains(&me) {
        ("acceptor", Figure::Circle, false)
    } else if paxos.layout.proposers().contains(&me) {
        ("proposer", Figure::Circle, false)
    } else {
        ("learner", Figure::Square, false)
    }
}

fn proposing(paxos: &Paxos, proposal: &Proposal, view: &mut NodeView) {
    let name = |node: &NodeId| paxos.layout.name(*node);
    let list = |names: Vec<String>| if names.is_empty() { "nobody".to_owned() } else { names.join(" ") };
    view.ram.push(Field::new("asked for", proposal.wanted));
    match &proposal.phase {
        Phase::Waiting => view.ram.push(Field::new("ballot", "none")),
        Phase::Prepare { ballot, promises } => {
            view.ram.push(Field::new("ballot", paxos.number(*ballot)));
            let said = promises.iter().map(|(node, vote)| match vote {
                Some(vote) => format!("{} ({})", name(node), vote_words(paxos, *vote)),
                None => name(node),
            });
            view.ram.push(Field::new("promises", list(said.collect())));
            let (count, needed) = (promises.len(), paxos.prepare_quorum);
            view.badges.push(plain(format!("{count} of {needed} promises")));
        }
        Phase::Accept { ballot, value, accepted } => {
            view.ram.push(Field::new("ballot", paxos.number(*ballot)));
            view.ram.push(Field::new("value", value));
            view.ram.push(Field::new("accepted by", list(accepted.iter().map(name).collect())));
            let (count, needed) = (accepted.len(), paxos.accept_quorum);
            view.badges.push(plain(format!("{count} of {needed} accept {value}")));
        }
    }
    view.ram.push(Field::new("answers owed by", list(proposal.owing.iter().map(name).collect())));
}

fn plain(text: String) -> Badge {
    Badge { text, tone: Tone::Plain }
}

fn ballot_words(paxos: &Paxos, ballot: Option<Ballot>) -> String {
    ballot.map_or("none".to_owned(), |ballot| paxos.number(ballot).to_string())
}

/// `0 in 3`: a vote for 0 in ballot 3.
pub(super) fn vote_words(paxos: &Paxos, vote: Vote) -> String {
    format!("{} in {}", vote.value, paxos.number(vote.ballot))
}

fn voted(paxos: &Paxos, vote: Option<Vote>) -> String {
    vote.map_or("none".to_owned(), |vote| vote_words(paxos, vote))
}
