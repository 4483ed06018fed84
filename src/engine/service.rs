//! What the page asks of the engine and what it answers.
