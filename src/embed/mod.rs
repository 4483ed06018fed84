//! Weft from outside: the automation object `window.weft` with the verbs of the command line. It uses every room to its left and
//! nothing uses it: what it does goes through the same intents as a click.

pub mod automation;
mod intents;
