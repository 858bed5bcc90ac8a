//! What other race detectors cost, where they are installed: the same operations with
//! and without, in one run.

use std::io;
use std::path::Path;
use std::process::Command;

use super::process::{said, succeed};
use super::record::Figure;

/// A compiler that makes programs with a race detector in them.
struct Peer {
    name: &'static str,
    compiler: &'static str,
    /// What the compiler takes before the output.
    plain: &'static [&'static str],
    racy: &'static [&'static str],
    source: &'static str,
}

const PEERS: &[Peer] = &[
    Peer {
        name: "ThreadSanitizer (gcc)",
        compiler: "gcc",
        plain: &["-O2", "-pthread"],
        racy: &["-O2", "-pthread", "-fsanitize=thread"],
        source: "operations.c",
    },
    Peer {
        name: "ThreadSanitizer (clang)",
        compiler: "clang",
        plain: &["-O2", "-pthread"],
        racy: &["-O2", "-pthread", "-fsanitize=thread"],
        source: "operations.c",
    },
    Peer {
        name: "Go -race",
        compiler: "go",
        plain: &["build"],
        racy: &["build", "-race"],
        source: "operations.go",
    },
];

/// RAPID, which analyses logs and is not installed here: what it was measured at, in
/// millions of events a second.
const RAPID: (&str, [(&str, f64); 3]) = (
    "RAPID, measured earlier on a like machine: a text trace of 10 M events",
    [("FastTrack", 0.12), ("HB", 0.08), ("SHB", 0.04)],
);

/// The figures of every peer that is there; those that are not are named on stderr. RAPID's
/// are known.
pub(super) fn figures(workspace: &Path) -> io::Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let mut figures = Vec::new();
    for peer in PEERS {
        let there = Command::new(peer.compiler).arg("--help").output();
        if there.is_err() {
            eprintln!(
                "{} is not installed: {} is left out",
                peer.compiler, peer.name
            );
            continue;
        }
        for (name, arguments) in [("plain", peer.plain), ("detected", peer.racy)] {
            let program = folder.path().join(name);
            let mut compiler = Command::new(peer.compiler);
            compiler.args(arguments).arg("-o").arg(&program);
            succeed(compiler.arg(workspace.join("tests/peers").join(peer.source)))?;
            figures.extend(told(peer, name, &said(&mut Command::new(&program))?));
        }
    }
    figures.extend(rapid());
    Ok(figures)
}

fn rapid() -> impl Iterator<Item = Figure> {
    let (subject, figures) = RAPID;
    figures.into_iter().map(move |(name, value)| Figure {
        section: "peer",
        subject: subject.to_owned(),
        name: name.to_owned(),
        value,
        unit: "M events/s",
    })
}

/// The figures in what a program says: a name and nanoseconds in each line.
fn told(peer: &Peer, name: &str, said: &str) -> Vec<Figure> {
    let lines = said.lines().filter_map(|line| line.split_once(' '));
    let figures = lines.filter_map(|(operation, nanoseconds)| {
        Some(Figure {
            section: "peer",
            subject: format!("{}, {operation}", peer.name),
            name: name.to_owned(),
            value: nanoseconds.parse().ok()?,
            unit: "ns",
        })
    });
    figures.collect()
}
