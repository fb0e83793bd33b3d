//! The explorer's side.

use std::rc::Rc;

use explorer::{Plan, Verdict, run};
use kernel::{Room, Setup};
use systems::reference::{AbdRegisterRoom, PaxosClientsRoom, SingleCopyRegisterRoom, TwoPhaseRoom};

use crate::{Measured, Model, Workload, host};

pub(crate) fn search(workload: &Workload) -> Measured {
    let Workload { servers, clients, .. } = *workload;
    match workload.model {
        Model::PaxosClients => room::<PaxosClientsRoom>(&[("servers", servers), ("clients", clients)]),
        Model::SingleCopy => room::<SingleCopyRegisterRoom>(&[("servers", servers), ("clients", clients)]),
        Model::Abd => room::<AbdRegisterRoom>(&[("servers", servers), ("clients", clients)]),
        Model::TwoPhase => room::<TwoPhaseRoom>(&[("managers", clients)]),
    }
}

fn room<R: Room>(options: &[(&str, u16)]) -> Measured {
    let options = options.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    let setup = Setup { options, ..Setup::default() };
    let start = host::seconds();
    let system = R::build(&setup).expect("these options fit together");
    let mut search = run(Rc::new(system), Plan::default());
    let report = search.report();
    let seconds = host::seconds() - start;
    assert!(report.complete, "the search was not cut short");
    for (property, verdict) in &report.properties {
        assert!(
            matches!(verdict, Verdict::Holds | Verdict::Witnessed { .. }),
            "{}: {verdict:?}",
            property.name
        );
    }
    let progress = report.progress;
    // The initial state counts as generated in Stateright.
    let transitions = progress.transitions + 1;
    Measured { states: progress.states, transitions, depth: progress.depth, seconds }
}
