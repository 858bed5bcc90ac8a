//! A trace in words, one line an event: `alice write balance`.

use racegate::Report;
use racegate_eventlog::{Event, EventKind, Extent, NameId, ObjectId, Tables, ThreadId};

/// Every event of the session, in an order that happened.
pub(crate) fn story(report: &Report) -> Vec<String> {
    let tables = report.trace().tables();
    let tell = |event: &Event| format!("{} {}", thread(tables, event.thread), verb(tables, event));
    report.trace().events().iter().map(tell).collect()
}

/// What one thread did, without its name.
pub(crate) fn story_of(report: &Report, name: &str) -> Vec<String> {
    let own = |line: String| line.strip_prefix(&format!("{name} ")).map(str::to_owned);
    story(report).into_iter().filter_map(own).collect()
}

fn verb(tables: &Tables, event: &Event) -> String {
    let object = |id: ObjectId| {
        let info = tables.object(id);
        info.name.clone().unwrap_or(format!("{:?}", info.class))
    };
    let name = |id: NameId| tables.name(id).to_owned();
    match event.kind {
        EventKind::Read(extent) => format!("read {}", cell(tables, extent)),
        EventKind::Write(extent) => format!("write {}", cell(tables, extent)),
        EventKind::Forget(extent) => format!("forget {}", cell(tables, extent)),
        EventKind::Acquire(id) => format!("acquire {}", object(id)),
        EventKind::Release(id) => format!("release {}", object(id)),
        EventKind::ReleaseMerge(id) => format!("release-merge {}", object(id)),
        EventKind::Exchange(id) => format!("exchange {}", object(id)),
        EventKind::Load(id, ordering) => format!("load {} {ordering:?}", object(id)),
        EventKind::Store(id, ordering) => format!("store {} {ordering:?}", object(id)),
        EventKind::Rmw(id, ordering) => format!("rmw {} {ordering:?}", object(id)),
        EventKind::Fence(ordering) => format!("fence {ordering:?}"),
        EventKind::Fork(child) => format!("fork {}", thread(tables, child)),
        EventKind::Begin => "begin".to_owned(),
        EventKind::End => "end".to_owned(),
        EventKind::Join(child) => format!("join {}", thread(tables, child)),
        EventKind::Request(id, mode) => format!("request {} {mode:?}", object(id)),
        EventKind::BlockBegin(id) => format!("block-begin {}", name(id)),
        EventKind::BlockEnd(id) => format!("block-end {}", name(id)),
        EventKind::Mark(id) => format!("mark {}", name(id)),
    }
}

fn thread(tables: &Tables, id: ThreadId) -> String {
    let named = tables.thread(id).name.clone();
    named.unwrap_or(format!("thread-{}", id.number()))
}

/// The cell's name, and which parts of several.
fn cell(tables: &Tables, extent: Extent) -> String {
    let (id, first) = tables.cell_of(extent.first());
    let info = tables.cell(id);
    let name = info.name.clone().unwrap_or("cell".to_owned());
    if info.extent.parts() == 1 {
        name
    } else {
        format!("{name}[{first}..{}]", first + extent.parts())
    }
}
