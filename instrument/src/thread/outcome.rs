//! What a thread's closure returned, until it is taken by a join or dropped.
//!
//! A value that nobody joins for is dropped by the thread itself, when its handle
//! is gone by then, and else by whoever drops the handle. Then std's reference count
//! orders that drop after the closure, and a scope waits for it.
//!
//! **Invariant:** the drop of such a value is recorded between an acquire of what
//! the closure released and, in a scope, a release to the scope's end.

use std::panic::Location;

use racegate_eventlog::ObjectClass;
use racegate_eventlog::record::SyncVerb;

use crate::recorder::Object;

/// What a closure returned. The fields are dropped in this order.
pub(super) struct Outcome<'scope, T> {
    handed: Option<Handed>,
    value: T,
    finish: Option<Finish<'scope>>,
}

impl<'scope, T> Outcome<'scope, T> {
    /// Runs `f` on the thread that was spawned at `site`, into the scope that ends
    /// with this edge.
    pub(super) fn of(
        f: impl FnOnce() -> T,
        scope: Option<&'scope Object>,
        site: &'static Location<'static>,
    ) -> Self {
        let finish = || scope.map(|edge| Finish { edge, site });
        // Dropped last, also while unwinding.
        let _returns = finish();
        let value = f();
        let matters = std::mem::needs_drop::<T>();
        Self {
            handed: matters.then(|| Handed::over(site)),
            value,
            finish: if matters { finish() } else { None },
        }
    }

    /// The value, for one who joined the thread, which orders more than this would.
    pub(super) fn joined(self) -> T {
        let Self {
            handed,
            value,
            finish,
        } = self;
        std::mem::forget((handed, finish));
        value
    }
}

/// Released by the thread, acquired when dropped.
struct Handed {
    object: Object,
    site: &'static Location<'static>,
}

impl Handed {
    fn over(site: &'static Location<'static>) -> Self {
        // Done once, by the thread; it is none of the program's own objects.
        let mut object = Object::made_at::<Self>(ObjectClass::Once, site);
        object.set_name("result of a thread");
        object.step(SyncVerb::Release, site);
        Self { object, site }
    }
}

impl Drop for Handed {
    fn drop(&mut self) {
        self.object.step(SyncVerb::Acquire, self.site);
    }
}

/// Released to the scope's end when dropped.
struct Finish<'scope> {
    edge: &'scope Object,
    site: &'static Location<'static>,
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.edge.step(SyncVerb::ReleaseMerge, self.site);
    }
}
