//! What breaks a fabric: the design without what has failed beside the whole one, and what each single failure costs.
//!
//! A failure never touches the design. [`degrade::degraded`] makes a design without the failed things, with every id as it was, and the
//! whole engine evaluates that as it evaluates any other: what a failure changes it changes everywhere. Nothing failed gives the
//! design itself, and so the same report byte for byte.

pub mod anew;
pub mod ask;
pub mod compare;
pub mod connectivity;
pub mod degrade;
pub mod inward;
pub mod ranking;
pub mod spread;
pub mod symmetry;
