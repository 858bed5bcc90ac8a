//! What the ids of a workload stand for.

use racegate_eventlog::{
    ObjectClass, ObjectInfo, Site, StackId, StackNode, StackTable, Tables, ThreadInfo, ThreadOrigin,
};

use crate::shape::{Lives, Shape};

/// The type of every cell.
pub(crate) const CELL_TYPE: &str = "u64";
/// The type of every lock.
pub(crate) const LOCK_TYPE: &str = "Mutex<()>";

pub(crate) fn of(shape: Shape) -> Tables {
    let mut tables = Tables {
        threads: (0..shape.threads())
            .map(|thread| thread_info(shape, thread))
            .collect(),
        stacks: stacks(shape),
        ..Tables::default()
    };
    for _ in 0..shape.cells() {
        tables.add_cell(None, Some(CELL_TYPE.to_owned()), StackId::new(1), 1);
    }
    for _ in 0..shape.locks {
        tables.add_object(ObjectInfo {
            class: ObjectClass::Mutex,
            name: None,
            type_name: Some(LOCK_TYPE.to_owned()),
            created_at: StackId::new(1),
            partner: None,
        });
    }
    tables
}

pub(crate) fn thread_info(shape: Shape, thread: u32) -> ThreadInfo {
    let origin = match shape.lives {
        _ if thread == 0 => ThreadOrigin::Root,
        Lives::Threads(_) => ThreadOrigin::Spawned,
        Lives::Tasks { .. } => ThreadOrigin::Task,
    };
    ThreadInfo { name: None, origin }
}

/// The line with this number, counted from one, as a stack of one frame.
pub(crate) fn site(line: u32) -> Site {
    Site {
        file: "workload.rs".to_owned(),
        line,
        column: 9,
    }
}

fn stacks(shape: Shape) -> StackTable {
    let mut stacks = StackTable::default();
    for line in 1..=shape.sites {
        stacks.push(StackNode::Site {
            parent: StackId::EMPTY,
            site: site(line),
        });
    }
    stacks
}
