//! What each event does to a cluster.

use std::collections::BTreeMap;

use super::{Budget, Cluster, Event, State};
use crate::describe::KeyEvent;
use crate::monitor::{Monitor, Reads, Seen};
use crate::property::{Touched, Verdict};
use crate::protocol::{Effects, Envelope, Local, Protocol, Stimulus};
use crate::system::{Mark, Turn};
use crate::time::Delay;
use crate::{MessageId, NodeId};

impl<P: Protocol, M: Monitor<P>> Cluster<P, M> {
    pub(super) fn start(&self, turn: &mut Turn<'_, Event<P>>) -> State<P, M> {
        let disk = |node: usize| self.disks.get(node).cloned().unwrap_or_default();
        let mut state = State {
            locals: (0..usize::from(self.size)).map(|node| Local::off(disk(node))).collect(),
            mail: BTreeMap::new(),
            wires: BTreeMap::new(),
            spent: Budget::default(),
            monitor: M::default(),
            next_message: 0,
            kinds: (BTreeMap::new(), vec![0; usize::from(self.size)]),
        };
        state.kinds.0.insert(0, (0..self.size).collect());
        for node in 0..self.size {
            self.run(&mut state, node, Stimulus::Boot, turn);
            state.sort_in(node, self.protocol.kind(node, &state.locals[usize::from(node)]));
        }
        state.monitor.begin(&self.protocol, &state.locals);
        turn.report.touched = Touched::EVERYTHING;
        state
    }

    pub(super) fn happen(&self, state: &mut State<P, M>, event: &Event<P>, turn: &mut Turn<'_, Event<P>>) {
        if !self.permits_event(state, event) {
            return;
        }
        // What a node ignores depends on all that it has seen.
        turn.report.rescan |= self.leave_ignored;
        if let Event::Crash(_) | Event::Restart(_) = event {
            let asked = self.may_request(state);
            self.carry_out(state, event, turn);
            // Without a node that is up, clients have nobody to ask.
            match (asked, self.may_request(state)) {
                (true, false) => turn.report.disabled.push(Event::Request),
                (false, true) => turn.report.enabled.push(Event::Request),
                (true, true) | (false, false) => {}
            }
        } else {
            self.carry_out(state, event, turn);
        }
    }

    fn carry_out(&self, state: &mut State<P, M>, event: &Event<P>, turn: &mut Turn<'_, Event<P>>) {
        match event {
            Event::Deliver(id) => self.deliver(state, *id, turn),
            Event::Lose(id) => {
                state.spent.losses = state.spent.losses.saturating_add(1);
                if let Some(envelope) = self.take(state, *id, turn) {
                    self.fail(state, envelope.to, turn);
                }
                turn.report.lost.push(*id);
                turn.report.marks.push(Mark::FAULT);
            }
            Event::Duplicate(id) => {
                state.spent.duplicates = state.spent.duplicates.saturating_add(1);
                let copy = state.mail[id].clone();
                self.post(state, copy, turn);
            }
            Event::Fire(node, timer) => {
                if !self.protocol.own_step(timer) {
                    state.spent.timeouts = state.spent.timeouts.saturating_add(1);
                    self.fail(state, *node, turn);
                }
                self.run(state, *node, Stimulus::Timer(timer.clone()), turn);
                let mark = (self.voice.timer_mark)(&self.protocol, timer);
                turn.report.marks.extend(mark);
                if mark.is_some() && turn.report.wordy && turn.report.story.is_none() {
                    let local = &state.locals[usize::from(*node)];
                    turn.report.story =
                        (self.voice.story)(&self.protocol, *node, local, KeyEvent::Timer(timer));
                }
            }
            Event::Request => self.request(state, turn),
            Event::Input(node, input) => self.input(state, *node, input.clone(), turn),
            Event::Crash(node) => self.crash(state, *node, turn),
            Event::Restart(node) => {
                turn.report.marks.push(Mark::REPAIR);
                self.run(state, *node, Stimulus::Boot, turn);
                self.schedule_tick(state, turn);
            }
            Event::Cut(links) => self.cut(state, links, turn),
            Event::Heal(links) => {
                turn.report.marks.push(Mark::REPAIR);
                state.wires.retain(|link, _| !links.contains(link));
            }
            Event::Slow(from, to, least, most) => {
                turn.report.marks.push(Mark::FAULT);
                state.wires.entry((*from, *to)).or_default().slow = Some((*least, *most));
            }
            Event::Tick(node) => {
                self.run(state, *node, Stimulus::Tick, turn);
                self.schedule_tick(state, turn);
            }
        }
    }

