//! Where reports go: the terminal, or files that appear whole or not at all.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anstream::AutoStream;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::exit::Failure;
use crate::render::{self, FORMATS, Format, Options};
use crate::report::Report;

/// The forms that were asked for, each with the file it goes to; at most one has none.
#[derive(Clone, Debug)]
pub(super) struct Outputs {
    asked: Vec<Output>,
}

/// One form of the report.
#[derive(Clone, Debug)]
struct Output {
    format: &'static Format,
    file: Option<PathBuf>,
}

/// Where a report goes that has no file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Terminal {
    /// The report is what the command is for.
    Stdout,
    /// Stdout is the recorded program's own.
    Stderr,
}

impl Outputs {
    /// Writes every form.
    pub(super) fn write(
        &self,
        report: &Report,
        options: &Options,
        terminal: Terminal,
    ) -> Result<(), Failure> {
        for Output { format, file } in &self.asked {
            let colour = file.is_none();
            let text = (format.render)(
                report,
                &Options {
                    colour,
                    ..options.clone()
                },
            );
            match file {
                Some(file) => replace(file, text.as_bytes())?,
                None => print(&text, terminal)?,
            }
        }
        Ok(())
    }
}

/// Writes to a terminal, which takes colours, or to what is none and does not.
pub(super) fn print(text: &str, terminal: Terminal) -> Result<(), Failure> {
    let written = match terminal {
        Terminal::Stdout => AutoStream::auto(io::stdout()).write_all(text.as_bytes()),
        Terminal::Stderr => AutoStream::auto(io::stderr()).write_all(text.as_bytes()),
    };
    match written {
        // Whoever reads has seen enough; the verdict is in the exit code.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::usage(format!(
            "the report cannot be written: {error}"
        ))),
        Ok(()) => Ok(()),
    }
}

/// Puts a file in place, whole: a reader sees the old one or the new one. What the
/// path links to is left alone.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    replace_by(path, |mut draft| {
        draft
            .write_all(bytes)
            .map_err(|error| unwritable(path, &error))
    })
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("{}: cannot be written: {error}", path.display()))
}

/// The same, where `write` writes it.
pub(super) fn replace_by(
    path: &Path,
    write: impl FnOnce(&File) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed = |error: io::Error| unwritable(path, &error);
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let draft = tempfile::Builder::new()
        .prefix(".racegate-")
        .tempfile_in(folder)
        .map_err(failed)?;
    write(draft.as_file())?;
    draft
        .persist(path)
        .map_err(|persisting| failed(persisting.error))?;
    Ok(())
}

impl Args for Outputs {
    fn augment_args(command: Command) -> Command {
        let forms = FORMATS
            .iter()
            .map(|format| PossibleValue::new(format.name).help(format.about));
        let format = Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .action(ArgAction::Append)
            .value_parser(PossibleValuesParser::new(forms))
            .help(
                "The form of the report; may be given again, with an -o for each [default: human]",
            );
        let output = Arg::new("output")
            .short('o')
            .long("output")
            .value_name("FILE")
            .action(ArgAction::Append)
            .value_parser(value_parser!(PathBuf))
            .help("Write the form of the --format before it to this file, not to the terminal");
        command.arg(format).arg(output)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Outputs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let formats = placed::<String>(matches, "format");
        let files = placed::<PathBuf>(matches, "output");
        let asked = paired(formats, files)
            .map_err(|why| clap::Error::raw(ErrorKind::ArgumentConflict, format!("{why}\n")))?;
        Ok(Self { asked })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// An argument's values, each with its place on the command line.
fn placed<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<(usize, T)> {
    let places = matches.indices_of(id).into_iter().flatten();
    let values = matches.get_many::<T>(id).into_iter().flatten();
    places.zip(values.cloned()).collect()
}

/// Each file goes with the format before it. One of each go together in any order.
fn paired(
    formats: Vec<(usize, String)>,
    files: Vec<(usize, PathBuf)>,
) -> Result<Vec<Output>, &'static str> {
    let lone = formats.len() <= 1 && files.len() <= 1;
    let names = if formats.is_empty() {
        vec![(0, "human".to_owned())]
    } else {
        formats
    };
    let mut asked: Vec<(usize, Output)> = Vec::new();
    for (place, name) in names {
        let format = render::format(&name).ok_or("there is no such format")?;
        asked.push((place, Output { format, file: None }));
    }
    for (place, file) in files {
        let before = asked.iter_mut().rev().find(|(at, _)| lone || *at < place);
        match before {
            Some((_, output)) if output.file.is_none() => output.file = Some(file),
            Some(_) | None => return Err("each -o needs a --format of its own before it"),
        }
    }
    if asked
        .iter()
        .filter(|(_, asked)| asked.file.is_none())
        .count()
        > 1
    {
        return Err("only one format can go to the terminal: give the others an -o each");
    }
    Ok(asked.into_iter().map(|(_, output)| output).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `json:a` for JSON that goes to the file `a`.
    fn parse(arguments: &[&str]) -> Result<Vec<String>, ErrorKind> {
        let command = Outputs::augment_args(Command::new("x").no_binary_name(true));
        let matches = command
            .try_get_matches_from(arguments)
            .map_err(|error| error.kind())?;
        let outputs = Outputs::from_arg_matches(&matches).map_err(|error| error.kind())?;
        let told = outputs.asked.iter().map(|output| {
            let file = output.file.as_ref().map(|file| file.display().to_string());
            format!("{}:{}", output.format.name, file.unwrap_or_default())
        });
        Ok(told.collect())
    }

    #[test]
    fn each_file_goes_with_the_format_before_it() {
        let cases: [(&[&str], &[&str]); 6] = [
            (&[], &["human:"]),
            (&["-o", "a"], &["human:a"]),
            (&["-o", "a", "--format", "json"], &["json:a"]),
            (
                &["--format", "human", "--format", "json", "-o", "a"],
                &["human:", "json:a"],
            ),
            (
                &["--format", "json", "-o", "a", "--format", "human"],
                &["json:a", "human:"],
            ),
            (
                &[
                    "--format", "json", "-o", "a", "--format", "short", "-o", "b",
                ],
                &["json:a", "short:b"],
            ),
        ];
        for (arguments, outputs) in cases {
            let outputs = outputs.iter().map(ToString::to_string).collect();
            assert_eq!(parse(arguments), Ok(outputs), "{arguments:?}");
        }
    }

    #[test]
    fn what_has_no_place_of_its_own_is_refused() {
        let cases: [&[&str]; 4] = [
            &["--format", "json", "--format", "human"],
            &["-o", "a", "-o", "b"],
            &["--format", "json", "-o", "a", "-o", "b"],
            &["-o", "a", "--format", "json", "--format", "human"],
        ];
        for arguments in cases {
            assert_eq!(
                parse(arguments),
                Err(ErrorKind::ArgumentConflict),
                "{arguments:?}"
            );
        }
        assert_eq!(parse(&["--format", "jsn"]), Err(ErrorKind::InvalidValue));
    }

    #[test]
    fn a_file_is_replaced_whole_and_its_link_is_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("report");
        replace(&file, b"one").expect("written");
        replace(&file, b"two").expect("written");
        assert_eq!(std::fs::read(&file).expect("read"), b"two");
        assert_eq!(folder.path().read_dir().expect("a folder").count(), 1);
        assert!(replace(folder.path(), b"x").is_err());
        assert!(replace(&folder.path().join("no/such"), b"x").is_err());
    }
}
