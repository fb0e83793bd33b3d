//! The proof asked of a system that is no cluster and has no message: two processes on one register, which each writes
//! if it is the first, and decides what stands in it then. A step on shared memory does what no step in the paper can:
//! steps of different processes need not commute (Loui and Abu-Amara 1987; Herlihy 1991).

use std::rc::Rc;

use catalog::Recording;
use explorer::{Label, Plan, run};
use impossibility::{Configurations, Proof, Third, explore_in};
use kernel::view::{Figure, NodeView, Role, Tone, View};
use kernel::{
    Action, Alike, Budget, Counts, Dates, Delay, Explain, Fault, Faults, Happening, Micros, NodeId, Opt,
    OptKind, Property, Report, Room, Rule, Scenario, Scripted, Setup, Shaped, System, Target, Tool, Touched,
    Turn, Verdict,
};
use serde::{Deserialize, Serialize};
use systems::reference::TwoPhaseRoom;

/// Two processes and a register that keeps what is written first.
struct Register {
    /// `None`: any.
    inputs: Option<[u8; 2]>,
    crashes: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Memory {
    inputs: [u8; 2],
    register: Option<u8>,
    decided: [Option<u8>; 2],
    down: [bool; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum Act {
    WriteAndRead(NodeId),
    Crash(NodeId),
}

impl Register {
    fn crashed(state: &Memory) -> u32 {
        state.down.iter().map(|&down| u32::from(down)).sum()
    }
}

impl System for Register {
    type State = Memory;
    type Event = Act;

    fn initial(&self, turn: &mut Turn<'_, Act>) -> Memory {
        let mut any = || u8::from(turn.choices.choose(2) == 1);
        let inputs = self.inputs.unwrap_or_else(|| [any(), any()]);
        Memory { inputs, ..Memory::default() }
    }

    fn enabled(&self, state: &Memory) -> Vec<Act> {
        let mut acts = vec![Act::WriteAndRead(0), Act::WriteAndRead(1)];
        if Self::crashed(state) < self.crashes {
            acts.extend([Act::Crash(0), Act::Crash(1)]);
        }
        acts.retain(|act| self.permits(state, act));
        acts
    }

    fn permits(&self, state: &Memory, act: &Act) -> bool {
        let (Act::WriteAndRead(node) | Act::Crash(node)) = *act;
        !state.down[usize::from(node)] && state.decided[usize::from(node)].is_none()
    }

    fn apply(&self, state: &mut Memory, act: &Act, turn: &mut Turn<'_, Act>) {
        turn.report.rescan = true;
        match *act {
            Act::WriteAndRead(node) => {
                let node = usize::from(node);
                state.decided[node] = Some(*state.register.get_or_insert(state.inputs[node]));
            }
            Act::Crash(node) => state.down[usize::from(node)] = true,
        }
    }

    fn delay(&self, _: &Memory, act: &Act) -> Delay {
        match act {
            Act::WriteAndRead(_) => Delay::Between(Micros::ms(1), Micros::ms(9)),
            Act::Crash(_) => Delay::Never,
        }
    }

    fn stream(&self, _: &Memory, _: &Act) -> u32 {
        0
    }

    fn fair_key(&self, _: &Memory, act: &Act) -> Option<u64> {
        match act {
            Act::WriteAndRead(node) => Some(u64::from(*node)),
            Act::Crash(_) => None,
        }
    }

    fn properties(&self) -> Vec<Property> {
        Vec::new()
    }

    fn check(&self, _: &Memory, _: usize, _: Touched) -> Verdict {
        Ok(())
    }

    fn outcomes(&self, state: &Memory) -> u16 {
        state.decided.iter().flatten().fold(0, |set, value| set | 1 << value)
    }
}

impl Explain for Register {
    fn nodes(&self) -> NodeId {
        2
    }

    fn view(&self, state: &Memory, dates: &dyn Dates<Act>) -> View {
        let nodes = (0..2).filter_map(|node| self.node(state, node, dates)).collect();
        View { nodes, ..View::default() }
    }

    fn node(&self, state: &Memory, id: NodeId, _: &dyn Dates<Act>) -> Option<NodeView> {
        let (role, era) = self.role(state, id);
        let lines = vec![format!("input {}", state.inputs[usize::from(id)])];
        let (name, badges, disk) = (self.node_name(id), Vec::new(), Vec::new());
        Some(NodeView { id, name, role, era, lines, badges, disk, ram: Vec::new(), timers: Vec::new() })
    }

    fn narrate(&self, _: &Memory, act: &Act) -> Happening {
        let (Act::WriteAndRead(node) | Act::Crash(node)) = *act;
        Happening { node: Some(node), title: format!("{act:?}"), tone: Tone::Plain, dot: None }
    }

    fn role(&self, _: &Memory, _: NodeId) -> (Role, Option<u64>) {
        (Role { word: "process".into(), figure: Figure::Circle, acting: false }, None)
    }

    fn actions(&self, _: &Memory, _: Target) -> Vec<Action<Act>> {
        Vec::new()
    }
}

impl Faults for Register {
    fn faults() -> &'static [Fault] {
        Budget::FAULTS
    }

    fn bounded(self, limits: Counts) -> Self {
        Self { crashes: limits.get("crashes"), ..self }
    }

    fn spent(&self, state: &Memory) -> Counts {
        Counts::none(Self::faults()).with("crashes", Self::crashed(state))
    }

    fn crashes(&self, act: &Act) -> Option<(NodeId, bool)> {
        match *act {
            Act::WriteAndRead(_) => None,
            Act::Crash(node) => Some((node, true)),
        }
    }
}

impl Alike for Register {}
impl Shaped for Register {}

struct RegisterRoom;

impl Room for RegisterRoom {
    type System = Register;
    const NAME: &'static str = "register";
    const TITLE: &'static str = "A register";
    const SHELF: &'static str = "Tests";
    const ABOUT: &'static str = "Two processes and a register.";
    const SOURCE: &'static str = "Herlihy 1991";
    const TOOLS: &'static [Tool] = &[Tool::Valency];

    fn search(_: &Setup) -> Counts {
        Budget { crashes: 1, ..Budget::NONE }.into()
    }

    fn begun(_: &Setup, answers: &[u32]) -> Option<Vec<(&'static str, String)>> {
        Some(vec![("inputs", answers.iter().map(u32::to_string).collect())])
    }

    fn options() -> Vec<Opt> {
        let kind = OptKind::Choice(&["00", "01", "10", "11", "any"]);
        vec![Opt { name: "inputs", title: "Inputs", kind, default: "any", help: "A digit a process." }]
    }

    fn rules() -> Vec<Rule> {
        Vec::new()
    }

    fn scenarios() -> Vec<Scenario<Register>> {
        vec![Scenario {
            name: "race",
            title: "Race",
            story: "",
            source: "",
            set: &[],
            length: Micros::ms(100),
            pace: Micros::ms(10),
            script: |_| Vec::new(),
        }]
    }

    fn build(setup: &Setup) -> Result<Register, String> {
        let inputs: Option<Vec<u8>> = setup
            .word("inputs")
            .chars()
            .map(|digit| digit.to_digit(2).and_then(|digit| digit.try_into().ok()))
            .collect();
        Ok(Register { inputs: inputs.and_then(|inputs| inputs.try_into().ok()), crashes: 0 })
    }
}

fn explored() -> Box<dyn Configurations> {
    let mut configurations =
        explore_in::<RegisterRoom>(&Recording::new("register", "", 1)).expect("a recording of the room");
    while !configurations.advance(100) {}
    configurations
}

#[test]
fn a_room_is_known_by_its_tool_and_not_by_its_name() {
    let configurations = explored();
    assert!(configurations.extent().complete && !configurations.coins());
    let roots = configurations.roots().iter();
    let starts: Vec<_> = roots
        .map(|&root| (configurations.inputs(root), configurations.proof().valency[root as usize]))
        .collect();
    let known = [("00", 0b01), ("01", 0b11), ("10", 0b11), ("11", 0b10)];
    assert_eq!(starts, known.map(|(inputs, valency)| (inputs.to_owned(), valency)));
    // Whoever goes first decides for both.
    let mixed = configurations.roots()[1];
    let first = configurations.proof().graph.successors(mixed)[1];
    let step = configurations.event(mixed, first);
    assert_eq!((step.title.as_str(), step.short.as_str()), ("WriteAndRead(1)", "S2 steps"));
    let run = configurations.record(&[mixed, first]).expect("a walk is a run");
    assert_eq!((run.system.as_str(), run.options["inputs"].as_str()), ("register", "01"));
    assert!(explore_in::<TwoPhaseRoom>(&Recording::new("reference-two-phase", "", 1)).is_err());
}

#[test]
fn steps_on_shared_memory_need_not_commute() {
    let configurations = explored();
    let proof = configurations.proof();
    let (count, open) = proof.diamonds(0..configurations.extent().states as u32);
    let open = open.expect("who writes first makes a difference");
    assert_eq!((count, open.top), (4, configurations.roots()[1]));
    // Lemma 3 fails in its first case, which messages exclude: the two steps are of different processes.
    let (event, _) = proof.events(open.top).next().expect("a process that has not decided can go on");
    match proof.third(&proof.sets(open.top, event), event) {
        Third::Neighbours(two) => {
            let valencies = (proof.valency[two.d.0 as usize], proof.valency[two.d.1 as usize]);
            assert_eq!((two.same, valencies), (false, (0b01, 0b10)));
        }
        other @ (Third::Bivalent(_) | Third::Uniform(_)) => panic!("{other:?}"),
    }
    let mut run = configurations.nondeciding().expect("two runs decide differently");
    assert!(run.turn().expect_err("a step decides").contains("escapes the third lemma"));
}

#[test]
fn a_crash_has_a_label_too() {
    let mut chain = explored().chain().expect("the room has an option for inputs");
    while !chain.advance(100) {}
    let starts: Vec<_> = chain.starts().iter().map(|start| (&*start.inputs, start.valency)).collect();
    assert_eq!(starts, [("00", Some(0b01)), ("01", Some(0b11)), ("11", Some(0b10))]);
    let flips: Vec<_> = chain.flips().iter().map(|flip| (flip.process, flip.crashed)).collect();
    assert_eq!(flips, [(1, (Some(0b01), Some(0b01))), (0, (Some(0b10), Some(0b10)))]);
}

/// Two-phase commit as a specification: a set of messages, and actions with guards. Every pair of actions at different
/// nodes that can both happen is a diamond, as the system itself says without any label.
#[test]
fn a_specification_has_its_diamonds() {
    let options = TwoPhaseRoom::options().into_iter();
    let options = options.map(|option| (option.name.to_owned(), option.default.to_owned())).collect();
    let setup = Setup { options, ..Setup::default() };
    let system = Rc::new(TwoPhaseRoom::build(&setup).expect("the defaults fit together"));
    let mut search =
        run(Rc::clone(&system), Plan { labels: true, label: Some(Label::told), ..Plan::default() });
    let states = u32::try_from(search.progress().states).unwrap();
    let mut pairs = 0;
    for state in (0..states).map(|state| search.state(state)) {
        let acts = system.enabled(&state);
        let nodes: Vec<_> = acts.iter().map(|act| system.narrate(&state, act).node).collect();
        for (place, one) in acts.iter().enumerate() {
            for (other, _) in
                acts[place..].iter().zip(&nodes[place..]).filter(|(_, node)| **node != nodes[place])
            {
                let after = |acts: [&_; 2]| {
                    let (mut state, mut report) = (state, Report::default());
                    for act in acts {
                        let mut turn = Turn { choices: &mut Scripted::default(), report: &mut report };
                        system.apply(&mut state, act, &mut turn);
                    }
                    state
                };
                assert_eq!(after([one, other]), after([other, one]));
                pairs += 1;
            }
        }
    }
    let decided: Vec<u16> = (0..states).map(|state| search.outcomes(state)).collect();
    let graph = search.graph().expect("labels keep the transitions");
    let labels = (0..states).flat_map(|state| graph.labels(state)).max().map_or(0, |most| most + 1);
    let meanings: Vec<_> = (0..labels).map(|label| search.meaning(label)).collect();
    let valency = graph.valency(decided.clone());
    let proof = Proof { graph, valency: &valency, decided: &decided, meanings: &meanings };
    assert_eq!(proof.diamonds(0..states), (pairs, None));
    assert!(pairs > 1_000, "{pairs}");
}
