//! `symbols.json`, kept in a log's folder, so that its stacks can be told where
//! the recorded binary is not.
//!
//! **Invariant:** it is used only for the very modules it was written for.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::path::Path;

use racegate_eventlog::Module;
use serde::{Deserialize, Serialize};

use super::frame;

const FILE: &str = "symbols.json";
const VERSION: u32 = 1;
/// The longest file that is read.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    modules: Vec<KeptModule>,
    addresses: BTreeMap<u64, Vec<Frame>>,
}

#[derive(PartialEq, Serialize, Deserialize)]
struct KeptModule {
    path: String,
    base: u64,
    build_id: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Frame {
    function: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    workspace: bool,
}

/// What an earlier look-up kept. None where there is nothing of use: it can be had again.
pub(super) fn read(folder: &Path, modules: &[Module]) -> Option<BTreeMap<u64, Vec<frame::Frame>>> {
    let path = folder.join(FILE);
    let metadata = path.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return None;
    }
    let file = BufReader::new(File::open(path).ok()?);
    let kept: Kept = serde_json::from_reader(file).ok()?;
    if kept.version != VERSION || kept.modules != identities(modules) {
        return None;
    }
    let frames = |(address, frames): (u64, Vec<Frame>)| {
        let frames = frames.into_iter().map(frame::Frame::from);
        (address, frames.collect())
    };
    Some(kept.addresses.into_iter().map(frames).collect())
}

/// Keeps what was found. A folder that cannot be written to is no error: only
/// the next look-up is slower.
pub(super) fn write(
    folder: &Path,
    modules: &[Module],
    addresses: &BTreeMap<u64, Vec<frame::Frame>>,
) {
    let frames = |(address, frames): (&u64, &Vec<frame::Frame>)| {
        (*address, frames.iter().map(Frame::from).collect())
    };
    let kept = Kept {
        version: VERSION,
        modules: identities(modules),
        addresses: addresses.iter().map(frames).collect(),
    };
    let draft = folder.join(format!(".{FILE}.{}", std::process::id()));
    if store(&draft, &kept).is_err() || fs::rename(&draft, folder.join(FILE)).is_err() {
        // Whether the draft could be removed changes nothing for anyone.
        drop(fs::remove_file(&draft));
    }
}

fn store(path: &Path, kept: &Kept) -> io::Result<()> {
    let mut file = BufWriter::new(File::create_new(path)?);
    serde_json::to_writer(&mut file, kept)?;
    file.flush()
}

fn identities(modules: &[Module]) -> Vec<KeptModule> {
    let identity = |module: &Module| KeptModule {
        path: module.path.clone(),
        base: module.base,
        build_id: module.build_id.clone(),
    };
    modules.iter().map(identity).collect()
}

impl From<Frame> for frame::Frame {
    fn from(frame: Frame) -> Self {
        Self {
            function: frame.function,
            file: frame.file,
            line: frame.line,
            column: frame.column,
            workspace: frame.workspace,
        }
    }
}

impl From<&frame::Frame> for Frame {
    fn from(frame: &frame::Frame) -> Self {
        Self {
            function: frame.function.clone(),
            file: frame.file.clone(),
            line: frame.line,
            column: frame.column,
            workspace: frame.workspace,
        }
    }
}
