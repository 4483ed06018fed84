//! Everything serialised: design files in all their versions, imports, exports, the share link.
//!
//! This room uses `engine` and everything to its left. Only here is a design written or read. It takes and gives text and
//! bytes, never files. Every input is hostile until it is checked: limits first, then structure, then meaning.
