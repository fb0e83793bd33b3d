//! The run that the page shows: a session, a clock, a speed, and whether it plays.
//!
//! Everything that a reader does to the run is a [`Command`]; [`Playback::apply`] is the one place where it happens.
//! [`Playback::frame`] is what passing time does. Neither knows of the page, so both are tested without one.

use std::collections::VecDeque;

use catalog::{Gesture, Line, Micros, NodeId, Offer, Position, Recording, Session, Target};

use crate::words;

/// What a reader does to a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Lets time pass.
    Play,
    /// Stops it.
    Pause,
    /// One or the other.
    Toggle,
    /// Stops, and makes the next step.
    Step,
    /// Stops, and goes back by one step.
    StepBack,
    /// Goes to the start.
    Restart,
    /// Goes to this time.
    Seek(Micros),
    /// Goes to just after this step.
    SeekStep(u64),
    /// Plays at this part of real time.
    Speed(f64),
    /// Skips stretches in which nothing is under way, or does not.
    Skip(bool),
    /// Does what the session offers for a target under this title.
    Act(Target, Offer),
    /// Has a node tell another one all that it knows.
    Tell(NodeId, NodeId),
    /// Edits the text that a node holds: before which character, how many are deleted from there on, what is typed.
    Splice(NodeId, (u32, u32), String),
    /// Cuts these links, one way each.
    Cut(Vec<(NodeId, NodeId)>),
    /// Goes over to another branch.
    Switch(usize),
    /// Gives a branch another name.
    Rename(usize, String),
    /// Keeps time from passing while a menu is open, or lets it pass again.
    Hold(bool),
    /// Says something to the reader.
    Say(String),
}

/// What the page says to the reader: shown for a while, and read aloud by a screen reader.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Counts them.
    pub number: u64,
    /// The words.
    pub words: String,
    /// Worth showing, too.
    pub shown: bool,
}

/// A run that is played.
pub struct Playback {
    session: Box<dyn Session>,
    speed: f64,
    playing: bool,
    held: bool,
    /// Stretches in which nothing is under way are skipped.
    skips: bool,
    /// The stretch that was skipped last: from when to when.
    skipped: Option<(Micros, Micros)>,
    /// The part of a microsecond that has passed.
    carry: f64,
    news: VecDeque<News>,
    /// Real milliseconds since something was read aloud.
    silence: f64,
    /// The last step that was read aloud.
    told: u64,
    /// How many properties were broken when somebody last looked, and the version then.
    broken: (usize, u64),
    /// When the schedule of the branch shown ends, if it follows one; and the branch, of how many.
    schedule: (Option<Micros>, (usize, usize)),
}

impl Playback {
    /// The slowest speed.
    pub const SLOWEST: f64 = 0.000_1;
    /// The fastest.
    pub const FASTEST: f64 = 10_000.0;
    /// However long a frame took, no more time passes than this, in milliseconds: a page that was hidden does not
    /// catch up.
    pub const LONGEST_FRAME: f64 = 100.0;
    /// Steps in a frame, at most.
    const STEPS: u64 = 2_000;
    /// So many things that were said are kept.
    const NEWS: usize = 6;
    /// A stretch in which nothing is under way is skipped if it would take so many milliseconds.
    const IDLE: f64 = 1_000.0;
    /// The skip ends so many milliseconds before what comes next.
    const LEAD: f64 = 400.0;
    /// In a frame of so many milliseconds half of what is left is skipped; in shorter ones less.
    const SKIP: f64 = 40.0;
    /// Between things read aloud while it plays, in milliseconds.
    const PATIENCE: f64 = 2_500.0;

