//! Whether things fit.
