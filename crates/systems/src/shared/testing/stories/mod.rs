//! The scripts of the folders `scripts`: test, documentation and lecture demo in one. A script is named after the scenario
//! that it opens. Some tell a run in time, which goes on by itself; in others the reader is the scheduler, and what happens
//! is only what the script says.
//!
//! ```text
//! open seed=1                  a run starts, under this seed; `open miners=3`: by hand, with these options
//!
//! run until=300ms              a run goes on to this time; `for=50ms`: so much longer; `steps=3`: so many steps
//! run to="a break"             until a property is broken, or until something that the room has a name for
//! events last=5                the latest steps of a run, and why they happened
//!
//! fire M1                      the timer of M1 fires: it finds a block, its slot has come
//! deliver M2 from M1           the oldest message from M1 to M2 arrives; `all`: every message, oldest first
//! lose M2 from M1              it is lost; `duplicate`: there is a second one
//! crash S1   restart S1
//! cut S1,S2 from S3,S4         both ways; `cut S1 S2`: both ways between two; `cut S1 to S3`: one way
//! heal                         all links; `heal S1 S2`: both ways between two
//! ask                          the next request of the workload comes
//! ask M1 2                     a client asks what stands in place 2 of the menu of M1, from 1
//! ask A "add milk"             or what is called so
//! type A 3 "words"             somebody types into the text of A, before character 3; `erase A 3 2` deletes two there
//!
//! nodes   mail   blocks        a line a node, a message in flight, a block of the tree
//! verdicts                     what is broken, and why
//! ```
//!
//! By hand, whatever asks for a choice may have it answered: `coin=1`. What else a room knows stands where it implements
//! `Stories`.
//! `UPDATE_GOLDENFILES=1 cargo test -p systems stories` writes the answers anew: read the difference.

mod events;
mod looks;
mod play;

use std::error::Error;
use std::marker::PhantomData;
use std::path::Path;

use goldenscript::{ArgumentConsumer, Command, Context};
use kernel::cluster::State;
use kernel::{Cluster, Describe, Event, Kind, Monitor, Room};

pub(crate) use events::{client, node};
pub(crate) use looks::{line_each, shown};
use play::Play;

use super::{built, open};

pub(crate) type Answer<T = String> = Result<T, Box<dyn Error>>;

/// What is particular to the stories of a room.
pub(crate) trait Stories<P: Describe, M: Monitor<P>>: Room<System = Cluster<P, M>> {
    /// Options that its stories have unless they say otherwise.
    const USUAL: &'static [(&'static str, &'static str)] = &[];
    /// The properties that are told by hand where they do not hold.
    const CLAIMS: &'static [Kind] = &[Kind::Always];
    /// What is said while nothing is broken.
    const UNBROKEN: &'static str = "all properties hold";

    /// What a run is opened with, in words.
    fn opened(_system: &Cluster<P, M>) -> String {
        String::new()
    }

    /// A look at something, by the name of its command.
    fn look(_system: &Cluster<P, M>, _now: &State<P, M>, _what: &str) -> Option<String> {
        None
    }

    /// Whether a run has come to something; `None`: nothing is called so.
    fn has_come(_system: &Cluster<P, M>, _now: &State<P, M>, _to: &str) -> Option<bool> {
        None
    }

    /// The event that a command of its own stands for.
    fn event(
        _system: &Cluster<P, M>,
        _command: (&str, &[&str]),
        _args: &mut ArgumentConsumer<'_>,
    ) -> Answer<Option<Event<P>>> {
        Ok(None)
    }
}

/// Tells a run for each scenario of a room.
pub(crate) fn every_run<R: Stories<P, M>, P: Describe, M: Monitor<P>>(folder: &str) {
    for scenario in R::scenarios() {
        tell::<R, P, M>(folder, scenario.name, false);
    }
}

/// Tells these scenarios by hand.
pub(crate) fn by_hand<R: Stories<P, M>, P: Describe, M: Monitor<P>>(folder: &str, names: &[&str]) {
    for name in names {
        tell::<R, P, M>(folder, name, true);
    }
}

fn tell<R: Stories<P, M>, P: Describe, M: Monitor<P>>(folder: &str, name: &str, by_hand: bool) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder).join(name);
    let mut story = Story::<R, P, M> { scenario: name, by_hand, play: None, room: PhantomData };
    goldenscript::run(&mut story, path).unwrap_or_else(|error| panic!("{name}: {error}"));
}

struct Story<'a, R, P: Describe, M: Monitor<P>> {
    scenario: &'a str,
    by_hand: bool,
    play: Option<Play<P, M>>,
    room: PhantomData<R>,
}

impl<R: Stories<P, M>, P: Describe, M: Monitor<P>> goldenscript::Runner for Story<'_, R, P, M> {
    type Command = Command;

    fn run(&mut self, command: &Command, _: &Context) -> Answer {
        let mut args = command.consume_args();
        if command.name == "open" {
            return self.open(&mut args);
        }
        let play = self.play.as_mut().ok_or("open comes first")?;
        let words: Vec<&str> = std::iter::from_fn(|| args.next_pos()).collect();
        match (command.name.as_str(), words.as_slice()) {
            ("run", []) => play.go(&mut args, R::has_come),
            ("events", []) => play.events(&mut args),
            ("deliver", ["all"]) => play.everything(&mut args),
            ("verdicts", []) => Ok(play.verdicts(R::CLAIMS).unwrap_or_else(|| R::UNBROKEN.to_owned())),
            (name, words) => {
                let (system, now) = play.now();
                let own = || R::look(system, now, name);
                if let Some(seen) = own().or_else(|| looks::look::<R, P, M>(system, now, name)) {
                    args.reject_next()?;
                    return Ok(seen);
                }
                let event = match R::event(system, (name, words), &mut args)? {
                    Some(event) => event,
                    None => events::usual(system, now, (name, words))?,
                };
                play.does(&event, &mut args)
            }
        }
    }
}

impl<R: Stories<P, M>, P: Describe, M: Monitor<P>> Story<'_, R, P, M> {
    fn open(&mut self, args: &mut ArgumentConsumer<'_>) -> Answer {
        if self.by_hand {
            let names = R::options().into_iter().map(|option| option.name).chain(["with", "without"]);
            let said: Vec<(&str, String)> =
                names.filter_map(|name| Some((name, args.take_key(name)?.to_owned()))).collect();
            args.reject_next()?;
            let said = said.iter().map(|(name, value)| (*name, value.as_str()));
            let set: Vec<(&str, &str)> = R::USUAL.iter().copied().chain(said).collect();
            self.play = Some(Play::by_hand(built::<R>(self.scenario, &set).1));
            return Ok(String::new());
        }
        let seed = args.take_key("seed").unwrap_or("1").parse()?;
        args.reject_next()?;
        let (scenario, run) = open::<R>(self.scenario, seed, R::USUAL);
        let opened = R::opened(run.run().system());
        self.play = Some(Play::Run(Box::new(run)));
        Ok(format!("{}: {opened}", scenario.title))
    }
}
