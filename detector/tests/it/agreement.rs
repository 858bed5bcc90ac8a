//! Every analysis of happens-before, with and without slot reuse, finds exactly the races of the
//! definition, and pass two lists exactly their pairs.

use std::collections::{BTreeMap, BTreeSet};

use oracle::definition::{self, Race};
use oracle::generator;
use racegate_detector::analysis::happens_before::HappensBefore;
use racegate_detector::analysis::{ANALYSES, AccessKind, Analysis, Order, Racy, hb};
use racegate_detector::clock::{Epoch, Reuse};
use racegate_detector::finding::Tier;
use racegate_detector::finding::pairs::{self, RacyPair};
use racegate_eventlog::{Event, Location, Trace};

const TRACES: u64 = 12_000;

#[test]
fn every_analysis_finds_the_races_of_the_definition_and_no_others() {
    let mut with_races = 0;
    let mut reused_slots = 0;
    for seed in 0..TRACES {
        let trace = generator::trace(seed);
        let races = definition::races(&trace);
        let events = definition::racy_events(&races);
        let expected = Racy { events };
        let by_happens_before = |it: &&Analysis| it.order == Order::HappensBefore;
        for analysis in ANALYSES.iter().filter(by_happens_before) {
            let found = (analysis.run)(&trace);
            assert_eq!(
                found,
                expected,
                "{}, seed {seed}\n{}",
                analysis.name,
                written(&trace)
            );
        }
        let apart = hb::run_with(&trace, Reuse::Never);
        assert_eq!(apart, expected, "no reuse, seed {seed}");
        let schedulable = schedulable_races(&trace, &expected);
        // So nothing unconfirmed ever stands alone.
        let first = races.first();
        assert!(first.is_none_or(|race| schedulable.contains(race)));
        for order in [Order::HappensBefore, Order::Schedulable] {
            assert_eq!(
                listed_pairs(&trace, &expected, order),
                defined_pairs(&trace, &races, &schedulable, order),
                "seed {seed}"
            );
        }
        with_races += u64::from(!races.is_empty());
        reused_slots += u64::from(reuses_a_slot(&trace));
    }
    // The generator is of use only while it makes both kinds, and chains.
    assert!(
        (TRACES / 5..TRACES * 4 / 5).contains(&with_races),
        "{with_races} racy"
    );
    assert!(
        reused_slots > TRACES / 5,
        "{reused_slots} traces reuse a slot"
    );
}

fn written(trace: &Trace) -> String {
    let events = trace.events().iter().enumerate();
    let line = |(index, event): (usize, &Event)| {
        format!("{index:3} T{} {:?}\n", event.thread.number(), event.kind)
    };
    events.map(line).collect()
}

fn reuses_a_slot(trace: &Trace) -> bool {
    let mut order = HappensBefore::new(trace);
    trace.events().iter().for_each(|event| order.step(event));
    (order.slots() as usize) < trace.tables().threads.len()
}

/// A line and a kind, twice, in ascending order.
type Pair = [(u32, AccessKind); 2];

fn pair(trace: &Trace, first: usize, second: usize) -> Pair {
    let mut pair = [first, second].map(|index| side(trace, index));
    pair.sort();
    pair
}

fn side(trace: &Trace, index: usize) -> (u32, AccessKind) {
    let event = &trace.events()[index];
    let (kind, _) = AccessKind::of(event.kind).expect("an access");
    let site = trace.tables().stacks.site(event.stack).expect("a site");
    (site.line, kind)
}

fn listed_pairs(trace: &Trace, racy: &Racy, order: Order) -> BTreeMap<(Location, Pair), RacyPair> {
    let found = pairs::collect(trace, &racy.locations(), order);
    let listed: BTreeMap<_, _> = found
        .pairs
        .iter()
        .map(|it| ((it.location, pair(trace, it.first, it.second)), *it))
        .collect();
    assert_eq!(listed.len(), found.pairs.len(), "no pair is listed twice");
    let distinct: BTreeSet<Pair> = listed.keys().map(|key| key.1).collect();
    assert_eq!(found.distinct.len(), distinct.len());
    listed
}

/// The same, from the races of the definition and those of them that are schedulable.
fn defined_pairs(
    trace: &Trace,
    races: &[Race],
    schedulable: &BTreeSet<Race>,
    order: Order,
) -> BTreeMap<(Location, Pair), RacyPair> {
    let mut first_racy_event = BTreeMap::new();
    let mut likes: BTreeMap<_, Vec<(Tier, usize, usize)>> = BTreeMap::new();
    for race in races {
        let first_racy_event = *first_racy_event.entry(race.location).or_insert(race.later);
        let tier = if !schedulable.contains(race) {
            Tier::Unconfirmed
        } else if first_racy_event == race.later {
            Tier::First
        } else {
            Tier::Schedulable
        };
        if order == Order::HappensBefore || tier != Tier::Unconfirmed {
            let key = (race.location, pair(trace, race.earlier, race.later));
            let like = likes.entry(key).or_default();
            like.push((tier, race.later, race.earlier));
        }
    }
    let told = likes.into_iter().map(|(key, mut like)| {
        like.sort_unstable();
        let (tier, second, first) = like[0];
        let reversed = like
            .iter()
            .find(|(.., earlier)| side(trace, *earlier) != side(trace, first));
        let pair = RacyPair {
            location: key.0,
            first,
            second,
            reversed: reversed.map(|&(_, later, earlier)| (earlier, later)),
            count: like.len() as u64,
            tier,
        };
        (key, pair)
    });
    told.collect()
}

/// The races that remain if every read follows the write that it reads from: each
/// pair of accesses compared by the clocks, none forgotten, no slot used twice.
fn schedulable_races(trace: &Trace, racy: &Racy) -> BTreeSet<Race> {
    let mut clocks = HappensBefore::schedulable(trace, &racy.locations(), Reuse::Never);
    let mut past: BTreeMap<Location, Vec<(usize, AccessKind, Epoch)>> = BTreeMap::new();
    let mut races = BTreeSet::new();
    for (later, event) in trace.events().iter().enumerate() {
        if let Some((kind, extent)) = AccessKind::of(event.kind) {
            let (epoch, clock) = clocks.now(event.thread);
            for location in extent.locations() {
                let past = past.entry(location).or_default();
                let unordered = past.iter().filter(|(_, other, epoch)| {
                    kind.conflicts_with(*other) && !clock.knows(*epoch)
                });
                races.extend(unordered.map(|&(earlier, ..)| Race {
                    later,
                    location,
                    earlier,
                }));
                past.push((later, kind, epoch));
            }
        }
        clocks.step(event);
    }
    races
}
