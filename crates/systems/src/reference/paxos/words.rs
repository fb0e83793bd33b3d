//! The specification in words: acceptors, a proposer for each ballot, and the values.

use kernel::guarded::{ActionWords, DescribeActions, Letter, Says};
use kernel::view::{Field, Figure, Role, Tone};
use kernel::{Mark, MessageId, NodeId, Outcome};

use super::super::ballots::{self, acceptor_name, value_name};
use super::{Act, Paxos, Sizes, State};

/// What a node stands for.
enum Who {
    Acceptor(u32),
    /// Whoever leads this ballot.
    Proposer(u32),
    Value(u32),
}

impl Paxos {
    fn who(&self, node: NodeId) -> Who {
        let Sizes { acceptors, ballots, .. } = self.sizes;
        match u32::from(node) {
            node if node < acceptors => Who::Acceptor(node),
            node if node < acceptors + ballots => Who::Proposer(node - acceptors),
            node => Who::Value(node - acceptors - ballots),
        }
    }

    pub(super) fn proposer(&self, ballot: u32) -> NodeId {
        (self.sizes.acceptors + ballot) as NodeId
    }

    /// A number for each message between an acceptor and a ballot's proposer: `1a`, `1b`, `2a`.
    fn id(&self, kind: u32, acceptor: u32, ballot: u32) -> MessageId {
        let Sizes { acceptors, ballots, .. } = self.sizes;
        ((kind * acceptors + acceptor) * ballots + ballot).into()
    }

    fn voted_for(&self, state: State, acceptor: u32) -> Option<(u32, u32)> {
        let ballot = Self::voted_ballot(state, acceptor)?;
        Some((ballot, self.proposal(state, ballot)?))
    }

    /// What is on its way between an acceptor and the proposer of a ballot.
    fn between(&self, state: State, acceptor: u32, ballot: u32) -> Option<Letter<Act>> {
        let (a, b) = (acceptor as u8, ballot as u8);
        let (proposer, node) = (self.proposer(ballot), acceptor as NodeId);
        let max_ballot = Self::max_ballot(state, acceptor);
        let letter = |kind, (number, letter), way, label, act| Letter {
            id: self.id(number, acceptor, ballot),
            way,
            kind: (kind, letter),
            label,
            era: Some(ballot.into()),
            act,
        };
        if let Some(value) = self.proposal(state, ballot) {
            let open = max_ballot <= Some(ballot) && !self.voted(state, acceptor, ballot);
            return open.then(|| {
                letter(
                    "2a",
                    (2, 'P'),
                    (proposer, node),
                    format!("propose {}", value_name(value)),
                    Act::Vote(a, b),
                )
            });
        }
        match self.promise(state, acceptor, ballot) {
            0 => (Self::opened(state, ballot) && max_ballot < Some(ballot)).then(|| {
                letter("1a", (0, 'O'), (proposer, node), format!("ballot {ballot}"), Act::Promise(a, b))
            }),
            written => {
                let voted = (written as u32).checked_sub(2);
                let value = voted.and_then(|voted| Some((voted, self.proposal(state, voted)?)));
                let label = value.map_or_else(
                    || "never voted".to_owned(),
                    |(voted, value)| format!("voted {} in {voted}", value_name(value)),
                );
                let allowed = self.allowed(state, ballot).trailing_zeros().min(ballots::MOST);
                Some(letter("1b", (1, 'o'), (node, proposer), label, Act::Propose(b, allowed as u8)))
            }
        }
    }
}

impl DescribeActions for Paxos {
    fn outcome_name(&self, outcome: Outcome) -> String {
        ballots::outcome_name(outcome)
    }

    fn actor_name(&self, node: NodeId) -> String {
        match self.who(node) {
            Who::Acceptor(acceptor) => acceptor_name(acceptor),
            Who::Proposer(ballot) => format!("B{ballot}"),
            Who::Value(value) => value_name(value),
        }
    }

