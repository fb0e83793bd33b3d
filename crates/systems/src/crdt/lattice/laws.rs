//! The laws of a lattice, tried on every short history.

use std::fmt;

use super::{Agent, Replicated, Update};
use crate::crdt::dots::letter;

/// A law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// `a ⊔ b = b ⊔ a`.
    Commutative,
    /// `(a ⊔ b) ⊔ c = a ⊔ (b ⊔ c)`.
    Associative,
    /// `a ⊔ a = a`.
    Idempotent,
    /// An update takes a state up: `a ⊑ update(a)`.
    Monotone,
    /// Replicas that have joined the same updates have the same state.
    Convergent,
}

/// What happens in a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryStep {
    /// A replica updates its state.
    Update(Agent, Update),
    /// A replica joins the state of another.
    Join {
        /// Whose state changes.
        into: Agent,
        /// Whose is joined.
        from: Agent,
    },
}

/// A law that does not hold, and the shortest history after which it does not.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach<T: Replicated> {
    /// Which.
    pub law: Law,
    /// What happened.
    pub history: Vec<HistoryStep>,
    /// The states for which it fails, as the law names them.
    pub states: Vec<T>,
}

/// What trying the laws has shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried<T: Replicated> {
    /// How many histories there are.
    pub histories: u64,
    /// For each law that does not hold its breach in a shortest history, in the order of their lengths.
    pub breaches: Vec<Breach<T>>,
}

/// The histories on which the laws are tried where they are shown: so many replicas, and at most so many steps. Three
/// replicas meet what takes three states. What two of them can come to show for ever takes four steps: each updates, or
/// one sees the other's update and updates, and each joins the other's state.
pub const TRIED: [(Agent, usize); 2] = [(3, 3), (2, 4)];

/// Tries the laws on all histories of [`TRIED`]: how many of each there are, and for each law that is broken its breach in
/// a shortest history, in the order of their lengths.
#[must_use]
pub fn try_laws<T: Replicated>() -> (Vec<u64>, Vec<Breach<T>>) {
    let (mut histories, mut breaches) = (Vec::new(), Vec::<Breach<T>>::new());
    for (replicas, steps) in TRIED {
        let tried = laws::<T>(replicas, steps);
        histories.push(tried.histories);
        for breach in tried.breaches {
            match breaches.iter_mut().find(|known| known.law == breach.law) {
                Some(known) if known.history.len() <= breach.history.len() => {}
                Some(known) => *known = breach,
                None => breaches.push(breach),
            }
        }
    }
    (histories, shortest_first(breaches))
}

/// There are as many breaches as laws at most. The library's stable sort is some 3 kB of code for every type of state.
fn shortest_first<T: Replicated>(breaches: Vec<Breach<T>>) -> Vec<Breach<T>> {
    let mut sorted = Vec::<Breach<T>>::with_capacity(breaches.len());
    for breach in breaches {
        let at = sorted.partition_point(|known| known.history.len() <= breach.history.len());
        sorted.insert(at, breach);
    }
    sorted
}

/// Tries the laws on every history of at most so many steps of so many replicas: on all states that occur in one history,
/// since others never meet.
pub fn laws<T: Replicated>(replicas: Agent, steps: usize) -> Tried<T> {
    let mut now = Histories::<T>::new(replicas);
    // Shorter ones first, so that the first breach is a shortest one.
    for most in 0..=steps {
        now.tried.histories = 0;
        now.go_on(most);
    }
    now.tried
}

/// A history under way.
struct Histories<T: Replicated> {
    replicas: Vec<(T, u64)>,
    /// Every state that occurred.
    states: Vec<T>,
    history: Vec<HistoryStep>,
    updates: Vec<Update>,
    /// How many updates there were.
    made: u32,
    tried: Tried<T>,
}

impl Law {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Commutative, Self::Associative, Self::Idempotent, Self::Monotone, Self::Convergent];

    /// Its name, and the law itself.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Commutative => ("Commutative", "a ⊔ b = b ⊔ a"),
            Self::Associative => ("Associative", "(a ⊔ b) ⊔ c = a ⊔ (b ⊔ c)"),
            Self::Idempotent => ("Idempotent", "a ⊔ a = a"),
            Self::Monotone => ("Monotone", "a ⊑ update(a)"),
            Self::Convergent => ("Convergent", "the same updates, the same state"),
        }
    }
}

impl fmt::Display for HistoryStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Update(agent, update) => write!(f, "{}: {update}", letter(*agent)),
            Self::Join { into, from } => write!(f, "{} joins {}’s state", letter(*into), letter(*from)),
        }
    }
}

impl<T: Replicated> Breach<T> {
    /// Replicas differ, and show the same.
    fn hidden(&self) -> bool {
        self.law == Law::Convergent
            && self.states.windows(2).all(|states| states[0].value() == states[1].value())
    }

