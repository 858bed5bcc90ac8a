//! From return addresses to functions and lines, after the fact.
//!
//! **Invariant:** a binary whose build id is not the recorded one gives no
//! symbols: another build's names would be wrong ones.

mod demangled;
mod frame;
mod kept;
mod memo;
mod module;
mod origin;
#[cfg(all(test, target_os = "linux"))]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use racegate_eventlog::{Module, StackId, StackNode, Tables};

pub use frame::Frame;

use crate::source::SourceRoot;

/// The frames behind the return addresses of one log.
///
/// Nothing is looked up before the first question, so a log without findings
/// pays nothing.
///
/// ```
/// let symbols = racegate_detector::symbols::Symbols::default();
/// assert!(symbols.frames(0x1234).is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    wanted: Wanted,
    resolved: OnceLock<Resolved>,
}

/// What has to be looked up, and where.
#[derive(Clone, Debug, Default)]
struct Wanted {
    modules: Vec<Module>,
    /// Sorted and distinct: neighbours share their debug information.
    addresses: Vec<u64>,
    folder: Option<PathBuf>,
    root: Option<SourceRoot>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Resolved {
    frames: BTreeMap<u64, Vec<Frame>>,
    notes: Vec<String>,
}

impl Symbols {
    /// The frames behind every address of a log's stacks. What an earlier call
    /// kept in the log's `folder` is used, and what this one learns is kept there.
    /// The program's own source is taken to be the workspace around the current folder.
    #[must_use]
    pub fn for_log(tables: &Tables, folder: Option<&Path>) -> Self {
        Self::under(SourceRoot::enclosing(), tables, folder)
    }

    /// The same, where the program's own source lies under `root`.
    #[must_use]
    pub fn under(root: Option<SourceRoot>, tables: &Tables, folder: Option<&Path>) -> Self {
        let stacks = &tables.stacks;
        let ids = 0..u32::try_from(stacks.len()).unwrap_or(u32::MAX);
        let addresses = ids.filter_map(|id| match stacks.node(StackId::new(id)) {
            StackNode::Address { address, .. } => Some(*address),
            StackNode::Root | StackNode::Cut | StackNode::Site { .. } | StackNode::Text { .. } => {
                None
            }
        });
        Self::resolve(root, &tables.modules, addresses, folder)
    }

    /// The frames behind return addresses in these modules.
    #[must_use]
    pub fn resolve(
        root: Option<SourceRoot>,
        modules: &[Module],
        addresses: impl IntoIterator<Item = u64>,
        folder: Option<&Path>,
    ) -> Self {
        // A return address of zero is where a stack ends.
        let mut addresses: Vec<u64> = addresses.into_iter().filter(|it| *it != 0).collect();
        addresses.sort_unstable();
        addresses.dedup();
        Self {
            wanted: Wanted {
                modules: modules.to_vec(),
                addresses,
                folder: folder.map(Path::to_owned),
                root,
            },
            resolved: OnceLock::new(),
        }
    }

    /// The calls that were active at a return address: the inlined ones first,
    /// then the function around them. Empty where nothing is known.
    #[must_use]
    pub fn frames(&self, address: u64) -> &[Frame] {
        let resolved = self.resolved();
        resolved.frames.get(&address).map_or(&[], Vec::as_slice)
    }

    /// Why some addresses have no frames, in sentences. Empty before the first question.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        self.resolved
            .get()
            .map_or(&[], |resolved| resolved.notes.as_slice())
    }

    /// Looks everything up now, and keeps it with the log.
    pub fn settle(&self) {
        self.resolved();
    }

    fn resolved(&self) -> &Resolved {
        self.resolved.get_or_init(|| self.wanted.resolve())
    }
}

impl Wanted {
    fn resolve(&self) -> Resolved {
        let mut resolved = Resolved {
            frames: self.kept(),
            notes: Vec::new(),
        };
        let before = resolved.frames.len();
        let missing: Vec<u64> = self
            .addresses
            .iter()
            .copied()
            .filter(|address| !resolved.frames.contains_key(address))
            .collect();
        self.look_up(&missing, &mut resolved);
        if let Some(folder) = &self.folder
            && resolved.frames.len() > before
        {
            kept::write(folder, &self.modules, &resolved.frames);
        }
        resolved
    }

    fn kept(&self) -> BTreeMap<u64, Vec<Frame>> {
        let kept = self.folder.as_deref();
        kept.and_then(|folder| kept::read(folder, &self.modules))
            .unwrap_or_default()
    }

    /// Looks up sorted addresses, module by module.
    fn look_up(&self, addresses: &[u64], resolved: &mut Resolved) {
        let root = self.root.as_ref();
        let mut in_modules = 0;
        for module in &self.modules {
            let from = addresses.partition_point(|address| *address <= module.base);
            let to = addresses.partition_point(|address| *address <= module.end);
            let inside = addresses.get(from..to).unwrap_or_default();
            in_modules += inside.len();
            let inside = memo::recall(module, root, inside, &mut resolved.frames);
            if inside.is_empty() {
                continue;
            }
            match module::Opened::open(module) {
                Ok(opened) => {
                    resolved.notes.extend(opened.note());
                    for &address in &inside {
                        let frames = opened.frames(address, root);
                        if !frames.is_empty() {
                            resolved.frames.insert(address, frames);
                        }
                    }
                    memo::remember(module, root, &inside, &resolved.frames);
                }
                Err(why) => resolved.notes.push(format!(
                    "{} of the stacks' addresses lie in {}, which {why}",
                    inside.len(),
                    module.path
                )),
            }
        }
        let outside = addresses.len().saturating_sub(in_modules);
        if outside > 0 {
            resolved.notes.push(format!(
                "{outside} of the stacks' addresses lie in no module that the log names"
            ));
        }
    }
}
