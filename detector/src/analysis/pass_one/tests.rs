//! Pass one held against `hb`, which is held against the definition.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use oracle::generator;
use racegate_eventlog::reader::{Block, Limits, Log, LogImage, ReadError};
use racegate_eventlog::writer::write_log;
use racegate_eventlog::{Integrity, Location, Trace};

use super::engine::Engine;
use super::judge::Case;
use super::share::{Part, Share, Whole};
use super::workers::Reader;
use super::{Error, Options, raced_locations, search, search_opening};
use crate::analysis::hb;
use crate::clock::Reuse;

const TRACES: u64 = 4_000;

/// What an engine finds that begins at this time, shown so many events at a time, as they
/// are and in blocks.
fn found(
    trace: &Trace,
    share: impl Share,
    reuse: Reuse,
    first: u64,
    block: usize,
) -> Vec<Location> {
    let log = Log::of_trace(trace);
    let case = Case {
        tables: log.tables(),
        demand: log.demand(),
        reuse,
        first,
        // As few as there can be, so that room has to be made for more.
        slots: 1,
    };
    let mut engine = Engine::new(&case, share);
    trace
        .events()
        .chunks(block)
        .for_each(|block| engine.take(block));
    let mut raced = engine.into_raced();
    raced.sort_unstable();
    let mut engine = Engine::new(&case, share);
    let take = |block: &mut Block| engine.take_block(block);
    log.replay_blocks(Block::with_room(block), take)
        .expect("it can be read");
    let mut in_blocks = engine.into_raced();
    in_blocks.sort_unstable();
    assert_eq!(in_blocks, raced, "in blocks");
    raced
}

#[track_caller]
fn assert_finds_all(seed: u64, what: &str, found: impl Fn(&Trace) -> Vec<Location>) {
    let trace = generator::trace(seed);
    let races: Vec<Location> = hb::run(&trace).locations().into_iter().collect();
    assert_eq!(found(&trace), races, "seed {seed}, {what}");
}

#[test]
fn it_names_the_locations_of_hb() {
    for seed in 0..TRACES {
        assert_finds_all(seed, "slots used again", |trace| {
            found(trace, Whole, Reuse::Exact, 1, 7)
        });
        assert_finds_all(seed, "a slot for each thread", |trace| {
            found(trace, Whole, Reuse::Never, 1, 2048)
        });
    }
}

#[test]
fn where_narrow_codes_are_used_up_it_names_the_same() {
    // The last time that fits, and the times from which the first few ticks do not.
    for seed in 0..TRACES {
        let last = (1 << 27) - 1;
        for before in [4, 5, 8, 20] {
            assert_finds_all(seed, "codes used up", |trace| {
                found(trace, Whole, Reuse::Exact, last - before, 5)
            });
        }
        assert_finds_all(seed, "wide codes", |trace| {
            found(trace, Whole, Reuse::Exact, 1 << 40, 5)
        });
    }
}

#[test]
fn the_shares_of_any_number_of_workers_name_the_same() {
    for seed in 0..TRACES {
        for shares in 1..=5 {
            assert_finds_all(seed, "shares", |trace| {
                let shares = (0..shares).map(|share| Part::new(share, shares));
                let found = shares.flat_map(|share| found(trace, share, Reuse::Exact, 1, 64));
                found.collect::<BTreeSet<_>>().into_iter().collect()
            });
        }
    }
}

#[test]
fn any_number_of_workers_names_the_same() {
    for seed in 0..TRACES / 4 {
        for workers in 0..=4 {
            assert_finds_all(seed, "workers", |trace| {
                let found = search(&Log::of_trace(trace), &Options::default(), workers);
                let found = found.expect("it can be read");
                assert_eq!(found.events, trace.events().len() as u64);
                found.locations.into_iter().collect()
            });
        }
    }
}

#[test]
fn what_needs_more_memory_than_there_may_be_is_refused_and_never_half_judged() {
    let mut refused = 0;
    for seed in 0..TRACES / 40 {
        let trace = generator::trace(seed);
        let races = hb::run(&trace).locations();
        for workers in 0..=3 {
            for max_memory in [0, 1_000, 3_000, 10_000, 1 << 30] {
                let options = Options {
                    max_memory,
                    ..Options::default()
                };
                match search(&Log::of_trace(&trace), &options, workers) {
                    Ok(found) => assert_eq!(found.locations, races, "seed {seed}"),
                    Err(Error::Memory { needs, limit, .. }) => {
                        assert!(needs > limit && limit == max_memory, "{needs} of {limit}");
                        refused += 1;
                    }
                    Err(Error::Read(error)) => panic!("seed {seed}: {error}"),
                }
            }
        }
    }
    let all = TRACES / 40 * 20;
    assert!(
        (all / 4..all - all / 5).contains(&refused),
        "{refused} of {all}"
    );
}

#[test]
fn what_comes_to_need_more_memory_than_there_may_be_is_refused_too() {
    let trace = generator::trace(511);
    let needs = |max_memory, workers| {
        let options = Options {
            max_memory,
            ..Options::default()
        };
        match search(&Log::of_trace(&trace), &options, workers) {
            Err(Error::Memory { needs, .. }) => needs,
            found => panic!("{max_memory} bytes suffice: {found:?}"),
        }
    };
    for workers in 0..=3 {
        // What it needs before anything happens, and then for its clocks.
        let at_first = needs(0, workers);
        assert!(needs(at_first, workers) > at_first);
    }
}

/// A log in memory that is being opened.
struct Image<'i>(&'i LogImage);

impl<'i> Reader for Image<'i> {
    type Said = (Log<'i>, Option<Integrity>);

    fn read(self, block: Block, take: impl FnMut(&mut Block)) -> Result<Self::Said, ReadError> {
        Log::of_image_telling(self.0, Limits::default(), block, take)
    }
}

#[test]
fn what_is_told_while_a_log_is_opened_has_the_same_races() {
    let mut all_told = 0;
    for seed in 0..TRACES {
        let image = LogImage {
            sealed: write_log(&generator::trace(seed)),
            windows: Vec::new(),
        };
        let options = Options {
            jobs: NonZeroUsize::MIN,
            ..Options::default()
        };
        let log = Log::of_image(&image).expect("a whole log");
        let expected = raced_locations(&log, &options).expect("it can be read");
        for workers in [0, 1, 3] {
            let (log, told) =
                search_opening(Image(&image), &options, workers).expect("a whole log");
            let raced = raced_locations(&log, &options).expect("it can be read");
            assert_eq!(raced.locations, expected.locations, "seed {seed}");
            if let Some(told) = told {
                all_told += 1;
                assert_eq!(told.locations, expected.locations, "seed {seed}, {workers}");
                assert_eq!(told.events, expected.events, "seed {seed}, {workers}");
                assert_eq!(told.integrity, expected.integrity, "seed {seed}, {workers}");
            }
        }
    }
    assert!(all_told > TRACES / 2, "only {all_told} were told");
}
