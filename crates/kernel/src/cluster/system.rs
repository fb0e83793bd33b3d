//! A cluster as a [`System`], with what a search asks of it.

use std::rc::Rc;

use super::search::fair_key;
use super::{Budget, Cluster, Event, State};
use crate::NodeId;
use crate::alike::Alike;
use crate::faults::{Counts, Fault, Faults};
use crate::monitor::Monitor;
use crate::property::{Property, Touched, Verdict};
use crate::protocol::Protocol;
use crate::shape::{Shaped, Shapes};
use crate::system::{System, Turn, Withheld};
use crate::time::Delay;

impl<P: Protocol, M: Monitor<P>> System for Cluster<P, M> {
    type State = State<P, M>;
    type Event = Event<P>;

    fn initial(&self, turn: &mut Turn<'_, Self::Event>) -> Self::State {
        self.start(turn)
    }

    fn enabled(&self, state: &Self::State) -> Vec<Self::Event> {
        self.enabled_events(state)
    }

    fn permits(&self, state: &Self::State, event: &Self::Event) -> bool {
        self.permits_event(state, event)
    }

    fn apply(&self, state: &mut Self::State, event: &Self::Event, turn: &mut Turn<'_, Self::Event>) {
        self.happen(state, event, turn);
    }

    fn delay(&self, state: &Self::State, event: &Self::Event) -> Delay {
        self.delay_of(state, event)
    }

    fn stream(&self, state: &Self::State, event: &Self::Event) -> u32 {
        self.stream_of(state, event)
    }

    fn fair_key(&self, state: &Self::State, event: &Self::Event) -> Option<u64> {
        fair_key(state, event)
    }

    fn withheld(&self, state: &Self::State) -> Vec<Withheld> {
        self.withheld_from(state)
    }

    fn properties(&self) -> Vec<Property> {
        self.claims[..self.properties].iter().map(|claim| claim.property).collect()
    }

    fn check(&self, state: &Self::State, property: usize, touched: Touched) -> Verdict {
        self.check_claim(state, property, touched)
    }

    fn premises(&self) -> Vec<(usize, usize, &'static str)> {
        let numbers = self.properties..;
        let denials = numbers.zip(&self.premises);
        denials.map(|(number, &property)| (property, number, self.claims[number].property.name)).collect()
    }

    fn outcomes(&self, state: &Self::State) -> u16 {
        let decided = (0..).zip(&state.locals).filter_map(|(me, local)| self.protocol.decided(me, local));
        decided.fold(0, |set, outcome| set | 1 << outcome)
    }
}

impl<P: Protocol, M: Monitor<P>> Alike for Cluster<P, M> {
    fn places(&self) -> NodeId {
        self.size
    }

    fn interchangeable(&self) -> Vec<Vec<NodeId>> {
        self.alike()
    }

    fn relabel(&self, state: &Self::State, map: &[NodeId]) -> Self::State {
        self.relabelled(state, map)
    }

    fn relabel_event(&self, event: &Self::Event, map: &[NodeId]) -> Self::Event {
        event.relabelled(map)
    }

    fn canonical(&self, state: &Self::State) -> Option<Self::State> {
        self.renamed(state)
    }
}

impl<P: Protocol, M: Monitor<P>> Faults for Cluster<P, M> {
    fn faults() -> &'static [Fault] {
        Budget::FAULTS
    }

    fn bounded(self, limits: Counts) -> Self {
        self.within(limits.into())
    }

    fn spent(&self, state: &Self::State) -> Counts {
        state.spent.into()
    }

    fn crashes(&self, event: &Self::Event) -> Option<(NodeId, bool)> {
        event.crash()
    }

    fn undecided(&self, state: &Self::State) -> usize {
        let up = (0..).zip(&state.locals).filter(|(_, local)| local.up());
        up.filter(|(me, local)| self.protocol.undecided(*me, local)).count()
    }
}

impl<P: Protocol, M: Monitor<P>> Shaped for Cluster<P, M> {
    fn shape<V: Shapes>(system: Rc<Self>, visitor: V) -> V::Out<Self> {
        visitor.cluster(system)
    }

    fn messages(&self, state: &Self::State) -> usize {
        state.mail.len()
    }
}
