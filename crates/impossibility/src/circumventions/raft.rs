//! Raft in the triangle: the servers of its own room, three of them, searched as the protocols of the FLP room are.
//!
//! - *Agreement*: its safety properties, in every configuration with two elections.
//! - *Termination*: a leader is elected. A scheduler that chooses when timeouts end can have all stand for election at
//!   once, for ever: each votes for itself and refuses the others. Raft draws its timeouts at random, so that this is
//!   unlikely where messages take less time than the timeouts differ (Ongaro and Ousterhout 2014, section 9.3). Against a
//!   scheduler that chooses the delays as well chance by itself gives no probability of 1: it need only let no message
//!   arrive before all have timed out.
//! - *Fault tolerance*: from every configuration with a crash, within one timeout, a run is made in which the two others
//!   elect a leader who commits an entry.
//!
//! Terms grow for ever, so a livelock comes back to no configuration. [`Elections`] knows one from the next by how terms
//! differ: before anybody is elected, all logs are empty and terms are only compared and counted up by one, so taking
//! the same number from all of them changes nothing of what can happen.

use std::rc::Rc;

use catalog::{Error, PathRecorder, Recording, enter};
use explorer::{Limits, Plan, Search, Verdict};
use kernel::{
    Alike, Budget, Delay, Envelope, Event, Faults, Kind, Local, NodeId, Property, Report, Scripted, Shaped,
    System, Touched, Turn,
};
use systems::raft::{Message, Raft, RaftRoom, Role as Part, Servers, Timer};

use super::protocols;
use super::triangle::{Held, Placed};

/// So many servers.
pub(super) const SERVERS: NodeId = 3;
/// The searches of elections are far below this.
const STATES: usize = 1_000_000;

/// Raft being placed.
pub(super) struct Duel {
    agreement: Box<dyn Search<Servers>>,
    elections: Box<dyn Search<Elections>>,
    crashes: Box<dyn Search<Servers>>,
    /// From here on the configurations with a crash are still to be looked at.
    next: u32,
    looked_at: u64,
    system: Rc<Servers>,
    recorder: PathRecorder,
}

impl Duel {
    /// Of the servers of a recording.
    pub(super) fn open(recording: &Recording) -> Result<Self, Error> {
        let entry = enter::<RaftRoom>(recording)?;
        let servers = entry.system.size;
        let searched = |timeouts, crashes| {
            let budget = Budget { timeouts, crashes, ..Budget::NONE };
            let system = Rc::new(enter::<RaftRoom>(recording)?.system.bounded(budget.into()));
            let limits = Limits { states: STATES, ..Limits::default() };
            Ok::<_, Error>((Rc::clone(&system), explorer::open(system, Plan { limits, ..Plan::default() })))
        };
        let (_, agreement) = searched(2, 0)?;
        let (_, crashes) = searched(1, 1)?;
        let (system, _) = searched(u32::MAX, 0)?;
        Ok(Self {
            agreement,
            elections: elections(servers)?,
            crashes,
            next: 0,
            looked_at: 0,
            system,
            recorder: PathRecorder::of(recording, &entry),
        })
    }

    /// Goes on by at most so many configurations; says whether all is known.
    pub(super) fn advance(&mut self, most: usize, placed: &mut Placed) -> bool {
        let open = placed.agreement.words.is_empty();
        if open && self.agreement.advance(most).end.is_some() {
            placed.states += self.agreement.progress().states;
            placed.agreement = self.agreement();
        } else if !open && placed.termination.words.is_empty() {
            if self.elections.advance(most).end.is_some() {
                placed.states += self.elections.progress().states;
                placed.termination = livelock(&mut *self.elections, &self.recorder);
            }
        } else if !open && self.crashes.advance(most).end.is_some() {
            if self.next == 0 {
                placed.states += self.crashes.progress().states;
            }
            if let Some(held) = self.tolerance(most) {
                placed.tolerance = held;
                return true;
            }
        }
        false
    }

