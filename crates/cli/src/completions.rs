//! `bivalent completions` and `bivalent man`: what the command line is, for shells and for readers of manuals.

use std::collections::BTreeSet;

use catalog::{RoomInfo, rooms};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap_complete::{generate, shells};
use clap_mangen::Man;

use crate::arguments::{Refusal, Shell, declared};
use crate::output::print;

/// Prints what makes a shell complete words: commands and options, and the names of scenarios, options and rules.
pub(crate) fn completions(shell: Shell) -> Result<(), Refusal> {
    let rooms = rooms();
    let mut command = declared();
    for name in ["run", "check", "draw"] {
        command = command.mut_subcommand(name, |command| with_names(command, &rooms));
    }
    let mut script = Vec::new();
    match shell {
        Shell::Bash => generate(shells::Bash, &mut command, "bivalent", &mut script),
        Shell::Zsh => generate(shells::Zsh, &mut command, "bivalent", &mut script),
        Shell::Fish => {
            generate(shells::Fish, &mut command, "bivalent", &mut script);
            script.extend(places_for_fish(&rooms).into_bytes());
        }
    }
    print(String::from_utf8_lossy(&script))
}

/// The same command line, where what the catalogue names can be completed. Only shells get to see it: read with it, a wrong
/// name would be refused with all names of all systems.
fn with_names(command: clap::Command, rooms: &[RoomInfo]) -> clap::Command {
    let places = rooms.iter().flat_map(|room| {
        let scenario = |one: &catalog::ScenarioInfo| {
            PossibleValue::new(format!("{}/{}", room.name, one.name)).help(one.title)
        };
        room.scenarios.iter().map(scenario)
    });
    let names = |of: fn(&RoomInfo) -> Vec<String>| rooms.iter().flat_map(of).collect::<BTreeSet<String>>();
    let rules = names(|room| room.rules.iter().map(|rule| rule.name.to_owned()).collect());
    let options = names(|room| room.options.iter().map(|option| format!("{}=", option.name)).collect());
    let places = PossibleValuesParser::new(places.collect::<Vec<_>>());
    let rules = PossibleValuesParser::new(rules);
    let options = PossibleValuesParser::new(options);
    command
        .mut_arg("place", |argument| argument.value_parser(places))
        .mut_arg("without", |argument| argument.value_parser(rules.clone()))
        .mut_arg("with", |argument| argument.value_parser(rules))
        .mut_arg("set", |argument| argument.value_parser(options))
}

/// For fish clap completes options and their values alone.
fn places_for_fish(rooms: &[RoomInfo]) -> String {
    let places = rooms.iter().flat_map(|room| {
        room.scenarios.iter().map(move |scenario| format!("{}/{}", room.name, scenario.name))
    });
    let places: Vec<String> = places.collect();
    let behind = "__fish_seen_subcommand_from run check draw";
    format!("complete -c bivalent -n \"{behind}\" -a \"{}\"\n", places.join(" "))
}

/// Prints a page of the manual.
pub(crate) fn man(of: Option<&str>) -> Result<(), Refusal> {
    let mut command = declared();
    command.build();
    let page = match of {
        None => command,
        Some(name) => {
            let known = command.find_subcommand(name).cloned();
            known.ok_or_else(|| {
                Refusal(format!("There is no command “{name}”; `bivalent --help` lists them."))
            })?
        }
    };
    let mut text = Vec::new();
    Man::new(page)
        .render(&mut text)
        .map_err(|error| Refusal(format!("The page cannot be written: {error}.")))?;
    print(String::from_utf8_lossy(&text))
}