    fn deliver(&self, state: &mut State<P, M>, id: MessageId, turn: &mut Turn<'_, Event<P>>) {
        let Some(envelope) = self.take(state, id, turn) else { return };
        let down = !state.locals[usize::from(envelope.to)].up();
        if down || state.wire(envelope.from, envelope.to).cut {
            turn.report.lost.push(id);
            self.fail(state, envelope.to, turn);
            return;
        }
        turn.report.received = Some(id);
        self.run(state, envelope.to, Stimulus::Message(envelope.from, envelope.message), turn);
    }

    fn request(&self, state: &mut State<P, M>, turn: &mut Turn<'_, Event<P>>) {
        let Some((node, input)) = self.protocol.request(state.spent.requests, &state.locals) else { return };
        state.spent.requests = state.spent.requests.saturating_add(1);
        self.input(state, node, input, turn);
        if self.may_request(state) {
            turn.report.enabled.push(Event::Request);
        }
    }

    fn input(&self, state: &mut State<P, M>, node: NodeId, input: P::Input, turn: &mut Turn<'_, Event<P>>) {
        turn.report.marks.push(Mark::REQUEST);
        let local = &state.locals[usize::from(node)];
        turn.report.touched.monitor |=
            state.monitor.observe(&self.protocol, node, local, Seen::Input(&input));
        self.run(state, node, Stimulus::Input(input), turn);
    }

    fn crash(&self, state: &mut State<P, M>, node: NodeId, turn: &mut Turn<'_, Event<P>>) {
        state.spent.crashes = state.spent.crashes.saturating_add(1);
        turn.report.marks.push(Mark::FAULT);
        let local = &state.locals[usize::from(node)];
        turn.report.disabled.extend(local.timers.iter().map(|(timer, _)| Event::Fire(node, timer.clone())));
        turn.report.disabled.push(Event::Tick(node));
        if self.crash_is_final {
            let stranded = state.mail.iter().filter(|(_, envelope)| envelope.to == node);
            turn.report.disabled.extend(stranded.map(|(&id, _)| Event::Deliver(id)));
        }
        turn.report.touched.monitor |= state.monitor.observe(&self.protocol, node, local, Seen::Crash);
        self.run(state, node, Stimulus::Crash, turn);
        self.schedule_tick(state, turn);
    }

    /// Tells the monitor that something has failed at a node, where it wants to know.
    fn fail(&self, state: &mut State<P, M>, node: NodeId, turn: &mut Turn<'_, Event<P>>) {
        if M::SEES_FAILURES {
            let local = &state.locals[usize::from(node)];
            turn.report.touched.monitor |= state.monitor.observe(&self.protocol, node, local, Seen::Failure);
        }
    }

    fn cut(&self, state: &mut State<P, M>, links: &[(NodeId, NodeId)], turn: &mut Turn<'_, Event<P>>) {
        turn.report.marks.push(Mark::FAULT);
        for link in links {
            let wire = state.wires.entry(*link).or_default();
            if !wire.cut {
                wire.cut = true;
                state.spent.cuts = state.spent.cuts.saturating_add(1);
            }
        }
    }