    fn agreement(&mut self) -> Held {
        let report = self.agreement.report();
        let always = report.properties.into_iter().filter(|(property, _)| property.kind == Kind::Always);
        for (property, verdict) in always {
            match verdict {
                Verdict::Holds => {}
                Verdict::Violated { state, reason, .. } => {
                    let words = format!("{}: {reason}.", property.name);
                    let run = self.recorder.record(self.agreement.path(state));
                    return Held { holds: Some(false), words, run };
                }
                Verdict::Unknown | Verdict::Witnessed { .. } | Verdict::Unreached => {
                    let words = "There are too many configurations.".to_owned();
                    return Held { words, ..Held::default() };
                }
            }
        }
        let words = "No two servers commit different entries in any configuration within two timeouts.";
        Held { holds: Some(true), words: words.to_owned(), run: None }
    }

    /// Looks at some more configurations with a crash; an answer once all are looked at, or one is found from which the
    /// others come to nothing.
    fn tolerance(&mut self, most: usize) -> Option<Held> {
        let progress = self.crashes.progress();
        if progress.waiting > 0 {
            return Some(Held { words: "There are too many configurations.".to_owned(), ..Held::default() });
        }
        let end = (self.next as usize).saturating_add(most).min(progress.states) as u32;
        for state in self.next..end {
            let now = self.crashes.state(state);
            if now.spent.crashes == 0 {
                continue;
            }
            self.looked_at += 1;
            if !recovers(&self.system, now) {
                let words = "One server has crashed, and no run of the others was found in which they elect a leader \
                             that commits an entry.";
                let run = self.recorder.record(self.crashes.path(state));
                return Some(Held { holds: Some(false), words: words.to_owned(), run });
            }
        }
        self.next = end;
        let words = format!(
            "From each of the {} configurations with a crash within one timeout a run was made in which the other two \
             elect a leader that commits an entry.",
            self.looked_at
        );
        (end as usize == progress.states).then_some(Held { holds: Some(true), words, run: None })
    }
}

fn elections(servers: NodeId) -> Result<Box<dyn Search<Elections>>, Error> {
    let entry = enter::<RaftRoom>(&protocols::elections(servers))?;
    let budget = Budget { timeouts: u32::MAX, ..Budget::NONE };
    let system = Rc::new(Elections(entry.system.bounded(budget.into())));
    // A scheduler that lets everything of an election arrive before anybody tries again: enough for a livelock, and
    // with few configurations. That a run is fair is asked of all that could happen, not of what this leaves.
    let veto = |_: &Elections, now: &ServersState, event: &Event<Raft>| match event {
        Event::Fire(node, _) => {
            let term = now.locals[usize::from(*node)].disk.current_term;
            now.mail.values().any(|envelope| term_of(&envelope.message) <= term)
        }
        Event::Deliver(_) | Event::Lose(_) | Event::Duplicate(_) | Event::Request | Event::Input(..) => false,
        Event::Crash(_) | Event::Restart(_) | Event::Cut(_) | Event::Heal(_) => false,
        Event::Slow(..) | Event::Tick(_) => false,
    };
    let limits = Limits { states: STATES, ..Limits::default() };
    Ok(explorer::open(system, Plan { limits, veto: Some(Rc::new(veto)), ..Plan::default() }))
}

/// The elections that never end, if there are any.
fn livelock(search: &mut dyn Search<Elections>, recorder: &PathRecorder) -> Held {
    let found = search.report().properties.into_iter().next();
    let Some((_, Verdict::Violated { walk: Some(walk), .. })) = found else {
        return Held { words: "No election without an end was found.".to_owned(), ..Held::default() };
    };
    let path = search.along(&walk.states);
    let round = walk.back_to.map_or(0, |place| walk.states.len() - 1 - place);
    let words = format!(
        "The last {round} steps can repeat for ever, and nothing waits for ever: servers stand for election in the same \
         term, and nobody wins. Only the terms grow. Random timeouts make it unlikely where messages are fast; they do not \
         give probability 1 if the scheduler chooses the delays."
    );
    Held { holds: Some(false), words, run: recorder.record(path) }
}

