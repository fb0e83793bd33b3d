//! The explorer's side.

use std::rc::Rc;

use explorer::{End, Limits, Plan, Verdict, run};
use kernel::{Room, Setup};
use systems::reference::{AbdRegisterRoom, PaxosClientsRoom, SingleCopyRegisterRoom, TwoPhaseRoom};

use crate::{Measured, Model, Workload, host};

pub(crate) fn search(workload: &Workload) -> Measured {
    search_within(workload, usize::MAX)
}

/// Searches until it has taken so many bytes.
pub(crate) fn search_within(workload: &Workload, most_bytes: usize) -> Measured {
    let Workload { servers, clients, .. } = *workload;
    let both = [("servers", servers), ("clients", clients)];
    match workload.model {
        Model::PaxosClients => room::<PaxosClientsRoom>(&both, most_bytes),
        Model::SingleCopy => room::<SingleCopyRegisterRoom>(&both, most_bytes),
        Model::Abd => room::<AbdRegisterRoom>(&both, most_bytes),
        Model::TwoPhase => room::<TwoPhaseRoom>(&[("managers", clients)], most_bytes),
    }
}

fn room<R: Room>(options: &[(&str, u16)], most_bytes: usize) -> Measured {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    let setup = Setup { options, ..Setup::default() };
    let start = host::seconds();
    let system = R::build(&setup).expect("these options fit together");
    let mut search = {
        let limits = Limits { bytes: most_bytes, ..Limits::default() };
        run(Rc::new(system), Plan { limits, ..Plan::default() })
    };
    let report = search.report();
    let seconds = host::seconds() - start;
    let end = if most_bytes == usize::MAX { End::Complete } else { End::Memory };
    assert_eq!(report.progress.end, Some(end), "it ends at its end, or at its limit");
    for (property, verdict) in &report.properties {
        assert!(
            matches!(verdict, Verdict::Holds | Verdict::Witnessed { .. }) || end == End::Memory,
            "{}: {verdict:?}",
            property.name
        );
    }
    let progress = report.progress;
    // The initial state counts as generated in Stateright.
    let transitions = progress.transitions + 1;
    let bytes = progress.bytes as f64;
    Measured { states: progress.states, transitions, depth: progress.depth, seconds, bytes }
}
