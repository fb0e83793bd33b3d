//! What there is: rooms, and what a reader can set in them.

use std::collections::BTreeMap;

use kernel::{
    Caught, Counts, Explain, Fault, Faults, Label, OptKind, Property, Room, Scenario, Setup, Subject, System,
    Tool, Visit,
};

use crate::draw::Labels;
use crate::error::{Error, short};
use crate::recording::Recording;

/// A room, before anybody enters it.
#[derive(Clone, Debug)]
pub struct RoomInfo {
    /// Its name in links.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The shelf it stands on.
    pub shelf: &'static str,
    /// One or two sentences.
    pub about: &'static str,
    /// The paper it follows.
    pub source: &'static str,
    /// It is a model from elsewhere that proves the explorer right, and is listed apart.
    pub reference: bool,
    /// It has a grid of crash points.
    pub grid: bool,
    /// What else can be done in it.
    pub tools: &'static [Tool],
    /// The diagrams that it lists.
    pub diagrams: Vec<Label>,
    /// Its scenarios.
    pub scenarios: Vec<ScenarioInfo>,
    /// Its options as they are if nothing is said.
    pub options: Vec<OptionValue>,
    /// Its rules, all on.
    pub rules: Vec<RuleValue>,
    /// What a search may limit.
    pub faults: &'static [Fault],
}

impl RoomInfo {
    /// Whether links can be cut: it is one of the things that a search may limit.
    #[must_use]
    pub fn cuts(&self) -> bool {
        self.faults.iter().any(|fault| fault.key == "cuts")
    }

    /// Whether this can be done in the room.
    #[must_use]
    pub fn has(&self, tool: Tool) -> bool {
        self.tools.contains(&tool)
    }
}

/// A scenario in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// Its name in links.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// The rules that it switches off.
    pub without: Vec<&'static str>,
    /// Two sentences.
    pub story: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

/// A room with a scenario, options and rules as they are in a session.
#[derive(Clone, Debug)]
pub struct About {
    /// The room.
    pub room: RoomInfo,
    /// The scenario.
    pub scenario: ScenarioInfo,
    /// How much of the run the scenario is about.
    pub length: kernel::Micros,
    /// How fast it plays at first: simulated microseconds in a real second.
    pub pace: kernel::Micros,
    /// The options.
    pub options: Vec<OptionValue>,
    /// The rules.
    pub rules: Vec<RuleValue>,
    /// Rules that are not offered any more and are off, since an older link said so.
    pub retired: Vec<String>,
    /// What is claimed.
    pub properties: Vec<Property>,
    /// The names of the nodes.
    pub nodes: Vec<String>,
    /// What a search may do to the system, if nothing is said.
    pub limits: Counts,
}

/// An option and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionValue {
    /// Its name in links.
    pub name: &'static str,
    /// Its name in words.
    pub title: &'static str,
    /// What it may be.
    pub kind: OptKind,
    /// One sentence.
    pub help: &'static str,
    /// What it is.
    pub value: String,
    /// What it is if nothing is said, in this scenario.
    pub usual: String,
}

impl OptionValue {
    /// Whether the option could have this value.
    #[must_use]
    pub fn takes(&self, value: &str) -> bool {
        let (name, title, kind) = (self.name, self.title, self.kind.clone());
        kernel::Opt { name, title, kind, default: "", help: self.help }.check(value).is_ok()
    }
}

/// A rule and whether it is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleValue {
    /// Its name in links.
    pub name: &'static str,
    /// The rule, in one sentence.
    pub title: &'static str,
    /// Where the paper states it.
    pub source: &'static str,
    /// What it is for.
    pub why: &'static str,
    /// Where it is seen what happens without it.
    pub caught: Caught,
    /// What may happen in the search that shows it.
    pub limits: Counts,
    /// Whether it is on.
    pub on: bool,
    /// Whether it is on if nothing is said, in this scenario.
    pub usual: bool,
}

/// Every room, in the order of the gallery.
#[must_use]
pub fn rooms() -> Vec<RoomInfo> {
    struct Rooms(Vec<RoomInfo>);
    impl Visit for Rooms {
        fn visit<R: Room>(&mut self) {
            self.0.push(room_info::<R>());
        }
    }
    let mut rooms = Rooms(Vec::new());
    systems::each(&mut rooms);
    rooms.0
}

/// What is known of a room without any of its code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name {
    /// Its name in links.
    pub(crate) name: &'static str,
    /// It is a model from elsewhere.
    pub(crate) reference: bool,
}

/// A room's name in links, without any of its code.
#[must_use]
pub const fn name_of<R: Room>() -> &'static str {
    R::NAME
}

/// The name of every room, in the order of the gallery.
pub(crate) fn names() -> Vec<Name> {
    struct Names(Vec<Name>);
    impl Visit for Names {
        fn visit<R: Room>(&mut self) {
            self.0.push(Name { name: R::NAME, reference: R::REFERENCE });
        }
    }
    let mut names = Names(Vec::new());
    systems::each(&mut names);
    names.0
}