/// Whether the servers that are up come to a leader that commits an entry, if all that is sent arrives and then they
/// time out one after the other.
fn recovers(system: &Servers, mut now: ServersState) -> bool {
    let up: Vec<NodeId> = (0..system.size).filter(|node| now.locals[usize::from(*node)].up()).collect();
    for attempt in 0..ATTEMPTS {
        deliver_all(system, &mut now);
        let leaders: Vec<NodeId> =
            up.iter().copied().filter(|node| leads(&now.locals[usize::from(*node)])).collect();
        if !leaders.is_empty() && system.undecided(&now) == 0 {
            return true;
        }
        if leaders.is_empty() || attempt % 4 == 3 {
            happen(system, &mut now, &Event::Fire(up[attempt / 4 % up.len()], Timer::Election));
        }
        for leader in leaders {
            happen(system, &mut now, &Event::Fire(leader, Timer::Heartbeat));
        }
    }
    false
}

/// So often the servers time out.
const ATTEMPTS: usize = 24;

/// Everything that is sent to a server that is up arrives, oldest first.
fn deliver_all(system: &Servers, now: &mut ServersState) {
    // Answers are not answered again for ever: the logs of a few entries agree after a few messages.
    for _ in 0..1_000 {
        let up = |envelope: &Envelope<Raft>| now.locals[usize::from(envelope.to)].up();
        let Some(id) = now.mail.iter().find(|(_, envelope)| up(envelope)).map(|(id, _)| *id) else { return };
        happen(system, now, &Event::Deliver(id));
    }
}

fn happen(system: &Servers, now: &mut ServersState, event: &Event<Raft>) {
    if system.permits(now, event) {
        let mut report = Report::default();
        system.apply(now, event, &mut Turn { choices: &mut Scripted::default(), report: &mut report });
    }
}

type ServersState = <Servers as System>::State;

fn leads(local: &Local<Raft>) -> bool {
    local.ram.as_ref().is_some_and(|ram| matches!(ram.role, Part::Leader(_)))
}

fn term_of(message: &Message) -> u64 {
    match message {
        Message::RequestVote { term, .. } | Message::Vote { term, .. } => *term,
        Message::AppendEntries { term, .. } | Message::Appended { term, .. } => *term,
    }
}

fn set_term(message: &mut Message, to: u64) {
    match message {
        Message::RequestVote { term, .. } | Message::Vote { term, .. } => *term = to,
        Message::AppendEntries { term, .. } | Message::Appended { term, .. } => *term = to,
    }
}

/// Raft until somebody is elected: no budget counts its timeouts, and terms are known by how they differ.
struct Elections(Servers);

impl Elections {
    fn elected(now: &ServersState) -> bool {
        now.locals.iter().any(leads)
    }
}

impl System for Elections {
    type State = ServersState;
    type Event = Event<Raft>;

    fn initial(&self, turn: &mut Turn<'_, Self::Event>) -> ServersState {
        self.0.initial(turn)
    }

    fn enabled(&self, state: &ServersState) -> Vec<Self::Event> {
        if Self::elected(state) { Vec::new() } else { self.0.enabled(state) }
    }

    fn permits(&self, state: &ServersState, event: &Self::Event) -> bool {
        self.0.permits(state, event)
    }

    fn apply(&self, state: &mut ServersState, event: &Self::Event, turn: &mut Turn<'_, Self::Event>) {
        self.0.apply(state, event, turn);
    }

    fn delay(&self, state: &ServersState, event: &Self::Event) -> Delay {
        self.0.delay(state, event)
    }

