//! A command that may never end.
//!
//! **Invariant:** when it is told that the time is over, no process that it started is
//! left.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What a command ended with; none when it did not end in time.
pub(crate) fn output_within(command: &mut Command, limit: Duration) -> io::Result<Option<Output>> {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // A group of its own, with all that it starts.
        .process_group(0)
        .spawn()?;
    let group = format!("-{}", child.id());
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || ended.send(child.wait_with_output()));
        match end.recv_timeout(limit) {
            Ok(output) => output.map(Some),
            Err(_) => {
                let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
                killed.map(|_| None)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_started_is_gone_when_its_time_is_over() {
        let mut endless = Command::new("sh");
        endless.args(["-c", "sh -c 'while true; do :; done'"]);
        // It returns only when the pipes, which the inner shell holds, are closed.
        let output = output_within(&mut endless, Duration::from_millis(10));
        assert_eq!(output.expect("there is a shell"), None);
    }

    #[test]
    fn what_a_command_says_is_returned_when_it_ends() {
        let mut echo = Command::new("echo");
        let output = output_within(echo.arg("said"), Duration::from_secs(60));
        let output = output.expect("there is an echo").expect("it ends");
        assert_eq!(output.stdout, b"said\n");
    }
}