    /// Runs one node on one stimulus, and carries out what it asks for.
    fn run(
        &self,
        state: &mut State<P, M>,
        node: NodeId,
        stimulus: Stimulus<P>,
        turn: &mut Turn<'_, Event<P>>,
    ) {
        let local = &mut state.locals[usize::from(node)];
        let before = self.protocol.watch(local);
        let effects = local.step(&self.protocol, self.identity(node), stimulus, turn.choices);
        if self.protocol.watch(local) != before {
            turn.report.touched.node = Some(node);
            let kind = self.protocol.kind(node, local);
            state.sort_in(node, kind);
        }
        let Effects { sent, timers, outputs, notes } = effects;
        for (timer, delay) in timers {
            let list = if delay.is_some() { &mut turn.report.enabled } else { &mut turn.report.disabled };
            list.push(Event::Fire(node, timer));
        }
        for output in &outputs {
            let local = &state.locals[usize::from(node)];
            let changed = state.monitor.observe(&self.protocol, node, local, Seen::Output(output));
            turn.report.touched.monitor |= changed;
            let mark = (self.voice.mark)(&self.protocol, output);
            turn.report.marks.extend(mark);
            if turn.report.wordy {
                turn.report.words.extend((self.voice.words)(&self.protocol, node, output));
                if mark.is_some() && turn.report.story.is_none() {
                    turn.report.story =
                        (self.voice.story)(&self.protocol, node, local, KeyEvent::Output(output));
                }
            }
        }
        turn.report.notes.extend(notes);
        for (to, message, forged) in sent {
            self.post(state, Envelope { from: node, to, message, forged }, turn);
        }
    }

    fn post(&self, state: &mut State<P, M>, envelope: Envelope<P>, turn: &mut Turn<'_, Event<P>>) {
        let id = state.next_message;
        let stranded = self.crash_is_final && !state.locals[usize::from(envelope.to)].up();
        state.next_message += 1;
        state.mail.insert(id, envelope);
        turn.report.sent.push(id);
        if !stranded {
            turn.report.enabled.push(Event::Deliver(id));
        }
        if self.network.loss_ppm > 0 {
            turn.report.enabled.push(Event::Lose(id));
        }
        if self.network.duplication_ppm > 0 {
            turn.report.enabled.push(Event::Duplicate(id));
        }
    }

    fn take(
        &self,
        state: &mut State<P, M>,
        id: MessageId,
        turn: &mut Turn<'_, Event<P>>,
    ) -> Option<Envelope<P>> {
        turn.report.disabled.push(Event::Deliver(id));
        if self.network.loss_ppm > 0 {
            turn.report.disabled.push(Event::Lose(id));
        }
        if self.network.duplication_ppm > 0 {
            turn.report.disabled.push(Event::Duplicate(id));
        }
        state.mail.remove(&id)
    }

    /// The skew bound couples the clocks: after one moved, others may tick that could not, or the reverse.
    fn schedule_tick(&self, _state: &State<P, M>, turn: &mut Turn<'_, Event<P>>) {
        turn.report.rescan |= self.clocks.is_some_and(|(tick, _)| tick != Delay::Never);
    }

    pub(super) fn check_claim(&self, state: &State<P, M>, claim: usize, touched: Touched) -> Verdict {
        let protocol = &self.protocol;
        let everyone = touched.everything;
        let nodes = || (0..self.size).filter(move |node| everyone || touched.node == Some(*node));
        let local = |node: NodeId| &state.locals[usize::from(node)];
        match &self.claims[claim].reads {
            Reads::Node(holds) => nodes().try_for_each(|node| holds(protocol, node, local(node))),
            // Every pair, whatever their kinds: this is what the short way below is held to.
            Reads::Pair(holds) if everyone => nodes().try_for_each(|low| {
                let mut others = low + 1..self.size;
                others.try_for_each(|high| holds(protocol, (low, local(low)), (high, local(high))))
            }),
            Reads::Pair(holds) => nodes().try_for_each(|a| {
                state
                    .one_of_each_kind(a)
                    .map(|b| (a.min(b), a.max(b)))
                    .try_for_each(|(low, high)| holds(protocol, (low, local(low)), (high, local(high))))
            }),
            Reads::Monitor(holds) => {
                if touched.monitor || everyone {
                    holds(protocol, &state.monitor)
                } else {
                    Ok(())
                }
            }
            Reads::NodeAndMonitor(holds) => (0..self.size)
                .filter(|node| touched.monitor || everyone || touched.node == Some(*node))
                .try_for_each(|node| holds(protocol, node, local(node), &state.monitor)),
            Reads::Nodes(holds) => {
                if !touched.any() {
                    return Ok(());
                }
                let locals: Vec<&Local<P>> = state.locals.iter().collect();
                holds(protocol, &locals, &state.monitor)
            }
        }
    }
}
