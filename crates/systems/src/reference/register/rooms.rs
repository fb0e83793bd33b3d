//! The rooms: one for each service.

use kernel::{Diagrams, Label, Micros, NodeId, Opt, OptKind, Room, Rule, Scenario, Setup};

use super::history::{self, CLIENTS_MAX};
use super::{Abd, Clients, PaxosServers, Registers, Service, SingleCopy};

/// More servers have more states than anybody can search.
const SERVERS_MAX: u64 = 7;

fn options(servers: &'static str) -> Vec<Opt> {
    let option = |name, title, most, default, help| {
        let kind = OptKind::Number { least: 1, most, unit: "" };
        Opt { name, title, kind, default, help }
    };
    vec![
        option("servers", "Servers", SERVERS_MAX, servers, "How many servers there are."),
        option("clients", "Clients", CLIENTS_MAX, "2", "How many clients write once and then read once."),
    ]
}

fn build<S: Service>(service: S, setup: &Setup) -> Registers<S> {
    let number = |name| setup.number(name) as NodeId;
    let servers = number("servers");
    let mut cluster = Registers::new(Clients { service, servers }, servers + number("clients"));
    cluster.leave_ignored = true;
    cluster
}

fn scenario<S: Service>(story: &'static str, length: u64) -> Vec<Scenario<Registers<S>>> {
    vec![Scenario {
        name: "two-clients",
        title: "Two clients",
        story,
        source: "Stateright, examples",
        set: &[],
        length: Micros::ms(length),
        pace: Micros::ms(length / 6),
        script: |_| Vec::new(),
    }]
}

/// A register in one place.
#[derive(Debug)]
pub struct SingleCopyRegisterRoom;

impl Room for SingleCopyRegisterRoom {
    type System = Registers<SingleCopy>;

    const NAME: &'static str = "reference/single-copy-register";
    const TITLE: &'static str = "Single-copy register";
    const SHELF: &'static str = "Reference models";
    const ABOUT: &'static str = "Clients write to and read from servers that know nothing of each other.";
    const SOURCE: &'static str = "Stateright, examples/single-copy-register.rs";
    const REFERENCE: bool = true;

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.panels(Label::FIGURES, |_, now| history::table(&now.monitor));
        list.table(Label::TABLE);
    }

    fn options() -> Vec<Opt> {
        options("1")
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Self::System>> {
        scenario(
            "Two clients write to one server and read from it. With two servers they need not see what was written.",
            90,
        )
    }

    fn build(setup: &Setup) -> Result<Self::System, String> {
        Ok(build(SingleCopy, setup))
    }
}

/// A register at a majority.
#[derive(Debug)]
pub struct AbdRegisterRoom;

impl Room for AbdRegisterRoom {
    type System = Registers<Abd>;

    const NAME: &'static str = "reference/abd-register";
    const TITLE: &'static str = "Register at a majority (ABD)";
    const SHELF: &'static str = "Reference models";
    const ABOUT: &'static str =
        "Servers ask a majority before they answer, and have it record what they answer.";
    const SOURCE: &'static str =
        "Attiya, Bar-Noy and Dolev 1995; Stateright, examples/linearizable-register.rs";
    const REFERENCE: bool = true;

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.panels(Label::FIGURES, |_, now| history::table(&now.monitor));
        list.table(Label::TABLE);
    }

    fn options() -> Vec<Opt> {
        options("2")
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Self::System>> {
        scenario("Two clients write and read through two servers, which ask each other each time.", 240)
    }

    fn build(setup: &Setup) -> Result<Self::System, String> {
        Ok(build(Abd, setup))
    }
}

/// Paxos with clients.
#[derive(Debug)]
pub struct PaxosClientsRoom;

impl Room for PaxosClientsRoom {
    type System = Registers<PaxosServers>;

    const NAME: &'static str = "reference/paxos-clients";
    const TITLE: &'static str = "Paxos with clients";
    const SHELF: &'static str = "Reference models";
    const ABOUT: &'static str = "Servers agree on what one of the clients writes, and answer reads with it.";
    const SOURCE: &'static str = "Lamport, Paxos made simple, 2001; Stateright, examples/paxos.rs";
    const REFERENCE: bool = true;

    fn diagrams(list: &mut impl Diagrams<Self::System>) {
        list.ring(Label::RING);
        list.lanes(Label::SPACE_TIME);
        list.panels(Label::FIGURES, |_, now| history::table(&now.monitor));
        list.table(Label::TABLE);
    }

    fn options() -> Vec<Opt> {
        options("3")
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Self::System>> {
        scenario(
            "Two clients ask two of three servers to write, and a majority decides what is written.",
            180,
        )
    }

    fn build(setup: &Setup) -> Result<Self::System, String> {
        Ok(build(PaxosServers, setup))
    }
}
