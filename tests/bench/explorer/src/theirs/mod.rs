//! Stateright's side: the same models in its terms, searched breadth first with one thread.

mod abd;
mod paxos;
mod single_copy;
mod two_phase;

use std::fmt::Debug;
use std::hash::Hash;

use stateright::actor::register::{RegisterActor, RegisterMsg};
use stateright::actor::{Actor, ActorModel, Id, Network};
use stateright::semantics::LinearizabilityTester;
use stateright::semantics::register::Register;
use stateright::{Checker, Expectation, Model as System};

use crate::{Measured, Model, Workload, host};

/// A request's number, and what is written.
type Request = u64;
type Value = char;

pub(crate) fn search(workload: &Workload) -> Measured {
    let (servers, clients) = (usize::from(workload.servers), usize::from(workload.clients));
    let everyone = || (0..servers).map(Id::from);
    let others = |me: Id| everyone().filter(|&peer| peer != me).collect::<Vec<_>>();
    match workload.model {
        Model::PaxosClients => {
            run(registers(everyone().map(|me| paxos::Server { peers: others(me) }), clients))
        }
        Model::SingleCopy => run(registers(everyone().map(|_| single_copy::Server), clients)),
        Model::Abd => run(registers(everyone().map(|me| abd::Server { peers: others(me) }), clients)),
        Model::TwoPhase => run(two_phase::TwoPhase { managers: clients }),
    }
}

type Registers<S> = ActorModel<RegisterActor<S>, (), LinearizabilityTester<Id, Register<Value>>>;

/// Servers, and clients that write once and then read once, on a network that loses and repeats nothing.
fn registers<S, M>(servers: impl ExactSizeIterator<Item = S>, clients: usize) -> Registers<S>
where
    S: Actor<Msg = RegisterMsg<Request, Value, M>> + Clone,
    M: Clone + Debug + Eq + Hash + Ord,
    S::Timer: Ord,
{
    let server_count = servers.len();
    let client = RegisterActor::Client { put_count: 1, server_count };
    ActorModel::new((), LinearizabilityTester::new(Register(Value::default())))
        .actors(servers.map(RegisterActor::Server))
        .actors(std::iter::repeat_n(client, clients))
        .init_network(Network::new_unordered_nonduplicating([]))
        .record_msg_in(RegisterMsg::record_returns)
        .record_msg_out(RegisterMsg::record_invocations)
        .property(Expectation::Always, "linearizable", |_, state| {
            state.history.serialized_history().is_some()
        })
        .property(Expectation::Sometimes, "value chosen", |_, state| {
            let written = |message: &RegisterMsg<_, Value, _>| matches!(message, RegisterMsg::GetOk(_, value) if *value != Value::default());
            state.network.iter_deliverable().any(|envelope| written(envelope.msg))
        })
}

fn run<S>(system: S) -> Measured
where
    S: System + Send + Sync + 'static,
    S::State: Clone + Debug + Hash + PartialEq + Send + Sync + 'static,
    S::Action: Clone + Debug + PartialEq,
{
    let start = host::seconds();
    let checker = system.checker().threads(1).spawn_bfs().join();
    let seconds = host::seconds() - start;
    checker.assert_properties();
    Measured {
        states: checker.unique_state_count(),
        transitions: checker.state_count() as u64,
        depth: checker.max_depth(),
        seconds,
        bytes: 0.0,
    }
}
