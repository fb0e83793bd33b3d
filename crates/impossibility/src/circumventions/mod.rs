//! The ways around the impossibility: a coin, time, a detector of failures; and which of agreement,
//! termination and fault tolerance each protocol of the room has. All of it is computed by the protocols' own handlers,
//! in slices, as the page's worker wants it.

mod coin;
mod delays;
mod protocols;
mod raft;
mod triangle;

use catalog::task::{Job, written};
use serde::{Deserialize, Serialize};

pub use coin::{Game, LAST, Measured, Sampler, Worst};
pub use delays::{Delays, Lasted, PATIENCE_MS};
pub use triangle::{Held, Placed, TURNS, Triangle, place};

/// What the page asks of the program beside it: a question about protocols that are known here, and about no run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// How many rounds Ben-Or's coin takes.
    Coin,
    /// How long the rotating coordinator takes if no message takes longer than so many milliseconds.
    Delays {
        /// The bound, in milliseconds.
        most_ms: u64,
        /// The first coordinator crashes before its first step.
        crash: bool,
    },
    /// Where each protocol stands.
    Triangle,
}

/// What is known so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// Of the coin.
    Coin {
        /// What the worst schedulers can do, first the one that keeps all in step, as far as it is known.
        worst: Vec<Worst>,
        /// What runs did.
        measured: Vec<Measured>,
    },
    /// Of delays.
    Delays(Delays),
    /// Of the protocols.
    Triangle {
        /// The protocols placed so far; of the last one not all may be known.
        placed: Vec<Placed>,
        /// How many there are.
        of: usize,
    },
}

/// Takes a question up, for who knows nothing but that there is work. Its answer is a [`Found`].
#[must_use]
pub fn job(way: Way) -> Box<dyn Job> {
    Box::new(Ways::open(way))
}

impl Job for Ways {
    fn advance(&mut self, most: usize) -> bool {
        Self::advance(self, most)
    }

    fn progress(&self) -> String {
        written(&self.found())
    }
}

/// A question under way.
pub struct Ways(Kind);

enum Kind {
    Coin { game: Game, worst: Vec<Worst>, samplers: Vec<Sampler> },
    Delays(Delays),
    Triangle(Box<Triangle>),
}

/// The coin's rounds are computed for so many processes.
const PROCESSES: usize = 3;
/// And measured for these, so often each.
const MEASURED: [(u16, u32); 3] = [(3, 1_000), (5, 500), (7, 200)];
/// So many runs tell how delays matter.
const DELAYS: usize = 300;

impl Ways {
    /// Takes a question up.
    #[must_use]
    pub fn open(way: Way) -> Self {
        Self(match way {
            Way::Coin => {
                let both = |(size, _)| [Sampler::new(size, false), Sampler::new(size, true)];
                let samplers = MEASURED.into_iter().flat_map(both).collect();
                Kind::Coin { game: Game::new(PROCESSES, true), worst: Vec::new(), samplers }
            }
            Way::Delays { most_ms, crash } => Kind::Delays(Delays::new(most_ms, crash)),
            Way::Triangle => Kind::Triangle(Box::new(Triangle::new())),
        })
    }

    /// Goes on for a while: with searches, by at most so many configurations. Says whether it has ended.
    pub fn advance(&mut self, most: usize) -> bool {
        match &mut self.0 {
            Kind::Coin { game, worst, .. } if worst.len() < 2 => {
                if game.advance() {
                    worst.push(game.worst());
                    *game = Game::new(PROCESSES, false);
                }
                false
            }
            Kind::Coin { samplers, .. } => {
                let wanted =
                    |size: u16| MEASURED.iter().find(|(known, _)| *known == size).map_or(0, |known| known.1);
                let next = samplers.iter_mut().find(|sampler| {
                    let measured = &sampler.measured;
                    measured.runs.iter().sum::<u32>() + measured.longer < wanted(measured.processes)
                });
                next.map(Sampler::run).is_none()
            }
            Kind::Delays(delays) => {
                delays.run();
                delays.runs.len() >= DELAYS
            }
            Kind::Triangle(triangle) => triangle.advance(most),
        }
    }

    /// What is known.
    #[must_use]
    pub fn found(&self) -> Found {
        match &self.0 {
            Kind::Coin { worst, samplers, .. } => Found::Coin {
                worst: worst.clone(),
                measured: samplers.iter().map(|sampler| sampler.measured.clone()).collect(),
            },
            Kind::Delays(delays) => Found::Delays(delays.clone()),
            Kind::Triangle(triangle) => {
                Found::Triangle { placed: triangle.placed.clone(), of: triangle.protocols() }
            }
        }
    }
}
