//! How designs of old versions become designs of the newest one.
//!
//! [`STEPS`] has one entry for every version ever written, oldest first. The step of version *n* turns a design of version
//! *n* into one of version *n + 1*; the newest version has the identity. A new version adds a step, keeps all earlier
//! ones for ever, and adds a file of the old version to `tests/corpus/versions/`. Steps work on JSON values, because the
//! reader of an old version is gone by then; a file of the newest version is not touched and costs nothing.

use super::load::{LoadError, VERSION};
use crate::json::{Value, parse};

/// What changed with a version, and how to get past it.
pub struct Step {
    /// The version it starts from.
    pub version: u64,
    /// What this version brought, for the documentation.
    pub brought: &'static str,
    /// Turns a design of this version into one of the next; `None` is the identity of the newest version.
    pub up: Option<fn(&mut Value)>,
}

/// All versions, oldest first.
pub const STEPS: &[Step] = &[Step { version: 1, brought: "The first version", up: None }];

/// `text` as a design of the newest version; `None` if it is one, or of a newer version than ours.
pub(crate) fn to_current(text: &str, version: u64) -> Result<Option<String>, LoadError> {
    if version >= VERSION {
        return Ok(None);
    }
    let mut value = parse(text).map_err(|error| LoadError::from_json(&error))?;
    for up in STEPS.iter().filter(|step| step.version >= version).filter_map(|step| step.up) {
        up(&mut value);
    }
    Ok(Some(value.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_its_step() {
        let versions: Vec<u64> = STEPS.iter().map(|step| step.version).collect();
        assert_eq!(versions, (1..=VERSION).collect::<Vec<_>>());
        for step in STEPS {
            assert_eq!(step.up.is_none(), step.version == VERSION, "only the newest version, {VERSION}, is the identity");
        }
    }

    #[test]
    fn the_newest_version_is_not_touched() {
        assert!(matches!(to_current("{}", VERSION), Ok(None)));
    }
}