    fn era(&self) -> &'static str {
        "ballot"
    }

    fn role(&self, &state: &State, node: NodeId) -> (Role, Option<u64>) {
        match self.who(node) {
            Who::Acceptor(acceptor) => ballots::acceptor_role(Self::max_ballot(state, acceptor)),
            Who::Proposer(ballot) => {
                let (word, acting) = match (Self::opened(state, ballot), self.proposal(state, ballot)) {
                    (false, _) => ("silent", false),
                    (true, None) => ("asking", false),
                    (true, Some(_)) => ("proposing", true),
                };
                (Role { word: word.into(), figure: Figure::Diamond, acting }, Some(ballot.into()))
            }
            Who::Value(value) => ballots::value_role(self.chosen(state) >> value & 1 == 1),
        }
    }

    fn describe(&self, &state: &State, node: NodeId) -> (Vec<String>, Vec<Field>) {
        match self.who(node) {
            Who::Acceptor(acceptor) => {
                let max_ballot = ballots::in_words(Self::max_ballot(state, acceptor));
                let voted = self.voted_for(state, acceptor).map_or_else(
                    || "none".to_owned(),
                    |(ballot, value)| format!("{} in {ballot}", value_name(value)),
                );
                let fields = vec![Field::new("max ballot", &max_ballot), Field::new("last vote", voted)];
                (vec![format!("ballot {max_ballot}")], fields)
            }
            Who::Proposer(ballot) => {
                let proposal = self.proposal(state, ballot).map_or_else(|| "none".to_owned(), value_name);
                (Vec::new(), vec![Field::new("proposal", proposal)])
            }
            Who::Value(value) => {
                let own =
                    (0..self.sizes.ballots).filter(|&ballot| self.proposal(state, ballot) == Some(value));
                let votes = own.map(|ballot| {
                    let voters = (0..self.sizes.acceptors).filter(|&a| self.voted(state, a, ballot));
                    format!("{} in {ballot}", voters.count())
                });
                let votes: Vec<String> = votes.collect();
                let votes = if votes.is_empty() { "none".to_owned() } else { votes.join(", ") };
                (Vec::new(), vec![Field::new("votes", votes)])
            }
        }
    }

    fn letters(&self, &state: &State) -> Vec<Letter<Act>> {
        let acceptors = 0..self.sizes.acceptors;
        let pairs =
            acceptors.flat_map(|acceptor| (0..self.sizes.ballots).map(move |ballot| (acceptor, ballot)));
        pairs.filter_map(|(acceptor, ballot)| self.between(state, acceptor, ballot)).collect()
    }

    fn words(&self, &state: &State, &act: &Act) -> ActionWords {
        let name = |acceptor: u8| acceptor_name(acceptor.into());
        let (title, short, tone) = match act {
            Act::Open(ballot) => (format!("B{ballot} opens ballot {ballot}"), "Open the ballot", Tone::Plain),
            Act::Promise(acceptor, ballot) => (
                format!("{} promises to vote in no ballot below {ballot}", name(acceptor)),
                "Promise",
                Tone::Plain,
            ),
            Act::Propose(ballot, value) => {
                (format!("B{ballot} proposes {}", value_name(value.into())), "Propose", Tone::Plain)
            }
            Act::Vote(acceptor, ballot) => {
                let value = self.proposal(state, ballot.into()).map_or_else(String::new, value_name);
                (format!("{} votes for {value} in ballot {ballot}", name(acceptor)), "Vote", Tone::Good)
            }
        };
        ActionWords { title, short: short.to_owned(), tone }
    }

    fn tell(&self, &act: &Act, says: &mut Says<'_>) {
        let acceptors = 0..self.sizes.acceptors;
        match act {
            Act::Open(ballot) => {
                says.sent.extend(acceptors.map(|acceptor| self.id(0, acceptor, ballot.into())));
                says.marks.push(Mark::era("ballot", "New ballot"));
                says.note("Paxos.tla, Phase1a", "a ballot may be opened at any time");
            }
            Act::Promise(acceptor, ballot) => {
                *says.received = Some(self.id(0, acceptor.into(), ballot.into()));
                says.sent.push(self.id(1, acceptor.into(), ballot.into()));
                says.note("Paxos.tla, Phase1b", "the ballot is above the acceptor's own");
            }
            Act::Propose(ballot, _) => {
                says.sent.extend(acceptors.map(|acceptor| self.id(2, acceptor, ballot.into())));
                says.note("Paxos.tla, Phase2a", "a majority's promises allow the value");
            }
            Act::Vote(acceptor, ballot) => {
                *says.received = Some(self.id(2, acceptor.into(), ballot.into()));
                says.note("Paxos.tla, Phase2b", "the ballot is not below the acceptor's own");
            }
        }
    }
}