    fn stream(&self, state: &ServersState, event: &Self::Event) -> u32 {
        self.0.stream(state, event)
    }

    fn properties(&self) -> Vec<Property> {
        let source = "Ongaro and Ousterhout 2014, section 5.2";
        vec![Property::new("A leader", "Some server is elected.", source, Kind::Eventually)]
    }

    fn check(&self, state: &ServersState, _: usize, _: Touched) -> kernel::Verdict {
        if Self::elected(state) { Ok(()) } else { Err("Nobody leads.".to_owned()) }
    }

    fn fair_key(&self, state: &ServersState, event: &Self::Event) -> Option<u64> {
        self.0.fair_key(state, event)
    }
}

impl Alike for Elections {
    /// The least term of a server becomes 1, and what is older 0: a message of an older term than every server's is
    /// refused or ignored, whatever its term. Nothing else of the past is kept until somebody is elected.
    fn canonical(&self, state: &ServersState) -> Option<ServersState> {
        let mut locals = state.locals.clone();
        let least = locals.iter().map(|local| local.disk.current_term).min().unwrap_or_default();
        let shifted = |term: u64| (term + 1).saturating_sub(least);
        for local in &mut locals {
            local.disk.current_term = shifted(local.disk.current_term);
        }
        let mut mail: Vec<Envelope<Raft>> = state.mail.values().cloned().collect();
        for envelope in &mut mail {
            let term = shifted(term_of(&envelope.message));
            set_term(&mut envelope.message, term);
        }
        mail.sort();
        if Self::elected(state) {
            // It is over: who leads is all that matters.
            mail.clear();
        }
        let spent = (Budget::NONE, systems::raft::Watch::default());
        Some(self.0.assemble(locals, mail, state.wires.clone(), spent))
    }
}

impl Shaped for Elections {}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(servers: NodeId) -> (Held, usize) {
        let mut search = elections(servers).expect("a recording of the room");
        while search.advance(10_000).end.is_none() {}
        let (recording, system) =
            (protocols::elections(servers), enter::<RaftRoom>(&protocols::elections(servers)));
        let entry = system.expect("a recording of the room");
        let recorder = PathRecorder::of(&recording, &entry);
        (livelock(&mut *search, &recorder), search.progress().states)
    }

    /// The cycle is played by the room itself: in the end nobody leads, and the terms have grown.
    #[test]
    fn elections_need_not_end() {
        let (held, states) = found(3);
        assert_eq!(held.holds, Some(false), "{} in {states} configurations", held.words);
        let run = held.run.expect("a livelock is a run");
        let played = catalog::open(&run).expect("a run that can be played");
        let terms: Vec<Option<u64>> = played.view().nodes.iter().map(|node| node.era).collect();
        let words: Vec<String> = played.view().nodes.iter().map(|node| node.role.word.key()).collect();
        assert!(words.iter().all(|word| word != "leader"), "{words:?}");
        assert!(terms.iter().all(|term| term.is_some_and(|term| term >= 1)), "{terms:?}");
    }

    /// One server elects itself, and has nobody to split the vote with.
    #[test]
    fn a_server_alone_has_no_livelock() {
        let (held, _) = found(1);
        assert_eq!((held.holds, held.run), (None, None));
    }

    /// A majority of two is two: a crash ends it.
    #[test]
    fn two_servers_do_not_recover_from_a_crash() {
        for (servers, wanted) in [(3, true), (2, false)] {
            let budget = Budget { timeouts: u32::MAX, crashes: 1, ..Budget::NONE };
            let system = enter::<RaftRoom>(&protocols::elections(servers))
                .expect("a recording of the room")
                .system
                .bounded(budget.into());
            let mut report = Report::default();
            let mut now =
                system.initial(&mut Turn { choices: &mut Scripted::default(), report: &mut report });
            happen(&system, &mut now, &Event::Crash(0));
            assert_eq!(recovers(&system, now), wanted, "{servers} servers");
        }
    }
}
