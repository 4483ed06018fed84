//! The page or worker binary.
fn main() {}
