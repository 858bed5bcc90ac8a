//! Names for cells and locks that the program gave none: the identifier on the
//! line that made them. A step between a scan and its rendering.
//!
//! **Invariant:** only what is shown changes. Fingerprints hold what was recorded
//! alone, so that they are the same where there is no source to read.

mod identifier;

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::report::Report;
use crate::source::{SourceRoot, Sources};

/// What stands for a nameless thing says where it was made.
const MADE_AT: &str = " created at ";

/// Names what can be named from source under the root.
///
/// What stands for a name, such as `Mutex created at src/bank.rs:12`, becomes
/// `log` where that line is `let log = Mutex::new(…)`.
pub fn name(report: &mut Report, root: &SourceRoot) {
    let mut names = Names {
        root,
        sources: Sources::default(),
        known: BTreeMap::new(),
    };
    for finding in &mut report.findings {
        names.name(finding);
    }
}

/// The names found so far.
struct Names<'r> {
    root: &'r SourceRoot,
    sources: Sources,
    /// By what stands for the name.
    known: BTreeMap<String, Option<String>>,
}

impl Names<'_> {
    fn name(&mut self, finding: &mut Finding) {
        let mut found: Vec<(String, String)> = Vec::new();
        if !finding.cell.named {
            let column = finding
                .cell
                .created_at
                .as_ref()
                .map_or(0, |site| site.column);
            let part = part(&finding.cell.name);
            let whole = &finding.cell.name[..finding.cell.name.len() - part.len()];
            found.extend(self.found(whole, column));
        }
        for access in [&finding.first, &finding.second] {
            for lock in &access.locks {
                found.extend(self.found(&lock.name, 0));
            }
        }
        for (stand_in, name) in found {
            replace(finding, &stand_in, &name);
        }
    }

    /// A stand-in and the name for it.
    fn found(&mut self, stand_in: &str, column: u32) -> Option<(String, String)> {
        let known = self.known.get(stand_in).cloned();
        let name = known.unwrap_or_else(|| {
            let name = self.identifier(stand_in, column);
            self.known.insert(stand_in.to_owned(), name.clone());
            name
        })?;
        Some((stand_in.to_owned(), name))
    }

    fn identifier(&mut self, stand_in: &str, column: u32) -> Option<String> {
        let (_, place) = stand_in.rsplit_once(MADE_AT)?;
        let (file, line) = place.rsplit_once(':')?;
        let line: u32 = line.parse().ok().filter(|line| *line > 0)?;
        if self.sources.text(file).is_none() {
            self.sources.insert(file, self.root.read(file)?);
        }
        identifier::made_on(&self.sources, file, line, column).map(str::to_owned)
    }
}

/// `[3]` for `cells[3]`, empty for a whole cell.
fn part(name: &str) -> &str {
    let open = name.ends_with(']').then(|| name.rfind('[')).flatten();
    let part = open.map_or("", |open| &name[open..]);
    let digits = part.trim_matches(['[', ']']);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        part
    } else {
        ""
    }
}

/// Puts the name wherever the finding says what stands for it.
fn replace(finding: &mut Finding, stand_in: &str, name: &str) {
    let quoted = format!("the {stand_in}");
    let named = |text: &mut String| {
        *text = text
            .replace(&quoted, &format!("`{name}`"))
            .replace(stand_in, name);
    };
    named(&mut finding.cell.name);
    for access in [&mut finding.first, &mut finding.second] {
        access
            .locks
            .iter_mut()
            .for_each(|lock| named(&mut lock.name));
    }
    let unordered = &mut finding.unordered;
    named(&mut unordered.text);
    unordered.last_edge.iter_mut().for_each(named);
    unordered.nearest_release.iter_mut().for_each(named);
    finding.help.iter_mut().for_each(named);
    finding.notes.iter_mut().for_each(named);
}
