//! The rooms: counters, sets, registers and text, on the same replicas.

use kernel::{
    Budget, Caught, Counts, Delay, Diagrams, Label, Micros, NodeId, Opt, Room, Rule, Scenario, Setup, Tool,
};

use super::object::Type;
use super::rules::{RULES, Rules};
use super::{Form, Replicas, Replication, Typing, panels, scenarios};
use crate::shared::network::{latency, network};
use crate::shared::options::{choice, switch};

/// Makes a room for types of one kind: its name, title and words, the types and the rules that it has.
macro_rules! room {
    (diagrams text $list:ident) => {
        $list.texts(Label::tab("text", "Text"), |_, now| panels::texts(&now.locals));
        $list.table(Label::TABLE);
    };
    (diagrams states $list:ident) => {
        $list.lattice(Label::tab("lattice", "Lattice").under_ring(9), panels::lattice);
        $list.laws(Label::tab("laws", "Laws"), |system| panels::laws(system.protocol.kind));
        $list.panels(Label::FIGURES, panels::all);
        $list.table(Label::TABLE);
    };
    (diagrams counters $list:ident) => {
        room!(diagrams states $list);
        $list.lanes_beside(Label::tab("consensus", "Beside consensus"));
    };
    ($room:ident $name:literal $title:literal $about:literal $source:literal $scenarios:ident
     types $default:literal $types:expr; rules [$($rule:literal),*]; text $text:literal; diagrams $diagrams:ident) => {
        #[doc = $title]
        #[derive(Debug)]
        pub struct $room;

        impl Room for $room {
            type System = Replicas;

            const NAME: &'static str = $name;
            const TITLE: &'static str = $title;
            const SHELF: &'static str = "Replicated data types";
            const ABOUT: &'static str = $about;
            const SOURCE: &'static str = $source;

            const TOOLS: &'static [Tool] = if $text { &[Tool::EditText, Tool::Tell] } else { &[Tool::Tell] };

            fn diagrams(list: &mut impl Diagrams<Replicas>) {
                list.ring(Label::RING);
                list.lanes(Label::SPACE_TIME);
                room!(diagrams $diagrams list);
            }

            fn search(setup: &Setup) -> Counts {
                search(setup)
            }

            fn options() -> Vec<Opt> {
                options($default, $types, $text)
            }

            fn rules() -> Vec<Rule> {
                rules($name, &[$($rule),*])
            }

            fn formerly(option: &str, value: &str) -> Option<(&'static str, &'static str)> {
                if $text { formerly(option, value) } else { None }
            }

            fn retired() -> &'static [&'static str] {
                // A character that comes twice is the same character.
                if $text { &["exactly-once"] } else { &[] }
            }

            fn scenarios() -> Vec<Scenario<Replicas>> {
                scenarios::$scenarios()
            }

            fn build(setup: &Setup) -> Result<Replicas, String> {
                build(setup, $text)
            }
        }
    };
}

room! {
    CounterRoom "counters" "Counters"
    "Everybody counts without asking anybody, and all come to the same number: the state of a counter can only grow."
    "Shapiro et al. 2011, section 3.1" counters
    types "pn-counter" &["g-counter", "pn-counter"];
    rules ["larger-number", "causal-delivery", "exactly-once"]; text false; diagrams counters
}

room! {
    SetRoom "sets" "Sets and a shopping cart"
    "Adding and removing at the same time: what each type of set makes of it, and where a removed item comes back."
    "Shapiro et al. 2011, section 3.3" sets
    types "or-set" &["g-set", "2p-set", "or-set", "cart"];
    rules ["observed-tags", "causal-delivery", "exactly-once"]; text false; diagrams states
}

room! {
    RegisterRoom "registers" "Registers and a map"
    "Two write at once: the last one wins, whatever last means, or both are kept until somebody decides."
    "Shapiro et al. 2011, section 3.2" registers
    types "lww-register" &["lww-register", "mv-register", "lww-map"];
    rules ["tie-break", "logical-clock"]; text false; diagrams states
}

room! {
    TextRoom "text" "Text that several people write"
    "Everybody types at once, and all come to read the same; whether it can be read is another question."
    "Weidner and Kleppmann 2025" text
    types "fugue-max" &["rga", "fugue", "fugue-max"];
    rules []; text true; diagrams text
}

/// The algorithm of a text was its type, and what was called `fugue` then is FugueMax: it ordered children on the right by how
/// far they reach. So the word `fugue` under the new name can mean what its authors call so, and older links keep their
/// runs.
fn formerly(option: &str, value: &str) -> Option<(&'static str, &'static str)> {
    match (option, value) {
        ("type", "rga") => Some(("algorithm", "rga")),
        ("type", "fugue") => Some(("algorithm", "fugue-max")),
        _ => None,
    }
}

/// The rules of a room; what one of them is for is not seen in the same way in all rooms.
fn rules(room: &str, names: &[&str]) -> Vec<Rule> {
    let rules = RULES.iter().filter(|rule| names.contains(&rule.name));
    let caught = |rule: &Rule| match (room, rule.name) {
        ("counters", "causal-delivery") => Caught::search("operations", "Causal order"),
        ("sets", "exactly-once") => Caught::search("buffer", "Strong convergence"),
        _ => rule.caught,
    };
    rules.map(|rule| Rule { caught: caught(rule), ..*rule }).collect()
}

fn search(setup: &Setup) -> Counts {
    let state = setup.options.get("form").is_some_and(|form| form == "state");
    let text = !setup.options.contains_key("form");
    if fair(setup) {
        return Budget { requests: 2, losses: 2, ..Budget::NONE }.into();
    }
    Budget { requests: if text { 4 } else { 3 }, duplicates: 1, losses: u32::from(state), ..Budget::NONE }
        .into()
}

