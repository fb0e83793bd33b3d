//! The one session that there is, for every system.

use std::cell::OnceCell;
use std::rc::Rc;

use kernel::view::{Chart, Logs, MessageView, NodeView, TextRow, View};
use kernel::{Action, Does, Explain, Gesture, Mark, MessageId, Micros, NodeId, Room, System, Target};
use scene::Scene;
use simulator::{History, Intervention, Line};
use stage::{Canvas, ring};

use crate::chart::chart;
use crate::comparison::lanes::LanesComparison;
use crate::comparison::logs::LogsComparison;
use crate::draw::Drawings;
use crate::error::{Error, short};
use crate::finding::grouped;
use crate::recording::{BranchRecord, Recording, deed_weight, short_reason};
use crate::rooms::{About, enter, named};
use crate::session::{BranchInfo, Diagram, Offer, Open, Picture, Position, PropertyStanding, Session};

/// Beyond what has been played, a seek makes at most so many steps.
const SEEK_STEPS: u64 = 1_000_000;

/// A run is not played on beyond what a link can say.
const LATEST: Micros = Micros(Recording::AT_MAX);

pub(crate) struct RoomSession<R: Room> {
    about: About,
    history: History<R::System>,
    seed: u64,
    shown: Micros,
    version: u64,
    /// Opens the run of the other system beside this one.
    pub(crate) other: Open,
    /// That run, once it has been looked at.
    logs_beside: OnceCell<LogsComparison>,
    /// The run of a system of consensus beside this one.
    pub(crate) lanes_beside: LanesComparison,
    drawings: Drawings<R>,
    /// How much was done: things and branches, and the bytes that they take in a link.
    spent: (usize, usize),
}

/// Opens a recording in its room; `other` opens what stands beside it.
pub(crate) fn open_room<R: Room>(recording: &Recording, other: Open) -> Result<RoomSession<R>, Error> {
    recording.check().map_err(Error::File)?;
    let entry = enter::<R>(recording)?;
    let script = (entry.scenario.script)(&entry.system);
    let branches = branches::<R>(&recording.branches)?;
    let mut history = History::new(Rc::new(entry.system), script, recording.seed, branches);
    history.rename(0, recording.branches.first().map_or("main", |branch| &branch.name));
    let mut session = RoomSession::<R> {
        about: entry.about,
        history,
        seed: recording.seed,
        shown: Micros::ZERO,
        version: 0,
        other,
        logs_beside: OnceCell::new(),
        lanes_beside: LanesComparison::default(),
        drawings: Drawings::of_room(),
        spent: (recording.deeds().max(1), recording.weight().max(Recording::BRANCH_WEIGHT)),
    };
    session.grow(&recording.branches)?;
    session.history.switch(recording.branch, Micros(recording.at));
    session.seek(Micros(recording.at));
    Ok(session)
}

pub(crate) type EventOf<R> = <<R as Room>::System as System>::Event;

/// The interventions of the first branch.
fn branches<R: Room>(records: &[BranchRecord]) -> Result<Vec<Intervention<EventOf<R>>>, Error> {
    records.first().map_or(Ok(Vec::new()), interventions::<R>)
}

fn interventions<R: Room>(record: &BranchRecord) -> Result<Vec<Intervention<EventOf<R>>>, Error> {
    let read = |value: &serde_json::Value| {
        serde_json::from_value(value.clone()).map_err(|error| {
            Error::File(format!(
                "what was done on {} cannot be read: {}",
                short(&record.name),
                short_reason(&error.to_string())
            ))
        })
    };
    let list: Vec<Intervention<EventOf<R>>> =
        record.interventions.iter().map(read).collect::<Result<_, _>>()?;
    if list.windows(2).any(|pair| pair[0].at >= pair[1].at)
        || list.iter().any(|one| one.at.0 > Recording::AT_MAX)
    {
        return Err(Error::File("what was done does not stand in the order of its dates".to_owned()));
    }
    Ok(list)
}

impl<R: Room> RoomSession<R> {
    /// Everything that was done on the branch shown, what it shares with its parents included.
    pub(crate) fn deeds(&self) -> &[Intervention<EventOf<R>>] {
        &self.history.branches()[self.history.current()].interventions
    }

    /// The run at the moment where it stands.
    pub(crate) fn run(&self) -> &simulator::Run<R::System> {
        self.history.run()
    }

