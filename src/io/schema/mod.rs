//! Wire forms of a design, one module per version. A released wire form is a promise: it never changes.

pub(crate) mod v1;
