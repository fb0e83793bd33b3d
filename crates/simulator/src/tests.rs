//! Laws of the simulator, on a protocol of its own.
