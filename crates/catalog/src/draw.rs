//! How the diagrams that a room lists are drawn.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use kernel::view::{Blocks, Lattice, Logs, Panel, Table, TextRow, View};
use kernel::{Diagrams, Explain, Label, NodeId, Room, System};
use scene::Scene;
use stage::{Canvas, blocks, lanes, lattice, logs, prose, ring, table, texts};

use crate::comparison;
use crate::room_session::RoomSession;
use crate::session::{Diagram, Picture, Session};

type StateOf<R> = <<R as Room>::System as System>::State;
type Of<R, T> = fn(&<R as Room>::System, &StateOf<R>) -> T;

type Draw<R> = Box<dyn Fn(&RoomSession<R>, &Picture) -> Scene>;

/// A diagram of a room, and how it is drawn.
struct Listed<R: Room> {
    diagram: Diagram,
    draw: Draw<R>,
}

/// The diagrams that a room lists. Only the drawings of those it lists are compiled for it.
pub(crate) struct Drawings<R: Room> {
    list: Vec<Listed<R>>,
    /// The replicated logs, where the room lists any: another system's may stand beside them.
    pub(crate) logs: Option<Of<R, Logs>>,
    /// What people wrote, where the room lists texts: there they are edited.
    pub(crate) texts: Option<Of<R, Vec<TextRow>>>,
}

impl<R: Room> Drawings<R> {
    pub(crate) fn of_room() -> Self {
        let mut drawings = Self { list: Vec::new(), logs: None, texts: None };
        R::diagrams(&mut drawings);
        drawings
    }

    pub(crate) fn all(&self) -> Vec<Diagram> {
        self.list.iter().map(|listed| listed.diagram).collect()
    }

    /// The picture; an empty one of a diagram that the room does not have.
    pub(crate) fn draw(&self, session: &RoomSession<R>, picture: &Picture) -> Scene {
        let listed = self.list.iter().find(|listed| listed.diagram.key == picture.diagram.key);
        listed.map_or_else(|| Scene::new(picture.width, 0.0), |listed| (listed.draw)(session, picture))
    }

    /// A diagram that is as large as its place and moves with time.
    fn filling(
        &mut self,
        diagram: Diagram,
        draw: impl Fn(&RoomSession<R>, &Canvas, &Picture) -> Scene + 'static,
    ) {
        let draw = move |session: &RoomSession<R>, picture: &Picture| {
            let canvas = Canvas { width: picture.width, height: picture.height, compact: picture.compact };
            draw(session, &canvas, picture)
        };
        self.list.push(Listed { diagram, draw: Box::new(draw) });
    }

    /// A diagram that is as high as it needs and changes with the steps.
    fn growing(&mut self, diagram: Diagram, draw: impl Fn(&RoomSession<R>, f64) -> Scene + 'static) {
        let draw = move |session: &RoomSession<R>, picture: &Picture| draw(session, picture.width);
        self.list.push(Listed { diagram, draw: Box::new(draw) });
    }
}

/// What the function says of the state shown.
fn now<R: Room, T>(session: &RoomSession<R>, of: Of<R, T>) -> T {
    of(session.system(), session.run().state())
}

impl<R: Room> Diagrams<R::System> for Drawings<R> {
    /// Each kind has its drawing below.
    fn any(&mut self, _: Label) {}

    fn ring(&mut self, label: Label) {
        let diagram = Diagram { network: true, ..Diagram::filling(label) };
        self.filling(diagram, |session, canvas, _| ring::draw(&session.sketch(), canvas));
    }

    fn lanes(&mut self, label: Label) {
        self.filling(Diagram::filling(label), |session, canvas, picture| {
            lanes::draw(&session.chart(picture.window), canvas)
        });
    }

    fn table(&mut self, label: Label) {
        self.growing(Diagram::growing(label), |session, width| {
            table::draw(&nodes_table(&session.view()), width)
        });
    }

    fn logs(&mut self, label: Label, of: Of<R, Logs>) {
        self.logs = Some(of);
        self.growing(Diagram::growing(label), move |session, width| logs::draw(&now(session, of), width));
    }

