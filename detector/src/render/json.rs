//! Every field, for programs: the report's own types are the schema.

use super::plain;
use super::{Options, Report};

pub(super) fn render(report: &Report, _: &Options) -> String {
    let text = serde_json::to_string_pretty(report)
        .expect("a report has only strings for keys and no failing serialiser");
    plain::json(&text) + "\n"
}
