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
use std::sync::{Mutex, OnceLock, PoisonError};

use racegate_eventlog::{Module, StackId, StackNode, Tables};

pub use frame::Frame;

use crate::source::SourceRoot;
use module::Opened;

/// The frames behind the return addresses of one log.
///
/// An address is looked up when it is first asked for, so a log pays for what a report
/// shows of it, and one without findings for nothing.
///
/// ```
/// let symbols = racegate_detector::symbols::Symbols::default();
/// assert!(symbols.frames(0x1234).is_empty());
/// ```
#[derive(Debug, Default)]
pub struct Symbols {
    wanted: Wanted,
    /// By address that may be asked for: its frames, once it was.
    told: Vec<OnceLock<Vec<Frame>>>,
    /// By module: its binary, once it was asked for.
    binaries: Vec<OnceLock<Binary>>,
    /// What an earlier look-up kept, once anything was asked for.
    kept: OnceLock<BTreeMap<u64, Vec<Frame>>>,
    /// Set once an address was asked for that lies in no module.
    outside: OnceLock<()>,
}

/// What may be looked up, and where.
#[derive(Clone, Debug, Default)]
struct Wanted {
    modules: Vec<Module>,
    /// Sorted and distinct.
    addresses: Vec<u64>,
    folder: Option<PathBuf>,
    root: Option<SourceRoot>,
}

/// A module's file.
#[derive(Debug)]
enum Binary {
    Open(Box<Mutex<Opened>>),
    /// Why it tells nothing.
    Refused(String),
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
            told: addresses.iter().map(|_| OnceLock::new()).collect(),
            binaries: modules.iter().map(|_| OnceLock::new()).collect(),
            wanted: Wanted {
                modules: modules.to_vec(),
                addresses,
                folder: folder.map(Path::to_owned),
                root,
            },
            ..Self::default()
        }
    }

    /// The calls that were active at a return address: the inlined ones first,
    /// then the function around them. Empty where nothing is known.
    #[must_use]
    pub fn frames(&self, address: u64) -> &[Frame] {
        match self.wanted.addresses.binary_search(&address) {
            Ok(place) => self.told[place].get_or_init(|| self.look_up(address)),
            Err(_) => &[],
        }
    }

    /// Why some addresses have no frames, in sentences. Empty before the first question.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let modules = self.wanted.modules.iter().zip(&self.binaries);
        let mut notes: Vec<String> = modules
            .filter_map(|(module, binary)| match binary.get()? {
                Binary::Open(opened) => lock(opened).note(),
                Binary::Refused(why) => {
                    let inside = self.wanted.inside(module).len();
                    let path = &module.path;
                    Some(format!(
                        "{inside} of the stacks' addresses lie in {path}, which {why}"
                    ))
                }
            })
            .collect();
        if self.outside.get().is_some() {
            let outside = self.wanted.outside();
            notes.push(format!(
                "{outside} of the stacks' addresses lie in no module that the log names"
            ));
        }
        notes
    }

    /// Keeps with the log what was looked up.
    pub fn keep(&self) {
        let (Some(folder), Some(kept)) = (&self.wanted.folder, self.kept.get()) else {
            return;
        };
        let mut frames = kept.clone();
        for (address, told) in self.wanted.addresses.iter().zip(&self.told) {
            if let Some(told) = told.get().filter(|told| !told.is_empty()) {
                frames.insert(*address, told.clone());
            }
        }
        if frames.len() > kept.len() {
            kept::write(folder, &self.wanted.modules, &frames);
        }
    }

    /// Looks everything up now, and keeps it with the log.
    pub fn settle(&self) {
        for (address, told) in self.wanted.addresses.iter().zip(&self.told) {
            told.get_or_init(|| self.look_up(*address));
        }
        self.keep();
    }

    fn look_up(&self, address: u64) -> Vec<Frame> {
        let kept = self.kept.get_or_init(|| self.wanted.kept());
        if let Some(frames) = kept.get(&address) {
            return frames.clone();
        }
        let mut modules = self.wanted.modules.iter().zip(&self.binaries);
        let around = |module: &Module| module.base < address && address <= module.end;
        let Some((module, binary)) = modules.find(|(module, _)| around(module)) else {
            self.outside.get_or_init(|| ());
            return Vec::new();
        };
        let root = self.wanted.root.as_ref();
        if let Some(frames) = memo::recall(module, root, address) {
            return frames;
        }
        match binary.get_or_init(|| Binary::of(module)) {
            Binary::Open(opened) => {
                let frames = lock(opened).frames(address, root);
                memo::remember(module, root, address, &frames);
                frames
            }
            Binary::Refused(_) => Vec::new(),
        }
    }
}

impl Binary {
    fn of(module: &Module) -> Self {
        match Opened::open(module) {
            Ok(opened) => Self::Open(Box::new(Mutex::new(opened))),
            Err(why) => Self::Refused(why.to_string()),
        }
    }
}

fn lock(opened: &Mutex<Opened>) -> std::sync::MutexGuard<'_, Opened> {
    // Whoever panicked had only asked.
    opened.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wanted {
    fn kept(&self) -> BTreeMap<u64, Vec<Frame>> {
        let kept = self.folder.as_deref();
        kept.and_then(|folder| kept::read(folder, &self.modules))
            .unwrap_or_default()
    }

    /// The addresses in a module.
    fn inside(&self, module: &Module) -> &[u64] {
        let addresses = &self.addresses;
        let from = addresses.partition_point(|address| *address <= module.base);
        let to = addresses.partition_point(|address| *address <= module.end);
        addresses.get(from..to).unwrap_or_default()
    }

    /// How many addresses lie in no module.
    fn outside(&self) -> usize {
        let inside = self.modules.iter().map(|module| self.inside(module).len());
        self.addresses.len().saturating_sub(inside.sum())
    }
}
