//! What a stream has defined.
//!
//! **Invariant:** what is in it was defined in its era, and so is what its lines name.

use crate::recorder::era::Era;
use crate::recorder::lines::Lines;
use crate::recorder::marks::Marks;

/// What this generation of the stream has defined.
pub(super) struct Defined {
    pub(super) era: Era,
    pub(super) lines: Lines,
    pub(super) stacks: Marks<512>,
    pub(super) objects: Marks<512>,
    pub(super) threads: Marks<16>,
    pub(super) names: Marks<16>,
    pub(super) modules: bool,
}

impl Defined {
    pub(super) const fn nothing() -> Self {
        Self {
            era: Era::FIRST,
            lines: Lines::new(),
            stacks: Marks::new(),
            objects: Marks::new(),
            threads: Marks::new(),
            names: Marks::new(),
            modules: false,
        }
    }

    pub(super) fn clear(&mut self) {
        self.era = self.era.next();
        self.lines.clear();
        self.stacks.clear();
        self.objects.clear();
        self.threads.clear();
        self.names.clear();
        self.modules = false;
    }
}
