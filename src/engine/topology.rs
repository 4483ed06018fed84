//! Design + Catalog -> Topology.
