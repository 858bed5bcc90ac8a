//! `racegate scan`: the races in logs that were recorded before.

use super::arguments::Scan;
use super::exit::{Exit, Failure};
use super::judge;
use super::output::Terminal;

pub(super) fn run(scan: &Scan) -> Result<Exit, Failure> {
    judge::judge(&scan.logs, &scan.reporting, Terminal::Stdout)
}
