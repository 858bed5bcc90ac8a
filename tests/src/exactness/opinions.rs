//! Everything in the detector that has an opinion on which events race.

use oracle::definition::Order;
use oracle::panel::{Certainty, ListedPair, LocationOpinion, Opinion, Panel};
use racegate_detector::analysis::pass_one::{Options, raced_locations};
use racegate_detector::analysis::{self, ANALYSES, Racy, hb, shb};
use racegate_detector::clock::Reuse;
use racegate_detector::finding::Tier;
use racegate_detector::finding::last_drop::LastDrops;
use racegate_detector::finding::pairs;
use racegate_eventlog::Trace;
use racegate_eventlog::reader::Log;

/// Every analysis, the same without slot reuse, pass one, and pass two.
#[must_use]
pub fn panel() -> Panel {
    let mut opinions: Vec<Opinion> = ANALYSES
        .iter()
        .map(|analysis| opinion(analysis.name, analysis.order, analysis.run))
        .collect();
    opinions.push(opinion(
        "hb, a slot for each thread",
        analysis::Order::HappensBefore,
        |trace| hb::run_with(trace, Reuse::Never),
    ));
    opinions.push(opinion(
        "shb, a slot for each thread",
        analysis::Order::Schedulable,
        |trace| shb::run_with(trace, Reuse::Never),
    ));
    Panel {
        opinions,
        locations: vec![
            raced("pass one", Reuse::Exact),
            raced("pass one, a slot for each thread", Reuse::Never),
        ],
        pairs: listed_pairs,
    }
}

fn opinion(name: &str, order: analysis::Order, run: fn(&Trace) -> Racy) -> Opinion {
    Opinion {
        name: name.to_owned(),
        order: match order {
            analysis::Order::HappensBefore => Order::HappensBefore,
            analysis::Order::Schedulable => Order::Schedulable,
        },
        racy: Box::new(move |trace| run(trace).events),
    }
}

fn raced(name: &str, reuse: Reuse) -> LocationOpinion {
    let options = Options {
        reuse,
        ..Options::default()
    };
    LocationOpinion {
        name: name.to_owned(),
        raced: Box::new(move |trace| {
            let raced = raced_locations(&Log::of_trace(trace), &options);
            raced.expect("a trace can be read").locations
        }),
    }
}

fn listed_pairs(trace: &Trace, order: Order) -> Vec<ListedPair> {
    let order = match order {
        Order::HappensBefore => analysis::Order::HappensBefore,
        Order::Schedulable => analysis::Order::Schedulable,
    };
    let found = pairs::collect(
        trace,
        &hb::run(trace).locations(),
        order,
        &LastDrops::default(),
    );
    let listed = found.pairs.iter().map(|pair| ListedPair {
        location: pair.location,
        first: pair.first,
        second: pair.second,
        reversed: pair.reversed,
        count: pair.count,
        certainty: match pair.tier {
            Tier::First => Certainty::First,
            Tier::Schedulable => Certainty::Schedulable,
            Tier::Unconfirmed => Certainty::Unconfirmed,
        },
    });
    listed.collect()
}