    /// Makes the branches after the first anew.
    fn grow(&mut self, records: &[BranchRecord]) -> Result<(), Error> {
        for record in records.iter().skip(1) {
            let own = interventions::<R>(record)?;
            let Some((parent, step)) = record.fork else { continue };
            if !self.history.grow(parent, step, own, &record.name, SEEK_STEPS) {
                return Err(Error::File(format!(
                    "branch {} forks where its parent never was",
                    short(&record.name)
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn system(&self) -> &R::System {
        self.history.run().system()
    }

    fn actions(&self, target: Target) -> Vec<Action<EventOf<R>>> {
        self.system().actions(self.history.run().state(), target)
    }

    fn intervene(&mut self, does: Does<EventOf<R>>, title: &str) -> Result<(), Error> {
        let weight = self.room_for(&does)?;
        let branches = self.history.branches().len();
        if !self.history.intervene(self.shown, does) {
            return Err(Error::NotNow(title.to_owned()));
        }
        let forks = self.history.branches().len() - branches;
        self.spent.0 += 1 + forks;
        self.spent.1 += weight + forks * Recording::BRANCH_WEIGHT;
        self.moved(self.history.run().now());
        Ok(())
    }

    /// How many bytes a deed takes, if it can still be recorded: a run that is played can be opened again from its
    /// address and from a file, so what these cannot hold is refused when it is done.
    fn room_for(&self, does: &Does<EventOf<R>>) -> Result<usize, Error> {
        let at = Micros(self.shown.max(self.history.run().now()).0 + 1);
        if at > LATEST {
            return Err(Error::Full("lasts for two years, and no link goes on from there".to_owned()));
        }
        if self.history.run().steps() > SEEK_STEPS {
            return Err(Error::Full(format!(
                "has made more than {} steps, and a link plays no more to get to what was done",
                grouped(SEEK_STEPS)
            )));
        }
        let deed = serde_json::to_value(Intervention { at, does: does.clone() }).unwrap_or_default();
        let weight = deed_weight(&deed);
        // A branch may come with it.
        if self.spent.0 + 2 > Recording::ACTIONS {
            return Err(Error::Full(format!(
                "holds {} actions and branches, and a link is made for {}",
                grouped(self.spent.0 as u64),
                grouped(Recording::ACTIONS as u64)
            )));
        }
        if self.spent.1 + weight + Recording::BRANCH_WEIGHT > Recording::PLAYED {
            return Err(Error::Full("holds as much as fits into a link".to_owned()));
        }
        Ok(weight)
    }

    fn moved(&mut self, shown: Micros) {
        self.shown = shown;
        self.version += 1;
    }

    /// These logs of this run and those of its partner, at the time shown.
    pub(crate) fn logs_beside(&self, mine: Logs) -> Logs {
        if self.logs_beside.get().is_none()
            && let Some(beside) = LogsComparison::of(&self.about, self.seed, self.other)
        {
            let _ = self.logs_beside.set(beside);
        }
        match self.logs_beside.get() {
            Some(beside) => beside.logs(mine, &self.about, self.shown),
            None => mine,
        }
    }
}

impl<R: Room> Session for RoomSession<R> {
    fn about(&self) -> &About {
        &self.about
    }

    fn recording(&self) -> Recording {
        let mut recording = Recording::new(self.about.room.name, self.about.scenario.name, self.seed);
        let options = self.about.options.iter().filter(|option| option.value != option.usual);
        recording.options = named(&mut options.map(|option| (option.name, &*option.value)));
        for rule in self.about.rules.iter().filter(|rule| rule.on != rule.usual) {
            let list = if rule.on { &mut recording.with } else { &mut recording.without };
            list.push(rule.name.to_owned());
        }
        recording.without.extend(self.about.retired.iter().cloned());
        recording.at = self.shown.0;
        recording.branch = self.history.current();
        let all = self.history.branches();
        recording.branches = all
            .iter()
            .map(|branch| BranchRecord {
                name: branch.name.clone(),
                fork: branch.fork,
                interventions: branch.interventions[branch.inherited..]
                    .iter()
                    .map(|one| serde_json::to_value(one).unwrap_or_default())
                    .collect(),
            })
            .collect();
        if all.len() == 1 && all[0].interventions.is_empty() && all[0].name == "main" {
            recording.branches.clear();
        }
        recording
    }

    fn position(&self) -> Position {
        let branch = &self.history.branches()[self.history.current()];
        Position {
            shown: self.shown,
            now: self.history.run().now(),
            steps: self.history.run().steps(),
            next: self.history.peek(),
            end: branch.end.1.max(self.about.length).max(self.shown),
            branch: self.history.current(),
            branches: self.history.branches().len(),
            overflows: self.history.run().overflows(),
            version: self.version,
        }
    }

    fn play_to(&mut self, shown: Micros, most: u64) -> bool {
        let shown = shown.min(LATEST);
        let made = self.history.advance(shown, most);
        let arrived = made < most || self.history.peek().is_none_or(|next| next > shown);
        let reached = if arrived { shown } else { self.history.run().now() };
        self.version += u64::from(made > 0);
        self.shown = self.shown.max(reached);
        arrived
    }

    fn step(&mut self) -> bool {
        let made = self.history.step(LATEST);
        if made {
            self.moved(self.history.run().now());
        }
        made
    }

    fn step_back(&mut self) -> bool {
        let now = self.history.run().now();
        let steps = self.history.run().steps();
        if self.shown > now {
            self.moved(now);
            return true;
        }
        if steps == 0 {
            return false;
        }
        self.seek_step(steps - 1);
        true
    }

    fn seek(&mut self, shown: Micros) -> bool {
        let shown = shown.min(LATEST);
        let arrived = self.history.seek(shown, SEEK_STEPS);
        let reached = if arrived { shown } else { self.history.run().now() };
        self.moved(reached);
        arrived
    }

    fn seek_step(&mut self, step: u64) {
        self.history.seek_step(step);
        self.moved(self.history.run().now());
    }

    fn view(&self) -> View {
        self.history.view(self.shown)
    }

    fn sketch(&self) -> View {
        self.history.sketch(self.shown)
    }

    fn node(&self, node: NodeId) -> Option<NodeView> {
        self.history.node(self.shown, node)
    }

    fn message(&self, id: MessageId) -> Option<MessageView> {
        self.system().message(self.history.run().state(), id)
    }

    fn logs(&self) -> Option<Logs> {
        self.drawings.logs.map(|of| of(self.system(), self.history.run().state()))
    }

    fn diagrams(&self) -> Vec<Diagram> {
        self.drawings.all()
    }

    fn chart(&self, window: Micros) -> Chart {
        // Where messages take seconds, a window for milliseconds shows nothing.
        let window = window.max(Micros(self.about.pace.0.saturating_mul(8)));
        chart(self.history.run(), &self.sketch(), self.history.lines(), self.shown, window)
    }

    fn scene(&self, picture: &Picture) -> Scene {
        self.drawings.draw(self, picture)
    }

    fn crossed(&self, picture: &Picture, from: (f64, f64), to: (f64, f64)) -> Vec<(NodeId, NodeId)> {
        let canvas = Canvas { width: picture.width, height: picture.height, compact: picture.compact };
        ring::crossed(from.into(), to.into(), usize::from(self.system().nodes()), &canvas)
    }

    fn lines(&self, most: usize) -> Vec<Line> {
        let lines = self.history.lines();
        let skip = lines.len().saturating_sub(most);
        lines.skip(skip).cloned().collect()
    }

    fn key_event(&self) -> Option<&Line> {
        self.history.lines().rev().find(|line| line.is_key())
    }

    fn marks(&self) -> Vec<(u64, Micros, Mark)> {
        self.history.marks(self.history.current())
    }

    fn verdicts(&self) -> Vec<PropertyStanding> {
        let standing =
            |(property, broken): (&kernel::Property, Option<&simulator::Broken>)| PropertyStanding {
                property: *property,
                broken: broken.map(|broken| (broken.step, broken.at, broken.reason.clone())),
            };
        self.history.run().verdicts().map(standing).collect()
    }

    fn hash(&self) -> u64 {
        self.history.run().hash()
    }

    fn offers(&self, target: Target) -> Vec<Offer> {
        let offer = |action: Action<_>| Offer { key: action.key, title: action.title, short: action.short };
        self.actions(target).into_iter().map(offer).collect()
    }

    fn act(&mut self, target: Target, key: &str) -> Result<(), Error> {
        let found = self.actions(target).into_iter().find(|action| action.key == key);
        let action = found.ok_or_else(|| Error::NotNow(key.to_owned()))?;
        self.intervene(action.does, &action.title)
    }

    fn gesture(&mut self, gesture: &Gesture<'_>) -> Result<(), Error> {
        let event = self.system().gesture(self.history.run().state(), gesture).map_err(Error::Refused)?;
        self.intervene(Does::Force(event), "do this")
    }

    fn texts(&self) -> Vec<TextRow> {
        self.drawings.texts.map_or_else(Vec::new, |of| of(self.system(), self.history.run().state()))
    }

    fn branches(&self) -> Vec<BranchInfo> {
        let info = |branch: &simulator::Branch<R::System>| BranchInfo {
            name: branch.name.clone(),
            fork: branch.fork.map(|(parent, step)| (parent, step, branch.forked_at)),
            end: branch.end,
            interventions: branch.interventions.len(),
        };
        self.history.branches().iter().map(info).collect()
    }

    fn switch(&mut self, branch: usize) {
        self.history.switch(branch, self.shown);
        self.moved(self.history.run().now());
    }

    fn rename(&mut self, branch: usize, name: &str) {
        let name: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        if !name.trim().is_empty() {
            self.history.rename(branch, &name);
            self.version += 1;
        }
    }

    fn narrate(&self, branch: usize, step: u64, most: usize) -> Vec<Line> {
        self.history.narrate(branch, step, most)
    }

    fn shared(&self, one: usize, other: usize) -> u64 {
        self.history.shared(one, other)
    }
}
