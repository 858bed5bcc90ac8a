//! Random yields: a way to see more schedules of one program.
//!
//! With a seed, a thread gives way now and then before a probe records: it yields to
//! whoever waits for the processor, or spins for a while, which lets others overtake it
//! on processors of their own. How often it does depends on its priority, which is drawn
//! anew every so many probes, as in PCT (Burckhardt et al., ASPLOS 2010): with few threads
//! and few such changes most orders come up. A thread begins with a wait, since one that
//! was just spawned would otherwise come after all that its parent does meanwhile.
//!
//! **Invariant:** whether and how a thread gives way depends on the seed, the thread's
//! number in its log, and the number of its probe alone; and it is no event.

/// By priority: one probe in this many gives way.
const RARELY: [u64; 3] = [2, 8, 64];
/// A thread keeps its priority for so many probes.
const STRETCH: u64 = 16;
/// The longest spin is of two to this power rounds; and that of a thread that begins.
const LONGEST_SPIN: u32 = 11;
const LONGEST_START: u32 = 13;

/// How a thread gives way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It does not.
    On,
    /// To whoever waits for its processor.
    Yield,
    /// For so many rounds.
    Spin(u32),
}

/// Gives way, or not, before the `probe`-th probe of a thread.
#[cold]
pub(super) fn give_way(seed: u64, thread: u32, probe: u64) {
    match way(seed, thread, probe) {
        Way::On => {}
        Way::Yield => std::thread::yield_now(),
        Way::Spin(rounds) => (0..rounds).for_each(|_| std::hint::spin_loop()),
    }
}

fn way(seed: u64, thread: u32, probe: u64) -> Way {
    let of_thread = mixed(mixed(seed).wrapping_add(u64::from(thread)));
    let drawn = mixed(of_thread.wrapping_add(probe));
    if probe == 0 {
        return spin(drawn, LONGEST_START);
    }
    let priority = mixed(!of_thread.wrapping_add(probe / STRETCH));
    let rarely = RARELY[(priority % RARELY.len() as u64) as usize];
    if !drawn.is_multiple_of(rarely) {
        return Way::On;
    }
    let drawn = drawn / rarely;
    if drawn.is_multiple_of(2) {
        return Way::Yield;
    }
    spin(drawn / 2, LONGEST_SPIN)
}

/// A spin of a length that is drawn, of two to this power rounds at most.
fn spin(drawn: u64, longest: u32) -> Way {
    Way::Spin(1 << (drawn % (u64::from(longest) + 1)))
}

/// SplitMix64's step: every bit of what comes out depends on every bit of what goes in.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::lane;
    use super::super::log::Log;
    use super::super::notes::mark;
    use super::super::opened::within;
    use super::super::options::LogOptions;
    use super::super::weight::Weight;
    use super::*;

    const PROBES: u64 = 10_000;

    fn ways(seed: u64, thread: u32) -> Vec<Way> {
        let probes = 0..PROBES;
        probes.map(|probe| way(seed, thread, probe)).collect()
    }

    #[test]
    fn one_probe_in_five_gives_way_in_each_of_its_ways() {
        let ways = ways(1, 1);
        let count = |wanted: fn(&Way) -> bool| ways.iter().filter(|way| wanted(way)).count();
        let yields = count(|way| *way == Way::Yield);
        let spins = count(|way| matches!(way, Way::Spin(_)));
        assert!((950..1200).contains(&yields), "{yields}");
        assert!((950..1200).contains(&spins), "{spins}");
        for length in 0..=LONGEST_SPIN {
            assert!(ways.contains(&Way::Spin(1 << length)), "2^{length} rounds");
        }
    }

    #[test]
    fn a_thread_keeps_a_priority_for_a_stretch_and_has_each_of_them() {
        let ways = ways(2, 1);
        let stretches = ways[STRETCH as usize..].chunks(STRETCH as usize);
        let gave_way = |stretch: &[Way]| stretch.iter().filter(|way| **way != Way::On).count();
        let counts: Vec<usize> = stretches.map(gave_way).collect();
        let share = |from: usize, to: usize| {
            let within = counts.iter().filter(|count| (from..to).contains(*count));
            within.count() as f64 / counts.len() as f64
        };
        // Of 16 probes, 8, 2 and a quarter are expected, each in a third of the stretches.
        assert!((0.28..0.38).contains(&share(5, 17)), "{}", share(5, 17));
        assert!((0.30..0.45).contains(&share(0, 1)), "{}", share(0, 1));
    }

    #[test]
    fn a_thread_begins_with_a_wait_whose_length_is_drawn() {
        let starts: std::collections::BTreeSet<u32> = (0..500)
            .map(|seed| match way(seed, 1, 0) {
                Way::Spin(rounds) => rounds,
                Way::On | Way::Yield => panic!("a thread begins with a spin"),
            })
            .collect();
        assert_eq!(starts.len(), LONGEST_START as usize + 1);
    }

    /// How many probes might have given way in a session of three.
    fn probes_asked(yields: Option<u64>) -> Option<u64> {
        let log = Log::in_memory(LogOptions {
            yields,
            ..LogOptions::default()
        });
        within(&Arc::new(log), "main", || {
            mark("first");
            mark("second");
            lane::with(Weight::Access, |lane| lane.current().next_probe())
        })
    }

    #[test]
    fn every_probe_is_asked_where_there_is_a_seed_and_none_where_there_is_none() {
        assert_eq!(probes_asked(Some(1)), Some(3));
        assert_eq!(probes_asked(None), Some(0));
    }

    #[test]
    fn seeds_and_threads_give_way_in_different_places() {
        let first = ways(1, 1);
        for (seed, thread) in [(2, 1), (1, 2), (0, 1), (u64::MAX, 1)] {
            assert_ne!(first, ways(seed, thread));
        }
    }
}
