//! Branches, checkpoints, seeking.

use std::collections::VecDeque;
use std::rc::Rc;

use kernel::view::{NodeView, View};
use kernel::{Directive, Does, Explain, Mark, Micros, NodeId, System};

use crate::line::Line;
use crate::run::{Intervention, Run, ShownState};

/// A branch, counted from 0: the run without the reader's second thoughts.
pub type BranchId = usize;

/// One way the run went. What came before `fork` it shares with its parent.
pub struct Branch<S: System> {
    /// Its name.
    pub name: String,
    /// Where it comes from: the branch, and the last step shared with it.
    pub fork: Option<(BranchId, u64)>,
    /// The date of the last step shared with the parent.
    pub forked_at: Micros,
    /// All interventions from the start of the run on, those before the fork included.
    pub interventions: Vec<Intervention<S::Event>>,
    /// How many of them it shares with its parent.
    pub inherited: usize,
    /// How far it has been played: steps and time.
    pub end: (u64, Micros),
    /// What is worth a mark after the fork: step, time, mark.
    pub marks: Vec<(u64, Micros, Mark)>,
    checkpoints: Vec<Run<S>>,
    every: u64,
}

impl<S: System> Branch<S> {
    /// A branch keeps at most so many checkpoints, further and further apart.
    const CHECKPOINTS: usize = 256;
    /// All of them together hold at most so many events under way.
    const WEIGHT: u64 = 400_000;

    fn thin(&mut self) {
        let much = |kept: &[Run<S>]| {
            kept.len() > Self::CHECKPOINTS || kept.iter().map(Run::weight).sum::<u64>() > Self::WEIGHT
        };
        while self.checkpoints.len() > 2 && much(&self.checkpoints) {
            self.every *= 2;
            let every = self.every;
            let mut first = true;
            // The first always stays: it is where the branch begins, and nothing before it belongs to the
            // branch alone.
            self.checkpoints.retain(|kept| std::mem::take(&mut first) || kept.steps() % every == 0);
        }
    }
}

/// A run with its past and its branches. There is always one moment at which it stands.
pub struct History<S: Explain> {
    run: Run<S>,
    branches: Vec<Branch<S>>,
    current: BranchId,
    /// The latest steps in words, up to the moment; a window, see [`History::WINDOW`].
    lines: VecDeque<Line>,
}

impl<S: Explain> History<S> {
    /// So many of the latest steps are kept in words.
    pub const WINDOW: usize = 600;
    /// At first there is one every so many steps, or every so many for each node where that is more: a checkpoint
    /// costs what the state is large, and a step does not.
    const EVERY: u64 = 64;
    const EVERY_PER_NODE: u64 = 8;

    /// The start of the run that this seed and these interventions give.
    pub fn new(
        system: Rc<S>,
        script: Vec<Directive<S>>,
        seed: u64,
        interventions: Vec<Intervention<S::Event>>,
    ) -> Self {
        let run = Run::new(system, script, seed);
        let every = Self::EVERY.max(Self::EVERY_PER_NODE * u64::from(run.system().nodes()));
        let root = Branch {
            name: "main".to_owned(),
            fork: None,
            forked_at: Micros::ZERO,
            interventions,
            inherited: 0,
            end: (0, Micros::ZERO),
            marks: Vec::new(),
            checkpoints: vec![run.clone()],
            every,
        };
        Self { run, branches: vec![root], current: 0, lines: VecDeque::new() }
    }

    /// The moment at which it stands.
    pub fn run(&self) -> &Run<S> {
        &self.run
    }

    /// The branches, in the order in which they were made.
    pub fn branches(&self) -> &[Branch<S>] {
        &self.branches
    }

    /// The branch on which it stands.
    pub fn current(&self) -> BranchId {
        self.current
    }

    /// Gives a branch another name.
    pub fn rename(&mut self, branch: BranchId, name: &str) {
        if let Some(branch) = self.branches.get_mut(branch) {
            name.trim().clone_into(&mut branch.name);
        }
    }

