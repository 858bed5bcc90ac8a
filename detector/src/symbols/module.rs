//! One binary that was mapped into the recorded process.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use addr2line::Loader;
use object::read::{Object, ObjectSegment, ReadCache};
use racegate_eventlog::Module;

use super::Frame;
use super::demangled::demangled;
use super::origin;
use crate::source::SourceRoot;

/// A module whose file is the one that was recorded.
pub(super) struct Opened {
    loader: Loader,
    /// What the process added to the file's own addresses.
    bias: u64,
    note: Option<String>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bias = &self.bias;
        f.debug_struct("Opened")
            .field("bias", bias)
            .finish_non_exhaustive()
    }
}

/// Why a module's file tells nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// It cannot be opened.
    #[error("cannot be opened here ({0})")]
    Io(io::Error),
    /// It is a pipe, a device or a folder.
    #[error("is no regular file here")]
    NotAFile,
    /// It is no binary.
    #[error("is no binary ({0})")]
    Object(object::Error),
    /// It was built anew since.
    #[error("is another build than the one recorded")]
    OtherBuild,
    /// Its debug information is broken.
    #[error("has broken debug information ({0})")]
    Debug(Box<dyn std::error::Error>),
}

impl Opened {
    pub(super) fn open(module: &Module) -> Result<Self, OpenError> {
        let path = Path::new(&module.path);
        if !path.metadata().map_err(OpenError::Io)?.is_file() {
            return Err(OpenError::NotAFile);
        }
        let file = File::open(path).map_err(OpenError::Io)?;
        let cache = ReadCache::new(file);
        let object = object::File::parse(&cache).map_err(OpenError::Object)?;
        let build_id = build_id(&object).map_err(OpenError::Object)?;
        if build_id != module.build_id {
            return Err(OpenError::OtherBuild);
        }
        let note = build_id.is_empty().then(|| {
            let path = &module.path;
            format!("{path} carries no build id: if it was built anew since, its names are wrong")
        });
        Ok(Self {
            bias: module.base.wrapping_sub(lowest_address(&object)),
            loader: Loader::new(path).map_err(OpenError::Debug)?,
            note,
        })
    }

    /// What a reader should know of this module's names.
    pub(super) fn note(&self) -> Option<String> {
        self.note.clone()
    }

    /// The calls active at a return address, innermost first.
    pub(super) fn frames(&self, address: u64, root: Option<&SourceRoot>) -> Vec<Frame> {
        // The call is the instruction before the one it returns to.
        let probe = address.wrapping_sub(1).wrapping_sub(self.bias);
        let mut calls = self.debug_calls(probe).unwrap_or_default();
        // Sparse debug information has `deposit` where the symbol table has
        // `bank::deposit`; only the function around the inlined ones has a symbol.
        let symbol = self.loader.find_symbol(probe).map(demangled);
        match calls.last_mut() {
            Some(outermost) if !outermost.is_qualified() => {
                outermost.function = symbol.or(outermost.function.take());
            }
            Some(_) => {}
            None => calls.extend(symbol.map(Call::named)),
        }
        let frames = calls.into_iter().map(|call| call.into_frame(root));
        frames.collect()
    }

    /// What the debug information says. It may be of any origin, so whatever is
    /// broken in it is as good as absent.
    fn debug_calls(&self, probe: u64) -> Option<Vec<Call>> {
        let mut found = self.loader.find_frames(probe).ok()?;
        let mut calls = Vec::new();
        while let Ok(Some(frame)) = found.next() {
            let name = frame.function.as_ref();
            let name = name.and_then(|name| name.raw_name().ok());
            let place = frame.location.as_ref();
            let call = Call {
                function: name.map(|name| demangled(&name)),
                file: place.and_then(|place| place.file).map(str::to_owned),
                line: place.and_then(|place| place.line),
                column: place.and_then(|place| place.column),
            };
            if call.function.is_some() || call.file.is_some() {
                calls.push(call);
            }
        }
        Some(calls)
    }
}

/// A call as the binary tells it.
struct Call {
    function: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
}

impl Call {
    fn named(function: String) -> Self {
        Self {
            function: Some(function),
            file: None,
            line: None,
            column: None,
        }
    }

    fn is_qualified(&self) -> bool {
        self.function.as_deref().is_some_and(origin::is_qualified)
    }

    /// The same as a reader of the report knows it.
    fn into_frame(self, root: Option<&SourceRoot>) -> Frame {
        let file = self.file.as_deref();
        let function = self.function.map(|name| origin::qualified(name, file));
        Frame {
            workspace: origin::is_workspace(function.as_deref(), file, root),
            file: file.map(|file| origin::localised(file, root)),
            line: self.line,
            column: self.column,
            function,
        }
    }
}

/// The build's identity, empty where the linker wrote none.
fn build_id<'data>(object: &impl Object<'data>) -> object::Result<Vec<u8>> {
    if let Some(id) = object.build_id()? {
        return Ok(id.to_vec());
    }
    let uuid = object.mach_uuid()?;
    Ok(uuid.map(|uuid| uuid.to_vec()).unwrap_or_default())
}

/// The address that the file's first loaded page asks for.
fn lowest_address<'data>(object: &impl Object<'data>) -> u64 {
    let lowest = object.segments().map(|segment| {
        // A mapping starts at a whole page.
        let alignment = segment.align().max(1);
        segment.address() - segment.address() % alignment
    });
    lowest.min().unwrap_or(0)
}
