//! Pages for the logs to come.
//!
//! A virtual machine gives memory back that it has not used for a while, and the first use
//! of a page after that takes several times as long as writing a log's bytes there. That is
//! no figure of ours.

use std::io::{self, Write};

/// More than the logs of one bench take.
const BYTES: usize = 6 << 30;

/// Has the system use as many pages for a file, and gives them back to it.
pub(super) fn touch() -> io::Result<()> {
    let block = vec![1; 1 << 20];
    let mut file = tempfile::tempfile()?;
    for _ in 0..BYTES / block.len() {
        file.write_all(&block)?;
    }
    Ok(())
}
