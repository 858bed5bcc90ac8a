//! `racegate convert`: a log in another form, by the file's extension.

use std::path::Path;

use racegate_eventlog::reader;
use racegate_eventlog::text::{self, TextForm};

use super::arguments::Convert;
use super::exit::{Exit, Failure};
use super::{load, output};

pub(super) fn run(convert: &Convert) -> Result<Exit, Failure> {
    // What cannot be written is said before anything is read.
    let form = form_of(&convert.output)?;
    let trace = reader::read(&convert.input).map_err(|error| load::failure(&error))?;
    let text = text::write(&trace, form).map_err(|error| {
        let output = convert.output.display();
        Failure::usage(format!("{output}: this form does not hold {error}"))
    })?;
    output::replace(&convert.output, text.as_bytes())?;
    // What the log lost, its copy has lost without saying so.
    if trace.integrity().is_complete() {
        Ok(Exit::Clean)
    } else {
        super::exit::say(
            "warning",
            "the log is incomplete, and no other form can say so",
        );
        Ok(Exit::Incomplete)
    }
}

fn form_of(path: &Path) -> Result<TextForm, Failure> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("rgt") => Ok(TextForm::Rgt),
        Some("std") => Ok(TextForm::Std),
        Some(_) | None => Err(Failure::usage(format!(
            "{}: expected a file that ends in .rgt or .std",
            path.display()
        ))),
    }
}