    /// The latest steps in words, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> + ExactSizeIterator {
        self.lines.iter()
    }

    /// The marks of a branch from the start on: step, time, mark.
    pub fn marks(&self, branch: BranchId) -> Vec<(u64, Micros, Mark)> {
        let Some(own) = self.branches.get(branch) else { return Vec::new() };
        let mut marks = own.fork.map_or_else(Vec::new, |(parent, fork)| {
            let mut marks = self.marks(parent);
            // The parent went on after the fork, another way.
            marks.retain(|(step, ..)| *step <= fork);
            marks
        });
        marks.extend(&own.marks);
        marks
    }

    /// The state in words as it is at `shown`, which lies between this step and the next.
    pub fn view(&self, shown: Micros) -> View {
        self.run.system().view(self.run.state(), &self.dates(shown))
    }

    /// The same without what is not drawn.
    pub fn sketch(&self, shown: Micros) -> View {
        self.run.system().sketch(self.run.state(), &self.dates(shown))
    }

    /// One node of the view.
    pub fn node(&self, shown: Micros, node: NodeId) -> Option<NodeView> {
        self.run.system().node(self.run.state(), node, &self.dates(shown))
    }

    fn dates(&self, shown: Micros) -> ShownState<'_, S> {
        ShownState { run: &self.run, at: shown.max(self.run.now()) }
    }

    /// When the next step happens.
    pub fn peek(&self) -> Option<Micros> {
        self.run.next_date(&self.branches[self.current].interventions)
    }

    /// Makes the next step, in words, if its date is not after `until`.
    pub fn step(&mut self, until: Micros) -> bool {
        let Some(line) = self.run.step_in_words(&self.branches[self.current].interventions, until) else {
            return false;
        };
        if self.lines.len() == Self::WINDOW {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
        self.remember();
        true
    }

    /// Goes on to `until`, at most `most` steps; says how many it made. Only the last of them are put in words.
    pub fn advance(&mut self, until: Micros, most: u64) -> u64 {
        let start = self.run.steps();
        while self.run.steps() - start < most && self.step(until) {}
        self.run.steps() - start
    }

    /// Goes on without words: for long runs. The window of lines is empty afterwards; [`History::narrate`] fills it.
    pub fn advance_silently(&mut self, until: Micros, most: u64) -> u64 {
        let start = self.run.steps();
        self.lines.clear();
        while self.run.steps() - start < most
            && self.run.step(&self.branches[self.current].interventions, until)
        {
            self.remember();
        }
        self.run.steps() - start
    }

    /// Stores what the branch should keep of the step just made.
    fn remember(&mut self) {
        let (steps, now) = (self.run.steps(), self.run.now());
        let branch = &mut self.branches[self.current];
        // Played again after a seek: it is the same step, and kept already.
        if steps <= branch.end.0 {
            return;
        }
        branch.end = (steps, now);
        branch.marks.extend(self.run.report().marks.iter().map(|&mark| (steps, now, mark)));
        // A copy costs as much as there is under way: the more, the further apart.
        let apart = branch.checkpoints.last().is_none_or(|last| steps - last.steps() >= self.run.weight());
        if steps % branch.every == 0 && apart {
            branch.checkpoints.push(self.run.clone());
            branch.thin();
        }
    }

    /// Goes to the last step that is not after `at`, backwards or forwards. At most `most` steps beyond what has been
    /// played; says whether it got there.
    pub fn seek(&mut self, at: Micros, most: u64) -> bool {
        self.restore(|run| run.now() <= at);
        // What has been played may be played again in any case; `most` bounds what is new.
        let limit = self.branches[self.current].end.0.max(self.run.steps()).saturating_add(most);
        self.replay(at, limit);
        // Stopped by the limit, it may still have come as far as it should.
        self.run.steps() < limit || self.peek().is_none_or(|next| next > at)
    }

    /// Goes to this step of the current branch, if it has been played.
    pub fn seek_step(&mut self, step: u64) {
        let step = step.min(self.branches[self.current].end.0);
        self.restore(|run| run.steps() <= step);
        self.replay(Micros(u64::MAX), step);
    }

    /// Goes on as far as `until` and `limit` allow, silently at first, so that the last steps are in words.
    fn replay(&mut self, until: Micros, limit: u64) {
        // Words are wanted for the last steps only, and which those are is known at the end. So the way goes
        // on silently, two copies follow behind at half a window's distance, and from the older one the end
        // is executed again with words. A copy costs as much as there is under way, so none is made for less
        // than that many steps.
        let half = Self::WINDOW as u64 / 2;
        let (mut older, mut newer) = (self.run.clone(), self.run.clone());
        while self.run.steps() < limit && self.run.step(&self.branches[self.current].interventions, until) {
            self.remember();
            if self.run.steps() - newer.steps() >= half.max(newer.weight()) {
                older = std::mem::replace(&mut newer, self.run.clone());
            }
        }
        let end = self.run.steps();
        self.run = older;
        let told = end.saturating_sub(Self::WINDOW as u64);
        while self.run.steps() < told && self.run.step(&self.branches[self.current].interventions, until) {}
        while self.run.steps() < end && self.step(until) {}
    }

    /// Back to a checkpoint that is early enough, and early enough again for half a window of lines.
    fn restore(&mut self, early: impl Fn(&Run<S>) -> bool) {
        // Twice: the first is as near as possible, but to start there would leave no lines from before it in
        // the window.
        let found = self.checkpoint(self.current, u64::MAX, &early).steps();
        let start = found.saturating_sub(Self::WINDOW as u64 / 2);
        self.run = self.checkpoint(self.current, start, &early).clone();
        self.lines.clear();
    }

    /// The latest checkpoint on the way to a branch that is early enough and not after step `most`.
    fn checkpoint(&self, mut branch: BranchId, mut most: u64, early: &impl Fn(&Run<S>) -> bool) -> &Run<S> {
        loop {
            let own = &self.branches[branch];
            let found = own.checkpoints.iter().rev().find(|run| run.steps() <= most && early(run));
            match (found, own.fork) {
                (Some(run), _) => return run,
                // Up to the fork the parent's checkpoints are the branch's own; after it they are of another
                // run.
                (None, Some((parent, fork))) => (branch, most) = (parent, most.min(fork)),
                (None, None) => return &own.checkpoints[0],
            }
        }
    }

    /// Does something to the run at the time shown. In the past it starts a branch, and the old future is kept.
    /// Says whether it could be done.
    pub fn intervene(&mut self, shown: Micros, does: Does<S::Event>) -> bool {
        if !self.run.permits(&does) {
            return false;
        }
        // Dates grow strictly, so it comes after the step at which the run stands, even where that step's own
        // date is shown.
        let at = Micros(shown.max(self.run.now()).0.max(self.run.now().0 + 1));
        let (steps, done) = (self.run.steps(), self.run.done());
        let branch = &self.branches[self.current];
        // Both: where a recording was loaded, a branch has interventions that have not been played yet, and
        // to add one in front of them changes the future just as well.
        let unplayed = steps == branch.end.0 && done == branch.interventions.len();
        if !unplayed {
            self.fork(steps, done);
        }
        self.branches[self.current].interventions.push(Intervention { at, does });
        self.step(at)
    }

    fn fork(&mut self, steps: u64, done: usize) {
        let parent = &self.branches[self.current];
        let branch = Branch {
            name: format!("branch {}", self.branches.len()),
            fork: Some((self.current, steps)),
            forked_at: self.run.now(),
            inherited: done,
            interventions: parent.interventions[..done].to_vec(),
            end: (steps, self.run.now()),
            marks: Vec::new(),
            checkpoints: vec![self.run.clone()],
            // As far apart as on the first branch by now, up to a bound: a branch of a very long run may be
            // short.
            every: self.branches[0].every.min(1 << 12),
        };
        self.current = self.branches.len();
        self.branches.push(branch);
    }

    /// Makes a branch anew that was recorded: it leaves `parent` after step `step`, which is played to if need be, at
    /// most `most` steps. Says whether the parent gets there.
    pub fn grow(
        &mut self,
        parent: BranchId,
        step: u64,
        interventions: Vec<Intervention<S::Event>>,
        name: &str,
        most: u64,
    ) -> bool {
        if parent >= self.branches.len() {
            return false;
        }
        self.current = parent;
        self.seek_step(step);
        // A recording says where it forked, not that the parent has been played so far.
        let missing = step - self.run.steps();
        if missing > most || self.advance_silently(Micros(u64::MAX), missing) < missing {
            return false;
        }
        self.fork(step, self.run.done());
        let branch = &mut self.branches[self.current];
        branch.interventions.extend(interventions);
        name.clone_into(&mut branch.name);
        true
    }

    /// Goes over to another branch, to the same time as far as it has been played.
    pub fn switch(&mut self, branch: BranchId, at: Micros) {
        if branch < self.branches.len() {
            self.current = branch;
            // Not beyond its end: to change over must not play anything new.
            self.seek(at.min(self.branches[branch].end.1), 0);
        }
    }

    /// The steps of a branch after `step`, in words, at most `most` of them, without moving.
    pub fn narrate(&self, branch: BranchId, step: u64, most: usize) -> Vec<Line> {
        let Some(own) = self.branches.get(branch) else { return Vec::new() };
        let step = step.min(own.end.0);
        let mut run = self.checkpoint(branch, step, &|_| true).clone();
        while run.steps() < step && run.step(&own.interventions, Micros(u64::MAX)) {}
        let left = own.end.0.saturating_sub(run.steps()).min(most as u64);
        (0..left).map_while(|_| run.step_in_words(&own.interventions, Micros(u64::MAX))).collect()
    }

    /// The last step shared by two branches.
    pub fn shared(&self, one: BranchId, other: BranchId) -> u64 {
        if one.max(other) >= self.branches.len() {
            return 0;
        }
        let ancestry = |mut branch: BranchId| {
            let mut path = vec![(branch, self.branches[branch].end.0)];
            while let Some((parent, fork)) = self.branches[branch].fork {
                path.push((parent, fork));
                branch = parent;
            }
            // A branch of a branch shares with its grandparent only what its parent shares.
            let mut limit = u64::MAX;
            for (_, fork) in &mut path {
                limit = limit.min(*fork);
                *fork = limit;
            }
            path
        };
        let (one, other) = (ancestry(one), ancestry(other));
        let both = one.iter().flat_map(|a| other.iter().filter(|b| a.0 == b.0).map(|b| a.1.min(b.1)));
        both.max().unwrap_or(0)
    }
}
