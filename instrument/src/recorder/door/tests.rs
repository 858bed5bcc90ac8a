//! Who is let in, and when.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;

/// A lane that is nowhere: the door looks at its address alone.
const LANE: *mut Lane = ptr::without_provenance_mut(64);

/// Runs `body` on a thread of its own that has a lane.
fn with_lane(pace: Pace, body: impl FnOnce() + Send) {
    let thread = || {
        set_lane(LANE, ptr::null(), pace);
        body();
        assert_eq!(take_lane(), LANE);
    };
    std::thread::scope(|scope| scope.spawn(thread).join().expect("its assertions hold"));
}

fn for_line() -> Option<Probing> {
    let (entrance, at) = entrance();
    entrance.for_line(at)
}

#[test]
fn no_probe_runs_inside_another() {
    with_lane(Pace::Stacks, || {
        for _ in 0..2 {
            let probing = enter_at_once().expect("nothing is in the way");
            assert_eq!((probing.lane(), state()), (LANE, Door::Probing));
            assert!(enter_at_once().is_none());
            closed_to_probes(|| assert_eq!(state(), Door::Closed));
            ignoring(|| assert!(enter_at_once().is_none()));
            assert_eq!(state(), Door::Probing);
        }
    });
}

#[test]
fn a_probe_that_has_to_look_closer_is_not_let_in_at_once() {
    with_lane(Pace::Waits, || {
        assert!(enter_at_once().is_none());
        let probing = enter();
        assert_eq!((probing.lane(), state()), (LANE, Door::Probing));
        drop(probing);
        assert_eq!(state(), Door::Open);
        assert!(enter_at_once().is_none());
    });
}

#[test]
fn a_probe_for_a_line_is_let_in_at_once_where_stacks_are_lines_alone() {
    for pace in [Pace::Waits, Pace::Stacks, Pace::Lines] {
        with_lane(pace, || {
            for _ in 0..2 {
                let lane = enter_at_once().map(|probing| probing.lane());
                assert_eq!(lane, (pace != Pace::Waits).then_some(LANE));
                let lane = for_line().map(|probing| probing.lane());
                assert_eq!(lane, (pace == Pace::Lines).then_some(LANE));
            }
            assert_eq!(state(), Door::Open);
            closed_to_probes(|| assert!(for_line().is_none()));
            ignoring(|| assert!(for_line().is_none()));
            let probing = enter();
            assert!(for_line().is_none());
            drop(probing);
        });
    }
}

#[test]
fn whoever_shuts_the_door_leaves_it_as_it_was_also_by_unwinding() {
    with_lane(Pace::Stacks, || {
        let panics = catch_unwind(AssertUnwindSafe(|| {
            closed_to_probes(|| {
                ignoring(|| {
                    assert!(enter_at_once().is_none());
                    panic!("inside of both");
                })
            })
        }));
        assert!(panics.is_err());
        let panics = catch_unwind(AssertUnwindSafe(|| {
            let _probing = enter_at_once().expect("nothing is in the way");
            panic!("inside of a probe");
        }));
        assert!(panics.is_err());
        assert!(enter_at_once().is_some());
    });
}

#[test]
fn a_lane_that_is_gone_is_not_entered_by_whoever_saw_it_before() {
    with_lane(Pace::Stacks, || {
        let lane = closed_to_probes(take_lane);
        assert!(enter_at_once().is_none());
        closed_to_probes(|| set_lane(lane, ptr::null(), Pace::Stacks));
        assert!(enter_at_once().is_some());
    });
}

#[test]
fn a_forked_child_enters_no_lane_of_its_parent_again() {
    with_lane(Pace::Stacks, || {
        let probing = enter_at_once();
        fork();
        drop(probing);
        set_lane(LANE, ptr::null(), Pace::Stacks);
        assert!(enter_at_once().is_none() && is_forked());
    });
}