fn fair(setup: &Setup) -> bool {
    setup.options.get("fair").is_some_and(|fair| fair == "on")
}

fn form(setup: &Setup) -> Form {
    match setup.options.get("form").map(String::as_str) {
        Some("state") => Form::State,
        Some("delta") => Form::Delta,
        Some(_) | None => Form::Operation,
    }
}

/// The type that the options and the rules name; `Err`: a rule is off that has nothing to do with it.
fn kind(setup: &Setup, form: Form, rules: Rules) -> Result<Type, String> {
    let text = setup.options.contains_key("algorithm");
    let usual = match setup.word(if text { "algorithm" } else { "type" }) {
        "g-counter" => Type::GCounter,
        "pn-counter" => Type::PnCounter,
        "g-set" => Type::GSet,
        "2p-set" => Type::TwoPhaseSet,
        "or-set" => Type::OrSet,
        "cart" => Type::Cart,
        "lww-register" => Type::LwwRegister,
        "mv-register" => Type::MvRegister,
        "lww-map" => Type::LwwMap,
        "rga" => Type::Rga,
        "fugue" => Type::Fugue,
        _ => Type::FugueMax,
    };
    let switches: [(&str, Type, &[Type]); 4] = [
        ("larger-number", Type::AddingCounter, &[Type::GCounter, Type::PnCounter]),
        ("observed-tags", Type::UnobservedSet, &[Type::OrSet]),
        ("tie-break", Type::TiedRegister, &[Type::LwwRegister]),
        ("logical-clock", Type::SkewedRegister, &[Type::LwwRegister]),
    ];
    let mut kind = usual;
    for (rule, broken, of) in switches.into_iter().filter(|(rule, ..)| !setup.rule(rule)) {
        if !of.contains(&kind) || form == Form::Operation {
            let names: Vec<&str> = of.iter().map(|kind| kind.name()).collect();
            return Err(format!(
                "has rule {rule} off, which is one of {} and of telling states or deltas",
                names.join(" and ")
            ));
        }
        kind = broken;
    }
    if form != Form::Operation && !(rules.causal_delivery && rules.exactly_once) {
        return Err("has a rule of telling operations off, and tells states or deltas".to_owned());
    }
    if form == Form::Operation && kind == Type::Cart {
        return Err("has the cart tell operations; it tells states or deltas".to_owned());
    }
    Ok(kind)
}

fn build(setup: &Setup, text: bool) -> Result<Replicas, String> {
    let ms = |name| Micros::ms(setup.number(name));
    let network = network(setup)?;
    let form = form(setup);
    let fair = fair(setup);
    if fair && form != Form::State {
        // What is answered can be answered again before it has arrived, so there is no end of messages under way.
        return Err("has fair gossip, which is for replicas that tell states".to_owned());
    }
    let anywhere = text && setup.word("typing") == "anywhere";
    let rules = Rules::without(|rule| !setup.rule(rule));
    let replication = Replication {
        kind: kind(setup, form, rules)?,
        form,
        typing: if anywhere { Typing::Anywhere } else { Typing::InARow },
        gossip: Some(ms("gossip")).filter(|span| *span > Micros::ZERO),
        fair,
        rules,
    };
    let size = NodeId::try_from(setup.number("replicas")).unwrap_or(2);
    let mut replicas = Replicas::new(replication, size);
    replicas.network = network;
    let requests = u32::try_from(setup.number("updates")).unwrap_or(0);
    replicas.budget = Budget { requests, ..Budget::TIMED };
    replicas.workload = Delay::Exponential(ms("pause"));
    Ok(replicas)
}

fn options(default: &'static str, types: &'static [&'static str], text: bool) -> Vec<Opt> {
    let number = Opt::number;
    let mut options = if text { of_texts(default, types) } else { of_states(default, types) };
    options.extend([
        number("replicas", "Replicas", (2, 8, ""), "3", "How many hold a copy."),
        number(
            "updates",
            "Updates",
            (0, 500, ""),
            if text { "60" } else { "9" },
            "Clients make so many by themselves.",
        ),
        number(
            "pause",
            "Pause",
            (10, 600_000, "ms"),
            if text { "400" } else { "1500" },
            "Between two of them, on average.",
        ),
        number(
            "gossip",
            "Gossip",
            (0, 600_000, "ms"),
            "2000",
            "A replica turns to the next one so often; 0: never.",
        ),
    ]);
    options.extend(latency(600_000, ("300", "900")));
    options.extend([
        number("loss", "Loss", (0, 100, "%"), "0", "So many of a hundred messages are lost."),
        number("duplication", "Duplication", (0, 100, "%"), "0", "So many of a hundred messages come twice."),
    ]);
    options
}

fn of_texts(default: &'static str, algorithms: &'static [&'static str]) -> Vec<Opt> {
    vec![
        choice(
            "algorithm",
            "Algorithm",
            algorithms,
            default,
            "Where a character belongs that was typed at the same place and time as others.",
        ),
        choice(
            "typing",
            "People type",
            &["in-a-row", "anywhere"],
            "in-a-row",
            "Behind their own last letter, or anywhere.",
        ),
    ]
}

fn of_states(default: &'static str, types: &'static [&'static str]) -> Vec<Opt> {
    vec![
        choice("type", "Type", types, default, "What the replicas hold."),
        choice(
            "form",
            "Told as",
            &["state", "operation", "delta"],
            "state",
            "What a replica sends: its whole state, what was done, or what is new of its state.",
        ),
        switch(
            "fair",
            "Fair gossip in Search",
            "off",
            "In a search gossip never ends, and a replica turns to the next one when all that it sent has arrived or is \
             lost.",
        ),
    ]
}
