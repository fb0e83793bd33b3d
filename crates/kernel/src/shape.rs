//! How a system is made, for a search that can make use of it.

use std::rc::Rc;

use crate::alike::Alike;
use crate::cluster::Cluster;
use crate::monitor::Monitor;
use crate::protocol::Protocol;

/// A system that says how it is made.
pub trait Shaped: Alike {
    /// Shows a search how the system is made: see [`Shapes`].
    fn shape<V: Shapes>(system: Rc<Self>, visitor: V) -> V::Out<Self> {
        visitor.whole(system)
    }

    /// How many messages are under way, for a search to offer the state with the most.
    fn messages(&self, _state: &Self::State) -> usize {
        0
    }
}

/// What a search makes of a system, by the way it is made: of a cluster it can store each distinct part once.
pub trait Shapes {
    /// What it makes.
    type Out<S: Shaped>;
    /// Of a system of any kind.
    fn whole<S: Shaped>(self, system: Rc<S>) -> Self::Out<S>;
    /// Of a cluster.
    fn cluster<P: Protocol, M: Monitor<P>>(self, system: Rc<Cluster<P, M>>) -> Self::Out<Cluster<P, M>>;
}
