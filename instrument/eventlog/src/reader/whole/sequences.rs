//! The stamps of every object, once all of them are known.
//!
//! **Invariant:** an object's runs are in ascending order and apart.

use super::stamps::{Run, Stamps, Unusual};
use crate::id::ObjectId;
use crate::reader::definitions::Definitions;

/// By object: its stamps.
#[derive(Debug)]
pub(super) struct Sequences {
    /// By object: where its runs start; one more at the end.
    starts: Vec<u32>,
    runs: Vec<Run>,
}

impl Sequences {
    /// Those that were met.
    pub(super) fn of(stamps: Stamps, definitions: &Definitions) -> Result<Self, Unusual> {
        let mut runs: Vec<(ObjectId, Run)> = Vec::new();
        stamps.into_runs(|key, run| runs.push((definitions.object(key), run)))?;
        // Stable: the runs of an object stay in their order.
        runs.sort_by_key(|(object, _)| *object);
        let objects = definitions.tables().objects.len();
        let mut starts = vec![0; objects + 1];
        for (object, _) in &runs {
            starts[object.index() + 1] += 1;
        }
        for object in 0..objects {
            starts[object + 1] += starts[object];
        }
        let runs = runs.into_iter().map(|(_, run)| run).collect();
        Ok(Self { starts, runs })
    }

    /// The stamps of an object, in ascending order.
    pub(super) fn of_object(&self, object: ObjectId) -> &[Run] {
        let index = object.index();
        &self.runs[self.starts[index] as usize..self.starts[index + 1] as usize]
    }
}
