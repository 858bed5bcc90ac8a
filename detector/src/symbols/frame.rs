//! A frame of a stack, as a reader wants it.

use serde::Serialize;

/// A frame of a stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Frame {
    /// The function, demangled, without hashes; none where it is not known.
    pub function: Option<String>,
    /// The source file, if known.
    pub file: Option<String>,
    /// The line, if known.
    pub line: Option<u32>,
    /// The column, if known.
    pub column: Option<u32>,
    /// Whether it is the program's own code: not std's, not racegate's, not a dependency's.
    #[serde(skip)]
    pub workspace: bool,
}