/// That there is no system of this name. Reference models are named only to somebody who asks for one.
#[must_use]
pub fn unknown(name: &str) -> Error {
    let asked = name.starts_with("reference");
    let known = names().iter().filter(|one| one.reference == asked).map(|one| one.name.to_owned()).collect();
    Error::System { name: name.to_owned(), known }
}

/// Something that is done with one room, by name: see [`with_room`].
pub trait Enter {
    /// What comes of it.
    type Out;
    /// Does it.
    fn enter<R: Room>(self) -> Result<Self::Out, Error>;
}

/// Does something with the room of this name, with the room's own types. Of a room that is never asked for the code is
/// there all the same: a program in parts knows its rooms by [`parts!`](crate::parts).
pub fn with_room<E: Enter>(name: &str, enter: E) -> Result<E::Out, Error> {
    struct Find<'a, E: Enter>(&'a str, Option<E>, Option<Result<E::Out, Error>>);
    impl<E: Enter> Visit for Find<'_, E> {
        fn visit<R: Room>(&mut self) {
            if R::NAME == self.0 {
                self.2 = self.1.take().map(E::enter::<R>);
            }
        }
    }
    let mut find = Find(name, Some(enter), None);
    systems::each(&mut find);
    find.2.unwrap_or_else(|| Err(unknown(name)))
}

fn room_info<R: Room>() -> RoomInfo {
    let none = BTreeMap::new();
    RoomInfo {
        name: R::NAME,
        title: R::TITLE,
        shelf: R::SHELF,
        about: R::ABOUT,
        source: R::SOURCE,
        reference: R::REFERENCE,
        grid: !R::moments().is_empty(),
        tools: R::TOOLS,
        diagrams: labels::<R>(),
        scenarios: R::scenarios().iter().map(scenario_info).collect(),
        options: option_values::<R>(&none, &none),
        rules: rule_values::<R>(&[], &[]),
        faults: R::System::faults(),
    }
}

fn labels<R: Room>() -> Vec<Label> {
    let mut labels = Labels::default();
    R::diagrams(&mut labels);
    labels.0
}

fn scenario_info<S: Subject>(scenario: &Scenario<S>) -> ScenarioInfo {
    ScenarioInfo {
        name: scenario.name,
        title: scenario.title,
        without: scenario_off(scenario),
        story: scenario.story,
        source: scenario.source,
    }
}

fn scenario_off<S: Subject>(scenario: &Scenario<S>) -> Vec<&'static str> {
    let off = scenario.set.iter().filter(|(name, _)| *name == "without");
    off.flat_map(|(_, rules)| rules.split(',')).collect()
}

fn option_values<R: Room>(
    scenario: &BTreeMap<String, String>,
    values: &BTreeMap<String, String>,
) -> Vec<OptionValue> {
    let value = |opt: kernel::Opt| {
        let usual = scenario.get(opt.name).cloned().unwrap_or_else(|| opt.default.to_owned());
        OptionValue {
            name: opt.name,
            title: opt.title,
            value: values.get(opt.name).cloned().unwrap_or_else(|| usual.clone()),
            usual,
            kind: opt.kind,
            help: opt.help,
        }
    };
    R::options().into_iter().map(value).collect()
}

fn rule_values<R: Room>(usually_off: &[String], off: &[String]) -> Vec<RuleValue> {
    let scenarios = R::scenarios();
    let value = |rule: kernel::Rule| RuleValue {
        limits: caught_within::<R>(&scenarios, rule),
        name: rule.name,
        title: rule.title,
        source: rule.source,
        why: rule.why,
        caught: rule.caught,
        on: !off.iter().any(|name| name == rule.name),
        usual: !usually_off.iter().any(|name| name == rule.name),
    };
    R::rules().into_iter().map(value).collect()
}

/// What may happen in the search that shows what a rule is for.
fn caught_within<R: Room>(scenarios: &[Scenario<R::System>], rule: kernel::Rule) -> Counts {
    let Caught::Search { set, .. } = rule.caught else { return Counts::none(R::System::faults()) };
    let name = rule.caught.scenario();
    let known = scenarios.iter().find(|scenario| scenario.name == name).map_or(&[][..], |known| known.set);
    let mut setup =
        Setup { scenario: name.to_owned(), without: vec![rule.name.to_owned()], ..Setup::default() };
    let defaults = R::options();
    let defaults = defaults.iter().map(|option| (option.name, option.default));
    let set = known.iter().chain(set).copied().filter(|(name, _)| *name != "without");
    setup.options = named(&mut defaults.chain(set));
    R::search(&setup)
}

/// Values by name; the last one counts. The same code for every room: a map that is collected brings a sort of its own.
pub(crate) fn named<'a>(values: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    let mut named = BTreeMap::new();
    for (name, value) in values {
        named.insert(name.to_owned(), value.to_owned());
    }
    named
}

