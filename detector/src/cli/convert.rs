//! `racegate convert`: a log in another form, by the file's extension.

use std::path::Path;

use racegate_eventlog::text::{self, TextForm, WriteError};
use racegate_eventlog::{Trace, reader, writer};

use super::arguments::Convert;
use super::exit::{Exit, Failure, say};
use super::{load, output};

/// A form of logs, by the extension of its files.
struct Form {
    extension: &'static str,
    bytes: fn(&Trace) -> Result<Vec<u8>, WriteError>,
}

const FORMS: &[Form] = &[
    Form {
        extension: "rgl",
        bytes: |trace| Ok(writer::write_log(trace)),
    },
    Form {
        extension: "rgt",
        bytes: |trace| text::write(trace, TextForm::Rgt).map(String::into_bytes),
    },
    Form {
        extension: "std",
        bytes: |trace| text::write(trace, TextForm::Std).map(String::into_bytes),
    },
];

pub(super) fn run(convert: &Convert) -> Result<Exit, Failure> {
    // What cannot be written is said before anything is read.
    let form = Form::of(&convert.output)?;
    let trace = reader::read(&convert.input).map_err(|error| load::failure(&error))?;
    let bytes = (form.bytes)(&trace).map_err(|error| {
        let output = convert.output.display();
        Failure::usage(format!("{output}: this form does not hold {error}"))
    })?;
    output::replace(&convert.output, &bytes)?;
    if trace.integrity().is_complete() {
        return Ok(Exit::Clean);
    }
    say(
        "warning",
        "the log is incomplete, and its copy cannot say so",
    );
    Ok(Exit::Incomplete)
}

impl Form {
    fn of(path: &Path) -> Result<&'static Self, Failure> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let form = FORMS.iter().find(|form| extension == Some(form.extension));
        form.ok_or_else(|| {
            let path = path.display();
            Failure::usage(format!(
                "{path}: expected a file that ends in .rgl, .rgt or .std"
            ))
        })
    }
}