    fn blocks(&mut self, label: Label, of: Of<R, Blocks>) {
        self.growing(Diagram::growing(label), move |session, width| blocks::draw(&now(session, of), width));
    }

    fn texts(&mut self, label: Label, of: Of<R, Vec<TextRow>>) {
        self.texts = Some(of);
        self.growing(Diagram::growing(label), move |session, width| texts::draw(&now(session, of), width));
    }

    fn lattice(&mut self, label: Label, of: Of<R, Lattice>) {
        self.growing(Diagram::growing(label), move |session, width| lattice::draw(&now(session, of), width));
    }

    fn panels(&mut self, label: Label, of: Of<R, Vec<Panel>>) {
        self.growing(Diagram::growing(label), move |session, width| said(&now(session, of), width));
    }

    fn laws(&mut self, label: Label, of: fn(&R::System) -> Vec<Panel>) {
        let tried = OnceCell::new();
        self.growing(Diagram::growing(label), move |session, width| {
            said(tried.get_or_init(|| of(session.system())), width)
        });
    }

    fn logs_beside(&mut self, label: Label, of: Of<R, Logs>) {
        let beside = comparison::logs::partner(R::NAME);
        if beside.is_some() {
            let diagram = Diagram { beside, ..Diagram::growing(label) };
            self.growing(diagram, move |session, width| {
                logs::draw(&session.logs_beside(now(session, of)), width)
            });
        }
    }

    fn lanes_beside(&mut self, label: Label) {
        let beside = comparison::lanes::rival(R::NAME);
        if beside.is_some() {
            self.filling(Diagram { beside, ..Diagram::filling(label) }, |session, canvas, picture| {
                let chart = session.chart(picture.window);
                lanes::draw(&session.lanes_beside.chart(chart, session.recording(), session.other), canvas)
            });
        }
    }
}

/// What a room's diagrams are called.
#[derive(Default)]
pub(crate) struct Labels(pub(crate) Vec<Label>);

impl<S: Explain> Diagrams<S> for Labels {
    fn any(&mut self, label: Label) {
        self.0.push(label);
    }
}

/// Tables and sentences, one under the other.
fn said(panels: &[Panel], width: f64) -> Scene {
    let figures = panels.iter().map(|panel| match panel {
        Panel::Table(said) => table::draw(said, width),
        Panel::Text { title, body } => prose::draw(title, body, width),
    });
    stage::column(figures, width)
}

/// What each node holds, a row a node: a column for each field that any of them has.
pub(crate) fn nodes_table(view: &View) -> Table {
    let mut columns: Vec<(bool, &str)> = Vec::new();
    let mut cells: BTreeMap<(NodeId, bool, &str), &str> = BTreeMap::new();
    for disk in [true, false] {
        for node in &view.nodes {
            for field in if disk { &node.disk } else { &node.ram } {
                if !columns.contains(&(disk, &field.name)) {
                    columns.push((disk, &field.name));
                }
                cells.insert((node.id, disk, &field.name), &field.value);
            }
        }
    }
    let mut head = vec!["node".to_owned(), "role".to_owned()];
    head.extend(columns.iter().map(|(_, name)| (*name).to_owned()));
    let row = |node: &kernel::view::NodeView| {
        let mut row = vec![node.name.clone(), node.role.word.to_string()];
        row.extend(
            columns
                .iter()
                .map(|&(disk, name)| cells.get(&(node.id, disk, name)).copied().unwrap_or("").to_owned()),
        );
        row
    };
    let rows: Vec<Vec<String>> = view.nodes.iter().map(row).collect();
    let title = "What each node holds".to_owned();
    if rows.len() > 8 {
        return Table { title, head, rows };
    }
    // Few nodes have more fields than there are nodes: then a column a node is easier to read.
    let turned = |field: usize| {
        let values = rows.iter().map(|row| row[field].clone());
        std::iter::once(head[field].clone()).chain(values).collect::<Vec<_>>()
    };
    let rows_turned = (1..head.len()).map(turned).collect();
    Table { title, head: turned(0), rows: rows_turned }
}
