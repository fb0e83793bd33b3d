//! The pictures that only some rooms have. A constant of the room keeps the code of each out of the parts of other rooms.

use std::collections::BTreeMap;

use kernel::view::{Panel, Table, View};
use kernel::{Micros, NodeId, Room, System};
use scene::Scene;
use stage::{Canvas, blocks, lanes, lattice, prose, table, texts};

use crate::live::Live;
use crate::session::Session;

impl<R: Room> Live<R> {
    /// The tree of blocks.
    pub(crate) fn draw_chain(&self, width: f64) -> Scene {
        let found = if R::CHAIN { self.system().blocks(self.run().state()) } else { None };
        found.map_or_else(|| Scene::new(width, 0.0), |found| blocks::draw(&found, width))
    }

    /// What people wrote.
    pub(crate) fn draw_text(&self, width: f64) -> Scene {
        if R::TEXT { texts::draw(&self.texts(), width) } else { Scene::new(width, 0.0) }
    }

    /// The states that replicas climb.
    pub(crate) fn draw_lattice(&self, width: f64) -> Scene {
        let found = if R::LATTICE { self.system().lattice(self.run().state()) } else { None };
        found.map_or_else(|| Scene::new(width, 0.0), |found| lattice::draw(&found, width))
    }

    /// The lanes of this system, and under them those of one of consensus.
    pub(crate) fn draw_versus(&self, canvas: &Canvas, window: Micros) -> Scene {
        if !R::LATTICE {
            return Scene::new(canvas.width, canvas.height);
        }
        lanes::draw(&self.versus.chart(self.chart(window), self.recording(), self.other), canvas)
    }

    /// Which laws hold, tried once.
    pub(crate) fn draw_laws(&self, width: f64) -> Scene {
        if !R::LATTICE {
            return Scene::new(width, 0.0);
        }
        said(self.laws.get_or_init(|| self.system().laws()), width)
    }

    /// What the system says in tables and in sentences.
    pub(crate) fn draw_figures(&self, width: f64) -> Scene {
        if R::FIGURES {
            said(&self.system().panels(self.run().state()), width)
        } else {
            Scene::new(width, 0.0)
        }
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
    for node in &view.nodes {
        for (disk, fields) in [(true, &node.disk), (false, &node.ram)] {
            for field in fields {
                if !columns.contains(&(disk, &field.name)) {
                    columns.push((disk, &field.name));
                }
                cells.insert((node.id, disk, &field.name), &field.value);
            }
        }
    }
    columns.sort_by_key(|(disk, _)| !disk);
    let mut head = vec!["node".to_owned(), "role".to_owned()];
    head.extend(columns.iter().map(|(_, name)| (*name).to_owned()));
    let row = |node: &kernel::view::NodeView| {
        let mut row = vec![node.name.clone(), node.role.word.clone()];
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
