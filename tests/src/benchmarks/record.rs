//! The record of a run: figures, where they come from, and how to have them again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What kind of figure it is.
    pub section: &'static str,
    /// What was measured.
    pub subject: String,
    /// How.
    pub name: String,
    /// What came out.
    pub value: f64,
    /// In what it is counted.
    pub unit: &'static str,
}

impl Figure {
    /// What it is a figure of.
    pub(super) fn what(&self) -> (&str, &str, &str) {
        (self.section, &self.subject, &self.name)
    }
}

/// All figures of a run.
#[derive(Clone, Debug)]
pub struct Record {
    machine: Vec<(&'static str, String)>,
    figures: Vec<Figure>,
}

impl Record {
    pub(super) fn new(machine: Vec<(&'static str, String)>) -> Self {
        Self {
            machine,
            figures: Vec::new(),
        }
    }

    pub(super) fn extend(&mut self, figures: Vec<Figure>) {
        self.figures.extend(figures);
    }

    /// The figures of a section.
    pub fn section(&self, section: &str) -> impl Iterator<Item = &Figure> {
        let section = section.to_owned();
        self.figures
            .iter()
            .filter(move |figure| figure.section == section)
    }

    /// Writes `figures.csv` and `README.md`.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("figures.csv"), self.comma_separated())?;
        fs::write(folder.join("README.md"), self.page())
    }

    fn comma_separated(&self) -> String {
        let mut text = String::from("section,subject,name,value,unit\n");
        for figure in &self.figures {
            let subject = figure.subject.replace(',', "");
            let name = figure.name.replace(',', ";");
            let (section, value, unit) = (figure.section, figure.value, figure.unit);
            let _ = writeln!(text, "{section},{subject},{name},{value:.4},{unit}");
        }
        text
    }

    /// A table a section, with a row for each subject.
    fn page(&self) -> String {
        let mut text = String::from("# Benchmarks\n\n");
        for (what, value) in &self.machine {
            let _ = writeln!(text, "- {what}: {value}");
        }
        text.push_str("\nCommand: `cargo run --release -p tests --bin benchmarks -- --record docs/benchmarks`. ");
        text.push_str("The machine is shared: only ratios mean something.\n");
        for section in ["operation", "pass one", "scan", "floor", "peer"] {
            let _ = writeln!(text, "\n## {section}\n");
            let mut subjects: BTreeMap<&str, Vec<&Figure>> = BTreeMap::new();
            for figure in self.section(section) {
                subjects.entry(&figure.subject).or_default().push(figure);
            }
            for (subject, figures) in subjects {
                let _ = write!(text, "- **{subject}**: ");
                let told = figures.iter().map(|figure| told(figure, &figures));
                text.push_str(&told.collect::<Vec<_>>().join("; "));
                text.push('\n');
            }
        }
        text.push_str("\n![cost an operation](operations.svg)\n");
        text.push_str("![events a second by threads](threads.svg)\n");
        text.push_str("![events a second and memory by size](sizes.svg)\n");
        text.push_str("![memory by threads](memory.svg)\n");
        text
    }
}

/// A figure, and what it is beside std's or the ceiling's in the same unit.
fn told(figure: &Figure, beside: &[&Figure]) -> String {
    let base = beside
        .iter()
        .find(|other| ["std", "touch", "plain"].contains(&other.name.as_str()))
        .filter(|base| base.unit == figure.unit && base.name != figure.name);
    let ratio = base.map(|base| format!(" ({:.2}x {})", figure.value / base.value, base.name));
    let Figure {
        name, value, unit, ..
    } = figure;
    format!("{name} {value:.2} {unit}{}", ratio.unwrap_or_default())
}
