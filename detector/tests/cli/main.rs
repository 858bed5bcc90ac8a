//! The commands as a shell sees them: what they print, and how they end.

mod bad_input;
mod bad_usage;
mod cargo_loom;
mod cargo_racegate;
mod convert;
mod hostile;
mod logs;
mod pack;
mod run;
mod scan;
mod tell;

use std::path::Path;

use assert_cmd::Command;

/// `racegate`, from an empty folder of its own.
fn racegate(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_racegate"));
    ended(command.current_dir(folder).args(arguments))
}

fn ended(command: &mut Command) -> Ended {
    let output = command.output().expect("the command starts");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Ended {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// How a command ended.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// It ended with this code, and said this in one line of stderr that starts
    /// with `error:`.
    #[track_caller]
    fn refused(&self, code: i32, words: &str) {
        let mut errors = self
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: "));
        let said = errors.any(|line| line.contains(words));
        assert!(said, "expected `{words}` in {self:?}");
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }
}
