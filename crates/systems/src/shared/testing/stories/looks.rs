//! What stories look at, in lines of text.

use kernel::cluster::State;
use kernel::view::{BlockCell, BlockStanding, Blocks, NodeView};
use kernel::{
    Cluster, Describe, Diagrams, Envelope, Explain, Label, Local, Monitor, NodeId, Room, System, Undated,
};

/// A look at what any room has.
pub(super) fn look<R: Room<System = Cluster<P, M>>, P: Describe, M: Monitor<P>>(
    system: &Cluster<P, M>,
    now: &State<P, M>,
    what: &str,
) -> Option<String> {
    match what {
        "nodes" => Some(shown(system, now, node)),
        "mail" => Some(mail(system, now)),
        "blocks" => Some(blocks::<R>(system, now)),
        _ => None,
    }
}

/// A line for each node as the page shows it.
pub(crate) fn shown<S: Explain>(system: &S, now: &S::State, line: fn(&NodeView) -> String) -> String {
    system.view(now, &Undated).nodes.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A line for each node: its name, and this.
pub(crate) fn line_each<P: Describe, M: Monitor<P>>(
    system: &Cluster<P, M>,
    now: &State<P, M>,
    line: impl Fn(NodeId, &Local<P>) -> String,
) -> String {
    let locals = (0..).zip(&now.locals);
    let lines = locals.map(|(node, local)| format!("{} {}", system.node_name(node), line(node, local)));
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn node(node: &NodeView) -> String {
    let badges: String = node.badges.iter().map(|badge| format!(", {}", badge.text)).collect();
    // What takes more than a line stands in its fields alone.
    let shows = node.disk.iter().find(|field| field.name.is("shows") && !node.lines.contains(&field.value));
    let shows = shows.map(|field| format!(", {}", field.value)).unwrap_or_default();
    format!("{} {}, {}{shows}{badges}", node.name, node.role.word, node.lines.join(", "))
}

/// A line for each message in flight.
fn mail<P: Describe, M: Monitor<P>>(system: &Cluster<P, M>, now: &State<P, M>) -> String {
    let line = |(&id, envelope): (&u64, &Envelope<P>)| {
        let (from, to) = (system.node_name(envelope.from), system.node_name(envelope.to));
        let message = system.message(now, id).map(|view| format!("{} {}", view.kind, view.label));
        format!("{from} to {to}: {}", message.unwrap_or_default())
    };
    now.mail.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The tree of blocks of a room that lists one.
struct Tree<S: System>(Option<fn(&S, &S::State) -> Blocks>);

impl<S: Explain> Diagrams<S> for Tree<S> {
    fn blocks(&mut self, _: Label, of: fn(&S, &S::State) -> Blocks) {
        self.0 = Some(of);
    }

    fn any(&mut self, _: Label) {}
}

/// A line for each block of the tree.
fn blocks<R: Room>(system: &R::System, now: &<R::System as System>::State) -> String {
    let mut tree = Tree::<R::System>(None);
    R::diagrams(&mut tree);
    let cells = tree.0.map(|of| of(system, now).cells).unwrap_or_default();
    cells.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn block(cell: &BlockCell) -> String {
    let standing = match cell.standing {
        BlockStanding::Counts => "counts for all",
        BlockStanding::Disputed => "counts for some",
        BlockStanding::Aside => "counts for nobody",
        BlockStanding::Hidden => "secret",
    };
    let badge = cell.badge.as_ref().map(|badge| format!(", {}", badge.text)).unwrap_or_default();
    let payments = match cell.count {
        0 => String::new(),
        1 => ", 1 payment".to_owned(),
        more => format!(", {more} payments"),
    };
    let flawed = if cell.flawed { ", invalid" } else { "" };
    let tips = if cell.tips.is_empty() { String::new() } else { format!(": {}", cell.tips.join(" ")) };
    format!("{} {} {}, {standing}{badge}{payments}{flawed}{tips}", cell.height, cell.name, cell.label)
}
