//! What commands make happen: the events of any cluster.

use goldenscript::ArgumentConsumer;
use kernel::cluster::State;
use kernel::{Cluster, Describe, Event, Explain, Gesture, Monitor, NodeId};

use super::Answer;

/// The event that a command stands for.
pub(super) fn usual<P: Describe, M: Monitor<P>>(
    system: &Cluster<P, M>,
    now: &State<P, M>,
    command: (&str, &[&str]),
) -> Answer<Event<P>> {
    let node = |name: &str| node(system, name);
    let nodes = |names: &str| names.split(',').map(node).collect::<Result<Vec<NodeId>, String>>();
    Ok(match command {
        ("crash", [name]) => Event::Crash(node(name)?),
        ("restart", [name]) => Event::Restart(node(name)?),
        ("cut", [one, "from", other]) => Event::partition(&nodes(one)?, &nodes(other)?),
        ("cut", [one, "to", other]) => Event::Cut(vec![(node(one)?, node(other)?)]),
        ("cut", [one, other]) => Event::partition(&[node(one)?], &[node(other)?]),
        ("heal", []) => Event::Heal(now.wires.keys().copied().collect()),
        ("heal", [one, other]) => {
            let (one, other) = (node(one)?, node(other)?);
            Event::Heal(vec![(one, other), (other, one)])
        }
        ("fire", [name]) => {
            let me = node(name)?;
            let timer = now.locals[usize::from(me)].timers.first().ok_or("no timer runs")?.0.clone();
            Event::Fire(me, timer)
        }
        (what @ ("deliver" | "lose" | "duplicate"), [to, "from", from]) => {
            let id = oldest(now, (node(from)?, node(to)?))?;
            match what {
                "deliver" => Event::Deliver(id),
                "lose" => Event::Lose(id),
                _ => Event::Duplicate(id),
            }
        }
        ("ask", []) => Event::Request,
        ("ask", [name, what]) => asked(system, now, (name, node(name)?), what)?,
        ("type", [name, at, text]) => {
            system.gesture(now, &Gesture::Type { at: node(name)?, edit: (at.parse()?, 0), text })?
        }
        ("erase", [name, at, count]) => {
            let edit = (at.parse()?, count.parse()?);
            system.gesture(now, &Gesture::Type { at: node(name)?, edit, text: "" })?
        }
        (name, words) => return Err(format!("{name} {words:?} is not known").into()),
    })
}

/// The node of this name.
pub(crate) fn node<P: Describe, M: Monitor<P>>(system: &Cluster<P, M>, name: &str) -> Result<NodeId, String> {
    let found = (0..system.size).find(|&node| system.node_name(node) == name);
    found.ok_or_else(|| format!("there is no {name}"))
}

/// Which client asks: `client=A`, and A if nothing is said.
pub(crate) fn client(args: &mut ArgumentConsumer<'_>) -> Answer<u8> {
    let letter = args.take_key("client").unwrap_or("A").bytes().next();
    Ok(letter.and_then(|letter| letter.checked_sub(b'A')).ok_or("a client is a letter")?)
}

/// The oldest message from one to another.
fn oldest<P: Describe, M: Monitor<P>>(now: &State<P, M>, ends: (NodeId, NodeId)) -> Result<u64, String> {
    let found = now.mail.iter().find(|(_, envelope)| (envelope.from, envelope.to) == ends);
    found.map(|(&id, _)| id).ok_or_else(|| "there is no such message".to_owned())
}

/// What a client asks a node: by its words, or by its place in the menu.
fn asked<P: Describe, M: Monitor<P>>(
    system: &Cluster<P, M>,
    now: &State<P, M>,
    (name, me): (&str, NodeId),
    what: &str,
) -> Answer<Event<P>> {
    let mut menu = system.protocol.menu(me, &now.locals);
    let named = menu.iter().position(|input| system.protocol.describe_input(input) == what);
    let place: usize = named.map_or_else(|| what.parse(), |named| Ok(named + 1))?;
    if place == 0 || place > menu.len() {
        return Err(format!("the menu of {name} has {} places", menu.len()).into());
    }
    Ok(Event::Input(me, menu.swap_remove(place - 1)))
}
