//! `racegate pack`: a log in a fraction of its room, and back.

use std::fs::File;
use std::path::{Path, PathBuf};

use racegate_eventlog::packed::{Form, RewriteError, Rewritten, rewrite};
use racegate_eventlog::reader::{self, LOG_FILE, ReadError};
use racegate_eventlog::seal::{SealError, seal};

use super::arguments::Pack;
use super::exit::{Exit, Failure, say};
use super::load;
use super::output::{Terminal, print, replace_by};

pub(super) fn run(pack: &Pack) -> Result<Exit, Failure> {
    let (from, left) = whole_file(&pack.log)?;
    let to = match &pack.output {
        Some(output) => output.clone(),
        None => beside(&pack.log, pack.unpack),
    };
    let form = if pack.unpack {
        Form::Plain
    } else {
        Form::Packed
    };
    let failed = |error: RewriteError| {
        let exit = if matches!(error, RewriteError::Write(_)) {
            Exit::Usage
        } else {
            Exit::Unreadable
        };
        Failure::new(exit, format!("{}: {error}", from.display()))
    };
    let mut done = Rewritten::default();
    replace_by(&to, |draft| {
        let file = File::open(&from).map_err(|error| failed(RewriteError::Read(error)))?;
        done = rewrite(file, draft, form).map_err(failed)?;
        Ok(())
    })?;
    print(&told(&to, &done), Terminal::Stdout)?;
    if done.copied == 0 && left == 0 {
        return Ok(Exit::Clean);
    }
    say(
        "warning",
        "the log is damaged, and so is its copy: `racegate verify` says how",
    );
    Ok(Exit::Incomplete)
}

/// The file that holds all of a log, and how many of its windows cannot be read. What
/// a process that died left in its windows is sealed first.
fn whole_file(path: &Path) -> Result<(PathBuf, usize), Failure> {
    let refused = |error: &ReadError| load::failure(error);
    let logs = reader::find_logs(path).map_err(|error| refused(&error))?;
    let [log] = logs.as_slice() else {
        let (path, count) = (path.to_owned(), logs.len());
        return Err(refused(&ReadError::Several { path, count }));
    };
    if !log.is_dir() {
        return Ok((log.clone(), 0));
    }
    let sealed = seal(log).map_err(|error| {
        if let SealError::Read(error) = &error {
            refused(error)
        } else {
            Failure::new(Exit::Unreadable, error)
        }
    })?;
    Ok((log.join(LOG_FILE), sealed.left))
}

/// Where the other form goes if no one says.
fn beside(log: &Path, unpack: bool) -> PathBuf {
    let name = match log.is_dir() {
        true => log.file_name(),
        false => log.file_stem(),
    };
    let mut name = name.unwrap_or("packed".as_ref()).to_owned();
    name.push(match (log.is_dir(), unpack) {
        (_, true) => ".unpacked.rgl",
        (false, false) => ".packed.rgl",
        (true, false) => ".rgl",
    });
    log.with_file_name(name)
}

fn told(path: &Path, done: &Rewritten) -> String {
    format!(
        "{}: {} bytes, of {}\n",
        path.display(),
        done.written,
        done.read
    )
}