    /// A run at its usual speed, standing still.
    #[must_use]
    pub fn new(session: Box<dyn Session>) -> Self {
        let speed = usual_speed(&*session);
        let mut playback = Self {
            session,
            speed,
            playing: false,
            held: false,
            skips: true,
            skipped: None,
            carry: 0.0,
            news: VecDeque::new(),
            silence: 0.0,
            told: 0,
            broken: (0, 0),
            schedule: (None, (0, 0)),
        };
        playback.settle();
        playback
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &dyn Session {
        &*self.session
    }

    /// Whether it plays, or would if no menu were open.
    #[must_use]
    pub const fn playing(&self) -> bool {
        self.playing
    }

    /// How fast, as a part of real time.
    #[must_use]
    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// How fast this scenario plays at first.
    #[must_use]
    pub fn usual_speed(&self) -> f64 {
        usual_speed(&*self.session)
    }

    /// When the last step of the schedule is that the branch shown follows, if it follows one.
    #[must_use]
    pub const fn schedule(&self) -> Option<Micros> {
        self.schedule.0
    }

    /// What was said to the reader, the latest last.
    #[must_use]
    pub const fn news(&self) -> &VecDeque<News> {
        &self.news
    }

    /// Does what the reader asks for.
    pub fn apply(&mut self, command: Command) {
        match command {
            Command::Play => self.play(true),
            Command::Pause => self.play(false),
            Command::Toggle => self.play(!self.playing),
            Command::Step => self.step(),
            Command::StepBack => self.step_back(),
            Command::Restart => {
                self.session.seek(Micros::ZERO);
                self.say("Back at the start".to_owned(), false);
            }
            Command::Seek(at) => self.seek(at),
            Command::SeekStep(step) => {
                self.playing = false;
                self.session.seek_step(step);
                self.tell();
            }
            Command::Speed(speed) if speed.is_finite() => {
                self.speed = speed.clamp(Self::SLOWEST, Self::FASTEST);
            }
            Command::Speed(_) => {}
            Command::Skip(skips) => self.skips = skips,
            Command::Act(target, offer) => {
                self.intervene(&offer.title, |session| session.act(target, &offer.key));
            }
            Command::Tell(from, to) => {
                let names = &self.session.about().nodes;
                let name = |node: NodeId| names.get(usize::from(node)).cloned().unwrap_or_default();
                let title = format!("{} tells {} all that it knows", name(from), name(to));
                let drag = Gesture::Drag { from: Target::Node(from), onto: Target::Node(to) };
                self.intervene(&title, |session| session.gesture(&drag));
            }
            Command::Splice(node, edit, typed) => self.splice(node, edit, &typed),
            Command::Cut(links) => self.cut(&links),
            Command::Switch(branch) => self.switch(branch),
            Command::Rename(branch, name) => self.session.rename(branch, &name),
            Command::Hold(held) => self.held = held,
            Command::Say(words) => self.say(words, true),
        }
        self.settle();
    }

    /// Lets real time pass, in milliseconds. Says whether more is to come.
    pub fn frame(&mut self, passed: f64) -> bool {
        if !self.playing || self.held {
            return false;
        }
        let passed = passed.clamp(0.0, Self::LONGEST_FRAME);
        self.carry += passed * 1000.0 * self.speed;
        let whole = self.carry.floor();
        self.carry -= whole;
        let position = self.session.position();
        let wanted = position.shown.plus(Micros(whole as u64 + self.skip(&position, passed)));
        let end = self.schedule.0.filter(|end| position.shown < *end && *end <= wanted);
        let until = end.unwrap_or(wanted);
        self.session.play_to(until, Self::STEPS);
        if self.ends() {
            self.playing = false;
            self.say_end();
        }
        self.stop_at_violation();
        if self.playing && end.is_some() {
            self.playing = false;
            self.say("The run that was found ends here".to_owned(), true);
        }
        self.silence += passed;
        if self.silence >= Self::PATIENCE {
            self.tell_highlight();
        }
        self.playing
    }

    /// How much simulated time is skipped in this frame: where nothing is under way and the next event is long to come, a
    /// part of what is left until shortly before it, so that the skip is seen as one.
    fn skip(&mut self, position: &Position, passed: f64) -> u64 {
        let Some(next) = position.next.filter(|_| self.skips) else { return 0 };
        let left = next.since(position.shown).0 as f64 / 1000.0 / self.speed;
        if left < Self::IDLE || !self.session.sketch().messages.is_empty() {
            return 0;
        }
        let part = passed / (passed + Self::SKIP);
        let jump = ((left - Self::LEAD) * part * 1000.0 * self.speed) as u64;
        let from = self.skipped.filter(|(_, to)| *to == next).map_or(position.shown, |(from, _)| from);
        self.skipped = Some((from, next));
        jump
    }

    /// The stretch before the latest event that was skipped, if the time shown is at its end or shortly after it.
    #[must_use]
    pub fn skipped(&self) -> Option<Micros> {
        let (from, to) = self.skipped?;
        let shown = self.session.position().shown;
        (from <= shown && shown.0 <= to.0 + (Self::IDLE * 1000.0 * self.speed) as u64).then(|| to.since(from))
    }

    /// Whether stretches in which nothing is under way are skipped.
    #[must_use]
    pub const fn skips(&self) -> bool {
        self.skips
    }

    fn play(&mut self, playing: bool) {
        self.playing = playing && !self.ends();
        if playing && !self.playing {
            self.say_end();
        }
        self.carry = 0.0;
        self.silence = 0.0;
        self.told = self.session.position().steps;
    }

    fn step(&mut self) {
        self.playing = false;
        if self.session.step() {
            self.tell();
        } else {
            self.say_end();
        }
    }

    /// Whether nothing more happens, ever or within the time that a link can show.
    fn ends(&self) -> bool {
        let position = self.session.position();
        position.next.is_none_or(|next| next.0 > Recording::AT_MAX)
    }

    fn say_end(&mut self) {
        let words = match self.session.position().next {
            None => "Nothing more will happen by itself",
            Some(_) => "A run lasts two years at most",
        };
        self.say(words.to_owned(), true);
    }

    fn step_back(&mut self) {
        self.playing = false;
        if self.session.step_back() && self.session.position().steps > 0 {
            self.tell();
        } else {
            self.say("This is the start".to_owned(), false);
        }
    }

    fn seek(&mut self, at: Micros) {
        self.session.seek(at);
        self.told = self.session.position().steps;
    }

    fn cut(&mut self, links: &[(NodeId, NodeId)]) {
        if links.is_empty() {
            self.say("The line crosses no link".to_owned(), true);
        } else {
            self.intervene("Cut the network", |session| session.gesture(&Gesture::Cut(links)));
        }
    }

    /// Who types hears what is typed; only what comes of it otherwise is worth saying.
    fn splice(&mut self, node: NodeId, edit: (u32, u32), typed: &str) {
        let branches = self.session.position().branches;
        if let Err(error) = self.session.gesture(&Gesture::Type { at: node, edit, text: typed }) {
            self.say(error.to_string(), true);
        } else if self.session.position().branches > branches {
            self.say("Typing here starts a branch; the old future is kept.".to_owned(), true);
        }
    }

    /// What was done is worth saying; that the old future is kept is worth showing.
    fn intervene(&mut self, title: &str, act: impl FnOnce(&mut dyn Session) -> Result<(), catalog::Error>) {
        let branches = self.session.position().branches;
        if let Err(error) = act(&mut *self.session) {
            self.say(error.to_string(), true);
            return;
        }
        let position = self.session.position();
        self.told = position.steps;
        let new = position.branches > branches;
        if let (true, Some(branch)) = (new, self.session.branches().get(position.branch)) {
            let words = format!("{title}. This starts branch “{}”; the old future is kept.", branch.name);
            self.say(words, true);
        } else {
            self.say(title.to_owned(), false);
        }
    }

    fn switch(&mut self, branch: usize) {
        self.session.switch(branch);
        if let Some(branch) = self.session.branches().get(branch) {
            self.say(format!("Branch “{}”", branch.name), false);
        }
    }

    fn say(&mut self, words: String, shown: bool) {
        self.silence = 0.0;
        let number = self.news.back().map_or(1, |news| news.number + 1);
        self.news.push_back(News { number, words, shown });
        if self.news.len() > Self::NEWS {
            self.news.pop_front();
        }
    }

    /// Says the step at which the run stands.
    fn tell(&mut self) {
        let told = self.session.lines(1).pop().map(|line| line_words(&line));
        self.told = self.session.position().steps;
        if let Some(words) = told {
            self.say(words, false);
        }
    }

    /// Says the latest step that is worth a mark, if there is a new one.
    fn tell_highlight(&mut self) {
        let lines = self.session.lines(200);
        let latest = lines.iter().rev().find(|line| line.step > self.told && !line.marks.is_empty());
        if let Some(line) = latest {
            self.told = line.step;
            self.say(line_words(line), false);
        }
    }

    fn count_broken(&self) -> usize {
        self.session.verdicts().iter().filter(|standing| standing.broken.is_some()).count()
    }

    /// What is broken now is no news when playing goes on.
    fn settle(&mut self) {
        let position = self.session.position();
        self.broken = (self.count_broken(), position.version);
        // Whoever went back to before a stretch has not come to it yet.
        self.skipped = self.skipped.filter(|(from, _)| *from < position.shown);
        let branch = (position.branch, position.branches);
        if self.schedule.1 != branch {
            let end = self.session.recording().schedule().map(|(_, end)| end);
            self.schedule = (end, branch);
        }
    }

    /// The step that breaks a property is worth a look: the run stops there.
    fn stop_at_violation(&mut self) {
        let version = self.session.position().version;
        if version == self.broken.1 {
            return;
        }
        let broken = self.count_broken();
        if broken > self.broken.0 {
            let last = self.session.verdicts().into_iter().filter_map(|standing| {
                standing.broken.map(|(step, _, reason)| (step, standing.property.name, reason))
            });
            if let Some((step, name, reason)) = last.max() {
                self.session.seek_step(step);
                self.playing = false;
                self.say(format!("{name} is broken: {reason}"), false);
            }
        }
        self.broken = (broken, self.session.position().version);
    }
}

fn usual_speed(session: &dyn Session) -> f64 {
    (session.about().pace.0 as f64 / 1e6).clamp(Playback::SLOWEST, Playback::FASTEST)
}

/// A step in words, with its time and its consequences.
fn line_words(line: &Line) -> String {
    let mut words = format!("{}: {}", words::time(line.at, false), line.happening.title);
    for (name, reason) in &line.broken {
        words.push_str(&format!(". {name} is broken: {reason}"));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame of the tests, in milliseconds.
    const FRAME: f64 = 50.0;

    fn played(system: &str, scenario: &str) -> Playback {
        let session = catalog::start(system, scenario, 1).expect("a scenario opens");
        let mut playback = Playback::new(session);
        playback.apply(Command::Play);
        playback
    }

    /// A law of all scenarios: at their usual pace a reader never waits longer than two seconds with nothing under way.
    #[test]
    fn no_stretch_is_silent_for_long() {
        let mut silent = Vec::new();
        for room in catalog::rooms() {
            for scenario in &room.scenarios {
                let mut playback = played(room.name, scenario.name);
                let length = playback.session().about().length;
                let (mut quiet, mut longest, mut steps) = (0.0_f64, 0.0_f64, 0);
                while playback.session().position().shown < length && playback.frame(FRAME) {
                    let now = playback.session().position().steps;
                    let idle = now == steps && playback.session().sketch().messages.is_empty();
                    quiet = if idle { quiet + FRAME } else { 0.0 };
                    (longest, steps) = (longest.max(quiet), now);
                }
                if longest > 2_000.0 {
                    silent.push(format!("{}/{}: {longest} ms", room.name, scenario.name));
                }
            }
        }
        assert!(silent.is_empty(), "{silent:#?}");
    }

    #[test]
    fn a_skip_is_told_until_something_has_happened_and_can_be_left_out() {
        let mut playback = played("raft", "first-election");
        let whole = playback.session().position().next.expect("somebody times out");
        let mut frames = 0;
        while playback.session().position().steps == 0 {
            playback.frame(FRAME);
            frames += 1;
        }
        assert!(f64::from(frames) * FRAME < 2_000.0, "{frames} frames");
        assert_eq!(playback.skipped(), Some(whole));
        playback.apply(Command::Restart);
        assert_eq!(playback.skipped(), None, "it lies ahead again");
        let mut patient = played("raft", "first-election");
        patient.apply(Command::Skip(false));
        for _ in 0..frames {
            patient.frame(FRAME);
        }
        assert_eq!((patient.session().position().steps, patient.skipped()), (0, None));
    }
}