/// What a recording says of its room: the scenario, with the recording's options and rules.
pub struct Entry<R: Room> {
    /// All of it in words.
    pub about: About,
    /// The values of all options and rules.
    pub setup: Setup,
    /// The system with these values, without limits on what a search may do to it.
    pub system: R::System,
    /// The scenario.
    pub scenario: Scenario<R::System>,
}

/// Checks a recording against a room: its scenario, options and rules, not what was done in it.
pub fn enter<R: Room>(recording: &Recording) -> Result<Entry<R>, Error> {
    let mut scenarios = R::scenarios();
    let known: Vec<String> = scenarios.iter().map(|scenario| scenario.name.to_owned()).collect();
    let wanted = if recording.scenario.is_empty() { &known[0] } else { &recording.scenario };
    let place = known.iter().position(|name| name == wanted).ok_or_else(|| Error::Scenario {
        system: R::TITLE.to_owned(),
        name: wanted.clone(),
        known: known.clone(),
    })?;
    let scenario = scenarios.swap_remove(place);
    let recording = &today::<R>(recording);
    let rules: Vec<&str> = R::rules().iter().map(|rule| rule.name).collect();
    let (mut usual, mut usually_off) = (BTreeMap::new(), Vec::new());
    for &(name, value) in scenario.set {
        if name == "without" {
            usually_off.extend(value.split(',').map(str::to_owned));
        } else {
            usual.insert(name.to_owned(), value.to_owned());
        }
    }
    let (without, with) = (named_now::<R>(&recording.without), named_now::<R>(&recording.with));
    check_values::<R>(recording, without.iter().chain(&with), &rules)?;
    let mut off = usually_off.clone();
    off.retain(|rule| !with.contains(rule));
    off.extend(without.iter().filter(|rule| !usually_off.contains(rule)).cloned());
    let options = option_values::<R>(&usual, &recording.options);
    let setup = Setup {
        scenario: scenario.name.to_owned(),
        options: named(&mut options.iter().map(|option| (option.name, &*option.value))),
        without: off.clone(),
    };
    let system = R::build(&setup).map_err(Error::Option)?;
    let about = About {
        room: room_info::<R>(),
        scenario: scenario_info(&scenario),
        length: scenario.length,
        pace: scenario.pace,
        options,
        rules: rule_values::<R>(&usually_off, &off),
        retired: off.iter().filter(|rule| R::retired().contains(&rule.as_str())).cloned().collect(),
        properties: system.properties(),
        nodes: (0..system.nodes()).map(|node| system.node_name(node)).collect(),
        limits: R::search(&setup),
    };
    Ok(Entry { about, setup, system, scenario })
}

/// Rules by their names of today, each once.
fn named_now<R: Room>(names: &[String]) -> Vec<String> {
    let mut now: Vec<String> = Vec::new();
    for name in names {
        let former = R::former_rules().iter().find(|(former, _)| former == name);
        let names = former.map_or_else(
            || vec![name.clone()],
            |(_, names)| names.iter().map(|&name| name.to_owned()).collect(),
        );
        for name in names {
            if !now.contains(&name) {
                now.push(name);
            }
        }
    }
    now
}

/// The recording with the names that its options have today. What it says under both names counts under the new one.
fn today<R: Room>(recording: &Recording) -> Recording {
    let mut today = recording.clone();
    let known = R::options();
    for (name, value) in &recording.options {
        if known.iter().all(|option| option.name != name)
            && let Some((name_now, value_now)) = R::formerly(name, value)
        {
            today.options.remove(name);
            today.options.entry(name_now.to_owned()).or_insert_with(|| value_now.to_owned());
        }
    }
    today
}

fn check_values<'a, R: Room>(
    recording: &Recording,
    named: impl Iterator<Item = &'a String>,
    rules: &[&str],
) -> Result<(), Error> {
    let options = R::options();
    for (name, value) in &recording.options {
        let Some(option) = options.iter().find(|option| option.name == name) else {
            let known: Vec<&str> = options.iter().map(|option| option.name).collect();
            let (title, name) = (R::TITLE, short(name));
            return Err(Error::Option(format!(
                "has an option that {title} does not have: “{name}”; it has {}",
                known.join(", ")
            )));
        };
        option
            .check(value)
            .map_err(|reason| Error::Option(format!("has a wrong value: {}", short_value(&reason))))?;
    }
    for name in named {
        if !rules.contains(&name.as_str()) && !R::retired().contains(&name.as_str()) {
            let known = rules.iter().map(|&rule| rule.to_owned()).collect();
            return Err(Error::Rule { system: R::TITLE.to_owned(), name: name.clone(), known });
        }
    }
    Ok(())
}

fn short_value(reason: &str) -> String {
    reason.chars().map(|c| if c.is_control() { '·' } else { c }).take(240).collect()
}
