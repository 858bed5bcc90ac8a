//! The histories that benchmarks run on have the verdict that they are said to have.

use racegate_detector::analysis::ANALYSES;
use racegate_eventlog::Location;
use workload::{Lives, Shape, trace};

#[test]
fn exactly_the_racy_cells_of_a_workload_race() {
    let threads = Shape {
        events: 40_000,
        locks: 8,
        guarded: 20,
        read_only: 40,
        racy: 3,
        ..Shape::default()
    };
    let tasks = Shape {
        lives: Lives::Tasks {
            total: 300,
            live: 7,
        },
        ..threads
    };
    for shape in [
        threads,
        threads.half_synchronisation(),
        threads.mostly_own(),
        tasks,
    ] {
        let trace = trace(shape);
        let expected: Vec<Location> = shape.racy_locations().collect();
        for analysis in ANALYSES {
            let found = (analysis.run)(&trace).locations();
            let found: Vec<Location> = found.into_iter().collect();
            assert_eq!(found, expected, "{} of {shape:?}", analysis.name);
        }
    }
}
