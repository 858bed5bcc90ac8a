//! One line a finding, for editors and grep.

use std::fmt::Write as _;

use super::plain::{path, plain};
use super::words::{Severity, place, severity, side, title};
use super::{Options, Report, coverage};
use crate::finding::Finding;

pub(super) fn render(report: &Report, _: &Options) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        out.push_str(&line(finding));
        out.push('\n');
    }
    for warning in coverage::warnings(report) {
        // A `String` takes whatever it is given.
        let _ = writeln!(out, "warning: {warning}");
    }
    out.push_str(&coverage::line(report, None));
    out.push('\n');
    out
}

/// The second access leads: it is the one that completed the race.
fn line(finding: &Finding) -> String {
    let Finding { first, second, .. } = finding;
    let severity = match severity(finding) {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    format!(
        "{}: {severity}[{}]: {} ({} against {} at {})",
        path(&place(&second.site)),
        plain(finding.rule),
        title(finding),
        side(second),
        side(first),
        plain(&place(&first.site)),
    )
}
