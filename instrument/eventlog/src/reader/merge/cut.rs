//! Why a thread's last records were not used.

use super::cursor::{Missing, Next};
use super::run::{Merger, Obstacle};
use super::told;
use crate::id::ThreadId;
use crate::integrity::Cut;
use crate::record::Record;

impl Merger<'_> {
    /// The threads that did not come to their end, in the order of their ids.
    pub(super) fn cuts(&self) -> Vec<Cut> {
        let threads = u32::try_from(self.lives.len()).expect("threads have 32-bit ids");
        let mut cuts = Vec::new();
        for thread in (0..threads).map(ThreadId::new) {
            if self.lives[thread.index()].exhausted {
                continue;
            }
            let mut cursor = self.cursors[thread.index()];
            let unused = self.program.rest(cursor).count();
            if unused == 0 && self.lives[thread.index()].ended {
                // What was lost came after it in its stream.
                continue;
            }
            let what = match self.program.next(&mut cursor).0 {
                Next::End => continue,
                Next::Missing(missing) => self.tell_missing(missing),
                Next::Record(record) => self.tell_obstacle(thread, &record),
            };
            cuts.push(Cut {
                thread,
                unused: unused as u64,
                what,
            });
        }
        cuts
    }

    fn tell_missing(&self, missing: Missing) -> String {
        match missing {
            Missing::Loss(loss) => self.program.loss(loss).to_owned(),
            Missing::Segment(segment) => format!("its stretch {segment} is missing"),
            Missing::Twice(segment) => format!("its stretch {segment} is there twice"),
        }
    }

    fn tell_obstacle(&self, thread: ThreadId, record: &Record) -> String {
        let missing = match self.obstacle(thread, record) {
            None | Some(Obstacle::Version(_)) => return "it could go on".to_owned(),
            Some(Obstacle::Fork(_)) => {
                return if self.plan.forked[thread.index()] {
                    "its fork could not be used".to_owned()
                } else {
                    "its fork is missing".to_owned()
                };
            }
            Some(Obstacle::End(joined)) => {
                return format!("the end of thread {} is missing", joined.number());
            }
            Some(Obstacle::Stamp(_)) => match *record {
                Record::Sync { object, stamp, .. } => (object, told(stamp)),
                Record::Access { .. }
                | Record::Memory { .. }
                | Record::Forget { .. }
                | Record::Fence { .. }
                | Record::Thread { .. }
                | Record::Note { .. } => unreachable!("only synchronisation is stamped"),
            },
        };
        let (key, stamp) = missing;
        let object = self.definitions.object(key);
        match (
            self.plan.stamps.missing(object, stamp),
            self.plan.stamps.next(object),
        ) {
            (Some(before), _) => format!("event {before} of object {key} is missing"),
            (None, Some(next)) if next < stamp.sequence => {
                format!("event {next} of object {key} could not be used")
            }
            (None, _) => format!("event {} of object {key} is there twice", stamp.sequence),
        }
    }
}
