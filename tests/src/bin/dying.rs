//! A program that ends in the way it is told, with its threads still alive.
//!
//! `dying END EVENTS`: two threads write their cell `EVENTS` times each, then wait
//! for ever; then `main` ends. `dying acked`: one thread writes for ever and says
//! on standard output how many writes have returned.

#![forbid(unsafe_code)]

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::{Arc, Barrier};

use racegate::cell::RaceCell;
use racegate::thread;

static CELLS: [RaceCell<u64>; 2] = [RaceCell::new(0), RaceCell::new(0)];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["acked"] => acknowledge_for_ever(),
        [end, events] => {
            write_all(events.parse().expect("a number of events"));
            die(end);
        }
        _ => panic!("expected `END EVENTS` or `acked`"),
    }
}

/// Returns when both threads have written all, and leaves them alive.
fn write_all(events: u64) {
    // Std's own barrier, which no log sees.
    let written = Arc::new(Barrier::new(3));
    for cell in &CELLS {
        let written = Arc::clone(&written);
        thread::spawn(move || {
            (0..events).for_each(|value| cell.set(value));
            written.wait();
            loop {
                std::thread::park();
            }
        });
    }
    written.wait();
}

fn die(end: &str) {
    match end {
        "return" => {}
        "panic" => panic!("on purpose"),
        "exit" => std::process::exit(3),
        "abort" => std::process::abort(),
        "overflow" => {
            overflow(0);
        }
        "exec" => panic!("{}", Command::new("true").exec()),
        signal => {
            let own = std::process::id().to_string();
            Command::new("kill")
                .args(["-s", signal, &own])
                .status()
                .expect("kill is there");
            // A signal that ends the process does so on any thread.
            loop {
                std::thread::park();
            }
        }
    }
}

/// Calls itself until the stack is used up, which is a fault and then an abort.
fn overflow(depth: u64) -> [u64; 128] {
    let mut frame = [depth; 128];
    if std::hint::black_box(depth) < u64::MAX {
        frame[0] = overflow(depth + 1)[1];
    }
    std::hint::black_box(frame)
}

fn acknowledge_for_ever() {
    let mut out = std::io::stdout().lock();
    for value in 1_u64.. {
        CELLS[0].set(value);
        writeln!(out, "{value}")
            .and_then(|()| out.flush())
            .expect("somebody listens");
    }
}
