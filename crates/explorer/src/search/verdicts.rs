//! What is said of each property when the search has ended.

use kernel::{Kind, Property, System};

use super::{End, Machine, Search};
use crate::fair::{self, Lasso};
use crate::path;
use crate::report::{Beyond, Verdict};
use crate::space::Space;

impl<S: System, Sp: Space<S>> Machine<S, Sp> {
    /// What holds for want of anything that could break it.
    pub(super) fn untested(&self, verdicts: &[Verdict]) -> Vec<(usize, &'static str)> {
        let holds = |&&(property, ..): &&(usize, usize, _)| verdicts[property] == Verdict::Holds;
        let unmet = self.unmet.iter().filter(holds);
        unmet.map(|&(property, _, denial)| (property, denial)).collect()
    }

    pub(super) fn verdict(
        &mut self,
        number: usize,
        property: &Property,
        beyond: &mut Vec<Beyond>,
    ) -> Verdict {
        let complete = self.end == Some(End::Complete);
        match (property.kind, self.first[number]) {
            (Kind::Always, Some(state)) => {
                // The reason speaks of the nodes of the run that is played, and there must be one.
                let Some(whole) = self.as_played(state) else { return Verdict::Unknown };
                // Asked again of the state that the system itself comes to: a stored state that no run
                // reaches proves nothing.
                let said = self.space.system().check(&whole, number, kernel::Touched::EVERYTHING);
                let Err(reason) = said else { return Verdict::Unknown };
                Verdict::Violated { state, length: self.depth_of(state) - 1, reason, walk: None }
            }
            (Kind::Reachable, Some(state)) => Verdict::Witnessed { state, length: self.depth_of(state) - 1 },
            // Only of a whole space: of a part one can say what was found, and not what was not.
            (Kind::Always, None) if complete => Verdict::Holds,
            (Kind::Reachable, None) if complete => Verdict::Unreached,
            (Kind::Always | Kind::Reachable, None) => Verdict::Unknown,
            (Kind::Eventually | Kind::Recurrently, _) => self.lasting(number, property.kind, beyond),
        }
    }

    /// A state as the path to it ends.
    fn as_played(&self, state: u32) -> Option<S::State> {
        if !self.space.merges() {
            return Some(self.space.state(state));
        }
        self.replay(&self.walk(state)).map(|path| path.end)
    }

    /// Where states stand for others, a round is one of the system only if it can be followed, and what no known round
    /// breaks may be broken by one that is not seen: there a property that is to hold at last holds for certain only if
    /// there is no round at all in which it does not.
    fn settled(&mut self, found: Lasso, (number, kind): (usize, Kind), starts: &[u32]) -> Option<Lasso> {
        if !self.space.merges() {
            return Some(found);
        }
        match &found {
            Lasso::Walk(walk) => {
                let fair = |back_to| path::repeats(&self.space, self.from.as_ref(), &walk.states, back_to);
                // A run that stops is as it is; only a round needs to be followed.
                if !walk.back_to.is_none_or(fair) {
                    return None;
                }
                // What is withheld is known by names, and those change places on the way.
                let round = &walk.states[walk.back_to.unwrap_or(walk.states.len())..];
                if round.iter().any(|&state| !self.space.withheld(state).is_empty()) {
                    return None;
                }
            }
            Lasso::None => {
                let edges = self.edges.take()?;
                let round = fair::open_round(&mut self.space, &edges, (number, kind), starts);
                self.edges = Some(edges);
                if round {
                    return None;
                }
            }
            // It says nothing for certain in any case.
            Lasso::Beyond(..) => {}
        }
        Some(found)
    }

    fn lasting(&mut self, number: usize, kind: Kind, beyond: &mut Vec<Beyond>) -> Verdict {
        let Some(edges) = self.edges.take() else { return Verdict::Unknown };
        let starts: Vec<u32> =
            // All that a search starts from comes first.
            (0..self.space.len() as u32).take_while(|&state| *self.parents.get(state) == state).collect();
        let found = fair::decide(&mut self.space, &edges, (number, kind), &starts);
        self.edges = Some(edges);
        let Some(found) = self.settled(found, (number, kind), &starts) else { return Verdict::Unknown };
        match found {
            Lasso::None if self.end == Some(End::Complete) => Verdict::Holds,
            Lasso::None => Verdict::Unknown,
            Lasso::Beyond(states, by) => {
                if self.end == Some(End::Complete) {
                    beyond.push(Beyond { property: number, states, by });
                }
                Verdict::Unknown
            }
            Lasso::Walk(walk) => {
                let state = walk.states[walk.states.len() - 1];
                let length = walk.states.len() - 1;
                let reason = match walk.back_to {
                    Some(place) if self.space.merges() => format!(
                        "The last {} steps can repeat for ever, each time with other names in the same places.",
                        length - place
                    ),
                    Some(place) => format!("The last {} steps can repeat for ever.", length - place),
                    None => "Nothing more happens from here on.".to_owned(),
                };
                Verdict::Violated { state, length, reason, walk: Some(walk) }
            }
        }
    }
}
