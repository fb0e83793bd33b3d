//! What a search may limit: an option for each fault that any system lists.

use std::collections::BTreeMap;

use catalog::{Fault, rooms};
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches};

use super::values;

/// How often each may happen, by the key of the fault; what the system thinks enough if nothing is said.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultLimits(pub(crate) BTreeMap<String, u32>);

/// The faults of all systems, each once.
fn faults() -> Vec<&'static Fault> {
    let mut faults: Vec<&'static Fault> = Vec::new();
    for fault in rooms().iter().flat_map(|room| room.faults) {
        if faults.iter().all(|known| known.key != fault.key) {
            faults.push(fault);
        }
    }
    faults
}

impl Args for FaultLimits {
    fn augment_args(command: Command) -> Command {
        let option = |(place, fault): (usize, &Fault)| {
            let usual = "; as for all that follow, what the system thinks enough if nothing is said";
            let help = format!("{}{}", fault.help, if place == 0 { usual } else { "" });
            Arg::new(fault.key).long(fault.key).value_name("N").value_parser(values::count).help(help)
        };
        command.args(faults().into_iter().enumerate().map(option))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for FaultLimits {
    fn from_arg_matches(told: &ArgMatches) -> Result<Self, Error> {
        let mut limits = Self::default();
        limits.update_from_arg_matches(told)?;
        Ok(limits)
    }

    fn update_from_arg_matches(&mut self, told: &ArgMatches) -> Result<(), Error> {
        let number = |fault: &Fault| Some((fault.key.to_owned(), *told.get_one::<u32>(fault.key)?));
        self.0.extend(faults().into_iter().filter_map(number));
        Ok(())
    }
}
