//! Reports made by hand.

use crate::finding::{
    Access, AccessKind, Cell, Finding, Frame, HeldLock, Site, State, Thread, Tier, Unordered,
};
use crate::report::{AnalysisSummary, Log, Report, Summary, Tool};

pub(super) const LEDGER: &str = include_str!("ledger.txt");
pub(super) const TESTS: &str = include_str!("ledger_test.txt");

pub(super) fn report(findings: Vec<Finding>, logs: Vec<Log>) -> Report {
    let count = findings.len() as u64;
    let unconfirmed = findings.iter().filter(|it| it.tier == Tier::Unconfirmed);
    Report {
        schema: 1,
        tool: Tool {
            name: "racegate",
            version: "0.1.0",
        },
        summary: Summary {
            findings: count,
            new: count,
            known: 0,
            suppressed: 0,
            unconfirmed: unconfirmed.count() as u64,
            complete: logs.iter().all(|log| log.complete),
            analyses: vec![AnalysisSummary {
                name: "hb",
                racy_events: count,
                racy_cells: count,
                pairs: count,
            }],
        },
        logs,
        findings,
    }
}

pub(super) fn log() -> Log {
    Log {
        path: "session/p-1".to_owned(),
        complete: true,
        events: 5_412_380,
        threads: 14,
        cells: 38,
        sync_objects: 7,
        dropped_accesses: 0,
        dropped_sync: 0,
        notes: Vec::new(),
    }
}

pub(super) fn site(file: &str, line: u32, column: u32) -> Site {
    Site {
        file: file.to_owned(),
        line,
        column,
        function: None,
    }
}

pub(super) fn ledger() -> Finding {
    Finding {
        fingerprint: "7f3a9c12e4b05d6788990011223344ff".to_owned(),
        rule: "RG0001",
        kind: "data-race",
        tier: Tier::First,
        state: State::New,
        cell: Cell {
            name: "Account::balance".to_owned(),
            named: true,
            type_name: Some("i64".to_owned()),
            created_at: Some(site("src/ledger.rs", 12, 22)),
        },
        first: Access {
            access: AccessKind::Write,
            verb: "WRITE",
            thread: thread(1, "depositor", 8),
            site: site("src/ledger.rs", 20, 22),
            event: 7,
            stack: stack("ledger::Account::deposit", 8),
            locks: vec![HeldLock {
                name: "log".to_owned(),
                mode: "write",
                acquired_at: site("src/ledger.rs", 18, 29),
            }],
        },
        second: Access {
            access: AccessKind::Read,
            verb: "READ",
            thread: thread(2, "auditor", 10),
            site: site("src/ledger.rs", 25, 22),
            event: 9,
            stack: stack("ledger::Account::audit", 10),
            locks: vec![],
        },
        unordered: Unordered {
            last_edge: None,
            nearest_release: Some("unlock of `log`, src/ledger.rs:21 (event #8)".to_owned()),
            text: "last sync edge T1 -> T2: none; at (2), T2 has seen nothing of T1\n\
                   nearest release after (1): unlock of `log`, src/ledger.rs:21 (event #8)\n\
                   T2 does not lock `log` before (2), so that release orders nothing here"
                .to_owned(),
            drawing: vec![
                "T0 main      -*spawn T1---*spawn T2------------------*join T1-*join T2-"
                    .to_owned(),
                "T1 depositor   \\-acq log--(1) WRITE--rel log----------/".to_owned(),
                "T2 auditor                 \\---------------(2) READ-------------/".to_owned(),
            ],
        },
        help: vec!["take the lock the writer already holds".to_owned()],
        pairs: 42,
        notes: Vec::new(),
        test: None,
    }
}

fn thread(id: u32, name: &str, line: u32) -> Thread {
    Thread {
        id,
        name: Some(name.to_owned()),
        spawned_at: Some(site("tests/ledger.rs", line, 19)),
        spawned_by: Some("T0 `main`".to_owned()),
    }
}

fn stack(function: &str, line: u32) -> Vec<Frame> {
    let own = |function: &str, file: &str, line| Frame {
        function: Some(function.to_owned()),
        file: Some(file.to_owned()),
        line: Some(line),
        column: Some(9),
        workspace: true,
    };
    let std = Frame {
        function: Some("std::thread::Builder::spawn_unchecked".to_owned()),
        file: Some("/rustc/59807616/library/std/src/thread/mod.rs".to_owned()),
        line: Some(1),
        column: None,
        workspace: false,
    };
    let mut stack = vec![
        own(function, "src/ledger.rs", 20),
        own(
            "ledger::audit_while_depositing::{{closure}}",
            "tests/ledger.rs",
            line,
        ),
    ];
    stack.extend(vec![std; 9]);
    stack
}

/// Puts the payload into every string that a program under test could choose.
pub(super) fn poison(finding: &mut Finding, payload: &str) {
    let name = || Some(payload.to_owned());
    let bad_site = |site: &mut Site| {
        site.file = payload.to_owned();
        site.function = name();
    };
    finding.cell.name = payload.to_owned();
    finding.cell.type_name = name();
    finding.help = vec![payload.to_owned()];
    finding.notes = vec![payload.to_owned()];
    let unordered = &mut finding.unordered;
    unordered.text = payload.to_owned();
    unordered.last_edge = name();
    unordered.nearest_release = name();
    unordered.drawing = vec![payload.to_owned()];
    for access in [&mut finding.first, &mut finding.second] {
        bad_site(&mut access.site);
        access.thread.name = name();
        access.thread.spawned_by = name();
        access.thread.spawned_at.iter_mut().for_each(bad_site);
        for frame in &mut access.stack {
            frame.function = name();
            frame.file = name();
        }
        for lock in &mut access.locks {
            lock.name = payload.to_owned();
            bad_site(&mut lock.acquired_at);
        }
    }
}
