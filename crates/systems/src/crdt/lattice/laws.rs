//! The laws of a lattice, tried on every short history.

use super::{Agent, Replicated};

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
pub enum Step<U> {
    /// A replica updates its state.
    Update(Agent, U),
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
    pub history: Vec<Step<T::Update>>,
    /// The states for which it fails, as the law names them.
    pub states: Vec<T>,
}

/// Tries the laws on every history of at most so many steps of so many replicas: on all states that occur in one history,
/// since others never meet. How many histories there are, or the breach that comes first, in the shortest history.
pub fn laws<T: Replicated>(replicas: Agent, steps: usize) -> Result<u64, Box<Breach<T>>> {
    let mut histories = 0;
    // Shorter ones first, so that the first breach is a shortest one.
    for most in 0..=steps {
        let mut now = Now::new(replicas);
        histories = 0;
        now.go_on(most, &mut histories)?;
    }
    Ok(histories)
}

/// A history under way.
struct Now<T: Replicated> {
    replicas: Vec<(T, u64)>,
    /// Every state that occurred.
    states: Vec<T>,
    history: Vec<Step<T::Update>>,
    updates: Vec<T::Update>,
    /// How many updates there were.
    made: u32,
}

type Found<T> = Result<(), Box<Breach<T>>>;

impl<T: Replicated> Now<T> {
    fn new(replicas: Agent) -> Self {
        let replicas = (0..replicas).map(|_| (T::default(), 0)).collect();
        Self { replicas, states: vec![T::default()], history: Vec::new(), updates: T::updates(), made: 0 }
    }

    fn go_on(&mut self, most: usize, histories: &mut u64) -> Found<T> {
        *histories += 1;
        if self.history.len() == most {
            return Ok(());
        }
        let last = self.history.len() + 1 == most;
        for step in self.possible() {
            let (state, made) = (self.states.len(), self.made);
            let before = self.replicas.clone();
            self.make(&step)?;
            // What is shorter was tried before.
            if last {
                self.judge()?;
            }
            self.go_on(most, histories)?;
            self.replicas = before;
            self.made = made;
            self.states.truncate(state);
            self.history.pop();
        }
        Ok(())
    }

    fn possible(&self) -> Vec<Step<T::Update>> {
        let agents = || 0..self.replicas.len() as Agent;
        let updates = agents()
            .flat_map(|agent| self.updates.iter().map(move |update| Step::Update(agent, update.clone())));
        let joins = agents().flat_map(|into| {
            agents().filter(move |&from| from != into).map(move |from| Step::Join { into, from })
        });
        updates.chain(joins).collect()
    }

    fn make(&mut self, step: &Step<T::Update>) -> Found<T> {
        self.history.push(step.clone());
        match step {
            Step::Update(agent, update) => {
                let (state, seen) = &mut self.replicas[usize::from(*agent)];
                let before = state.clone();
                state.update(*agent, update);
                *seen |= 1 << self.made;
                let after = state.clone();
                self.made += 1;
                self.states.push(after.clone());
                if !before.below(&after) {
                    return Err(self.breach(Law::Monotone, vec![before, after]));
                }
            }
            Step::Join { into, from } => {
                let (other, more) = self.replicas[usize::from(*from)].clone();
                let (state, seen) = &mut self.replicas[usize::from(*into)];
                *state = state.join(&other);
                *seen |= more;
                let after = state.clone();
                self.states.push(after);
            }
        }
        Ok(())
    }

    /// The laws on all that occurred, the latest state among it.
    fn judge(&self) -> Found<T> {
        let Some(latest) = self.states.last() else { return Ok(()) };
        if latest.join(latest) != *latest {
            return Err(self.breach(Law::Idempotent, vec![latest.clone()]));
        }
        for one in &self.states {
            if latest.join(one) != one.join(latest) {
                return Err(self.breach(Law::Commutative, vec![latest.clone(), one.clone()]));
            }
            for other in &self.states {
                let triples = [(latest, one, other), (one, latest, other), (one, other, latest)];
                for (a, b, c) in triples {
                    if a.join(b).join(c) != a.join(&b.join(c)) {
                        return Err(self.breach(Law::Associative, vec![a.clone(), b.clone(), c.clone()]));
                    }
                }
            }
        }
        for (place, (one, seen)) in self.replicas.iter().enumerate() {
            for (other, also) in &self.replicas[place + 1..] {
                if seen == also && one != other {
                    return Err(self.breach(Law::Convergent, vec![one.clone(), other.clone()]));
                }
            }
        }
        Ok(())
    }

    fn breach(&self, law: Law, states: Vec<T>) -> Box<Breach<T>> {
        Box::new(Breach { law, history: self.history.clone(), states })
    }
}
