//! What a panel says of a trace, in terms that outlive a change of it: an event is
//! known by the line of source that it alone is at.

use std::collections::BTreeSet;

use racegate_eventlog::validate::validate;
use racegate_eventlog::{
    Event, Integrity, Location, Site, StackId, StackNode, StackTable, Tables, Trace,
};

use crate::definition::Order;
use crate::panel::Panel;

/// The line that an event alone is at.
pub(super) type Label = u32;

/// What a panel says of a labelled trace.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// By opinion: the racy events.
    pub(super) events: Vec<BTreeSet<(Label, Location)>>,
    /// By order, happens-before and then the schedulable one: which two events race,
    /// the earlier one first.
    pub(super) pairs: [BTreeSet<(Location, [Label; 2])>; 2],
}

/// The same trace, each event at a line of its own.
///
/// # Panics
///
/// Never: what an event is at decides nothing about a history.
#[must_use]
pub fn labelled(trace: &Trace) -> Trace {
    let mut tables = trace.tables().clone();
    let mut stacks = StackTable::default();
    let events = trace.events().iter().zip(1..);
    let events = events.map(|(event, line)| {
        let parent = StackId::EMPTY;
        let file = String::new();
        let site = Site {
            file,
            line,
            column: 1,
        };
        let stack = stacks.push(StackNode::Site { parent, site });
        Event { stack, ..*event }
    });
    let events = events.collect();
    forget_stacks(&mut tables);
    tables.stacks = stacks;
    validate(events, tables, Integrity::default()).expect("the same events are a history")
}

/// Where things were made lies in the old table of stacks.
fn forget_stacks(tables: &mut Tables) {
    for cell in &mut tables.cells {
        cell.created_at = StackId::EMPTY;
    }
    for object in &mut tables.objects {
        object.created_at = StackId::EMPTY;
    }
}

/// The label of an event of a labelled trace.
pub(super) fn label(trace: &Trace, event: usize) -> Label {
    let stack = trace.events()[event].stack;
    let site = trace.tables().stacks.site(stack);
    site.map_or(0, |site| site.line)
}

impl Verdict {
    pub(super) fn of(panel: &Panel, trace: &Trace) -> Self {
        let labels = |(event, location)| (label(trace, event), location);
        let events = panel.opinions.iter();
        let events = events.map(|opinion| (opinion.racy)(trace).into_iter().map(labels).collect());
        let pairs = [Order::HappensBefore, Order::Schedulable].map(|order| {
            let pairs = (panel.pairs)(trace, order).into_iter();
            let label = |event| label(trace, event);
            pairs
                .map(|pair| (pair.location, [label(pair.first), label(pair.second)]))
                .collect()
        });
        Self {
            events: events.collect(),
            pairs,
        }
    }

    /// Leaves out on what they race.
    pub(super) fn forget_locations(&mut self) {
        let nowhere = Location::new(0);
        for events in &mut self.events {
            *events = events.iter().map(|(label, _)| (*label, nowhere)).collect();
        }
        for pairs in &mut self.pairs {
            *pairs = pairs.iter().map(|(_, pair)| (nowhere, *pair)).collect();
        }
    }

    /// Leaves out the races that do not satisfy this, by their later and their earlier
    /// event.
    pub(super) fn retain(&mut self, keep: impl Fn(Label) -> bool) {
        for events in &mut self.events {
            events.retain(|(label, _)| keep(*label));
        }
        for pairs in &mut self.pairs {
            pairs.retain(|(_, labels)| labels.iter().all(|label| keep(*label)));
        }
    }
}

/// An error where two verdicts are not the same.
pub(super) fn same(panel: &Panel, before: &Verdict, after: &Verdict) -> Result<(), String> {
    for (opinion, (before, after)) in panel
        .opinions
        .iter()
        .zip(before.events.iter().zip(&after.events))
    {
        if before != after {
            let name = &opinion.name;
            return Err(format!("{name}: {before:?} became {after:?}"));
        }
    }
    if before.pairs == after.pairs {
        Ok(())
    } else {
        Err(format!("{:?} became {:?}", before.pairs, after.pairs))
    }
}