    /// What comes of it, in a sentence without a full stop: the two sides that should be the same.
    #[must_use]
    pub fn words(&self) -> String {
        let shows = |state: &T| state.value().to_string();
        match (self.law, self.states.as_slice()) {
            (Law::Commutative, [a, b]) => {
                format!("a ⊔ b shows {}, b ⊔ a shows {}", shows(&a.join(b)), shows(&b.join(a)))
            }
            (Law::Associative, [a, b, c]) => format!(
                "(a ⊔ b) ⊔ c shows {}, a ⊔ (b ⊔ c) shows {}",
                shows(&a.join(b).join(c)),
                shows(&a.join(&b.join(c)))
            ),
            (Law::Idempotent, [a]) => format!("a shows {}, a ⊔ a shows {}", shows(a), shows(&a.join(a))),
            (Law::Monotone, [a, b]) => format!(
                "a showed {}, the update makes it {}, and joined with what was before it shows {}",
                shows(a),
                shows(b),
                shows(&a.join(b))
            ),
            (_, states) => {
                let states: Vec<String> = states.iter().map(shows).collect();
                format!("replicas that have seen the same show {}", states.join(" and "))
            }
        }
    }
}

impl<T: Replicated> Histories<T> {
    fn new(replicas: Agent) -> Self {
        let replicas = (0..replicas).map(|_| (T::default(), 0)).collect();
        Self {
            replicas,
            states: vec![T::default()],
            history: Vec::new(),
            updates: T::updates(),
            made: 0,
            tried: Tried { histories: 0, breaches: Vec::new() },
        }
    }

    fn go_on(&mut self, most: usize) {
        self.tried.histories += 1;
        if self.history.len() == most {
            return;
        }
        let last = self.history.len() + 1 == most;
        for step in self.possible() {
            let (state, made) = (self.states.len(), self.made);
            let before = self.replicas.clone();
            self.make(&step);
            // What is shorter was tried before.
            if last {
                self.judge();
            }
            self.go_on(most);
            self.replicas = before;
            self.made = made;
            self.states.truncate(state);
            self.history.pop();
        }
    }

    fn possible(&self) -> Vec<HistoryStep> {
        let agents = || 0..self.replicas.len() as Agent;
        let updates = agents().flat_map(|agent| {
            self.updates.iter().map(move |update| HistoryStep::Update(agent, update.clone()))
        });
        let joins = agents().flat_map(|into| {
            agents().filter(move |&from| from != into).map(move |from| HistoryStep::Join { into, from })
        });
        updates.chain(joins).collect()
    }

    fn make(&mut self, step: &HistoryStep) {
        self.history.push(step.clone());
        match step {
            HistoryStep::Update(agent, update) => {
                let (state, seen) = &mut self.replicas[usize::from(*agent)];
                let before = state.clone();
                state.update(*agent, update);
                *seen |= 1 << self.made;
                let after = state.clone();
                self.made += 1;
                self.states.push(after.clone());
                if !before.below(&after) {
                    self.breach(Law::Monotone, vec![before, after]);
                }
            }
            HistoryStep::Join { into, from } => {
                let (other, more) = self.replicas[usize::from(*from)].clone();
                let (state, seen) = &mut self.replicas[usize::from(*into)];
                *state = state.join(&other);
                *seen |= more;
                let after = state.clone();
                self.states.push(after);
            }
        }
    }

    /// The laws on all that occurred, the latest state among it.
    fn judge(&mut self) {
        let Some(latest) = self.states.last().cloned() else { return };
        let states = self.states.clone();
        if latest.join(&latest) != latest {
            self.breach(Law::Idempotent, vec![latest.clone()]);
        }
        for one in &states {
            if latest.join(one) != one.join(&latest) {
                self.breach(Law::Commutative, vec![latest.clone(), one.clone()]);
            }
            for other in &states {
                let triples = [(&latest, one, other), (one, &latest, other), (one, other, &latest)];
                for (a, b, c) in triples {
                    if a.join(b).join(c) != a.join(&b.join(c)) {
                        self.breach(Law::Associative, vec![a.clone(), b.clone(), c.clone()]);
                    }
                }
            }
        }
        let replicas = self.replicas.clone();
        for (place, (one, seen)) in replicas.iter().enumerate() {
            for (other, also) in &replicas[place + 1..] {
                if seen == also && one != other {
                    self.breach(Law::Convergent, vec![one.clone(), other.clone()]);
                }
            }
        }
    }

    fn breach(&mut self, law: Law, states: Vec<T>) {
        let breach = Breach { law, history: self.history.clone(), states };
        match self.tried.breaches.iter_mut().find(|known| known.law == law) {
            // Of replicas that differ those are told of whose readers can tell.
            Some(known)
                if known.history.len() == breach.history.len() && known.hidden() && !breach.hidden() =>
            {
                *known = breach;
            }
            Some(_) => {}
            None => self.tried.breaches.push(breach),
        }
    }
}
