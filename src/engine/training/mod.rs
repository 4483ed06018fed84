//! A training step of a transformer on the drawn fabric: how it is spread over the XPUs, what each axis of parallelism sends, how long that takes
//! on the topology as drawn, what of it is not hidden behind computing, and what the step costs in energy.
//!
//! [`fields`] are the numbers of a workload, [`shape`] counts weights and operations, [`plan`] chooses and checks degrees, [`memory`] what an XPU
//! must hold, [`placement`] which rank each XPU is, [`communication`] what is sent, [`step()`] puts it together, [`ask`] is its door for the
//! page. Known to be rough: axes share links two by two; stages count as equal; the share of the peak that computing reaches is one number.

pub mod ask;
pub mod communication;
pub mod fields;
mod links;
pub mod memory;
mod overlap;
pub mod placement;
pub mod plan;
pub mod shape;
mod step;

pub use step::{Job, Step, planned, room, step};
