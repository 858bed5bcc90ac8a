//! Stacks made of words, of functions whose rows are made up, too: what a program does
//! rarely is then as frequent as the rest.

use std::num::NonZero;
use std::panic::Location;

use racegate_eventlog::StackId;

use super::checker::addresses;
use crate::recorder::era::Era;
use crate::recorder::stack::incremental::{Kept, Outcome};
use crate::recorder::stack::memo::{Memo, Situation};
use crate::recorder::stack::place::Place;
use crate::recorder::stack::plain;
use crate::recorder::stack::registers::Registers;
use crate::recorder::stack::root::{Root, Rooted};
use crate::recorder::stack::row::{Base, Row};
use crate::recorder::stack::rows;
use crate::recorder::zeroed::zeroed;

const WORD: usize = size_of::<usize>();

/// A made function: its row, and how many words its frame has.
#[derive(Clone, Copy)]
struct Function {
    ip: usize,
    row: Row,
    words: usize,
}

/// Addresses that no function of a program has.
fn function(number: usize, row: Row, words: usize) -> Function {
    let ip = 16 + number;
    rows::keep(ip, row);
    Function { ip, row, words }
}

/// A stack that grows down, as a processor's does.
struct Made {
    words: Vec<usize>,
    frames: Vec<Registers>,
}

impl Made {
    fn new(outermost: Function) -> Self {
        let words = vec![0; 4096];
        let end = words.as_ptr_range().end.addr();
        let sp = end - outermost.words * WORD;
        let ip = outermost.ip;
        let frames = vec![Registers { ip, sp, bp: 0 }];
        Self { words, frames }
    }

    fn end(&self) -> usize {
        self.words.as_ptr_range().end.expose_provenance()
    }

    fn here(&self) -> Registers {
        *self.frames.last().expect("a stack has an outermost frame")
    }

    fn word(&mut self, address: usize) -> &mut usize {
        let index = (address - self.words.as_ptr().addr()) / WORD;
        &mut self.words[index]
    }

    /// The innermost frame calls `function`, which keeps `own_bp` in the frame pointer's
    /// register where it may, and where it may not makes its frame that much larger.
    fn call(&mut self, function: Function, own_bp: usize) {
        let caller = self.here();
        *self.word(caller.sp - WORD) = caller.ip;
        let Row::Caller {
            from,
            offset,
            saved_bp,
        } = function.row
        else {
            panic!("only callers are called");
        };
        if let Some(words) = saved_bp {
            *self.word(caller.sp.wrapping_add_signed(isize::from(words) * 8)) = caller.bp;
        }
        let bp = match (from, saved_bp) {
            (Base::Frame, _) => caller.sp.wrapping_add_signed(-(offset as isize)),
            (Base::Stack, Some(_)) => own_bp,
            (Base::Stack, None) => caller.bp,
        };
        let more = if from == Base::Frame { own_bp } else { 0 };
        let sp = caller.sp - (function.words + more) * WORD;
        let ip = function.ip;
        self.frames.push(Registers { ip, sp, bp });
    }

    fn leave(&mut self) {
        if self.frames.len() > 1 {
            self.frames.pop();
        }
    }

    /// What the plain walk says, innermost first.
    fn plain(&self) -> Vec<usize> {
        // SAFETY: the made stack is alive, and its frames are as their rows say.
        let walked = unsafe { plain::walk(self.here()) }.expect("rows say all");
        let mut addresses: Vec<_> = walked.outermost_first().map(NonZero::get).collect();
        addresses.reverse();
        addresses
    }

    /// What `kept` says.
    fn incremental(&self, kept: &mut Kept) -> StackId {
        // SAFETY: as above; `kept` saw stacks in this memory only.
        let outcome = unsafe { kept.capture(self.here(), self.end(), Root::NONE) };
        let Outcome::Whole(node) = outcome else {
            panic!("{outcome:?}");
        };
        node
    }

    fn compare(&self, kept: &mut Kept) -> StackId {
        let node = self.incremental(kept);
        assert_eq!(addresses(node), self.plain());
        node
    }
}

fn kept() -> &'static mut Kept {
    let kept = zeroed::<Kept>(1).expect("there is memory");
    &mut kept[0]
}

fn from_stack(words: usize, saved_bp: Option<i16>) -> Row {
    let offset = i32::try_from(words * WORD).expect("frames are small");
    Row::caller(Base::Stack, offset, saved_bp).expect("it is a frame")
}

fn from_frame() -> Row {
    Row::caller(Base::Frame, 16, Some(-2)).expect("it is a frame")
}

/// The saved frame pointer leads to another caller's frame, though every frame returns
/// from the same place to the same address.
#[test]
fn a_saved_frame_pointer_that_changed_is_noticed() {
    let outermost = function(0, Row::Outermost, 8);
    let caller = function(1, from_stack(4, None), 4);
    let other = function(2, from_stack(4, None), 4);
    let framed = function(3, from_frame(), 6);
    let plain = function(4, from_stack(4, Some(-2)), 4);
    let mut made = Made::new(outermost);
    made.call(other, 0);
    made.call(caller, 0);
    made.call(framed, 0);
    made.call(plain, 7);
    made.call(caller, 7);
    let kept = kept();
    let before = made.compare(kept);
    assert_eq!(made.compare(kept), before);
    // The frame of `framed` now ends where that of `caller` did.
    let saved = made.frames[3].sp - 2 * WORD;
    let bp = made.frames[3].bp;
    assert_eq!(*made.word(saved), bp);
    *made.word(saved) += 4 * WORD;
    let after = made.compare(kept);
    assert_ne!(after, before);
    *made.word(saved) -= 4 * WORD;
    assert_eq!(made.compare(kept), before);
}

/// Every word that a walk loads decides, and one that it does not load does not.
#[test]
fn a_saved_frame_pointer_that_nobody_needs_may_change() {
    let outermost = function(0, Row::Outermost, 8);
    let caller = function(1, from_stack(4, None), 4);
    let saving = function(4, from_stack(4, Some(-2)), 4);
    let mut made = Made::new(outermost);
    made.call(caller, 0);
    made.call(saving, 1);
    made.call(saving, 2);
    let kept = kept();
    let before = made.compare(kept);
    for value in 0..5 {
        let saved = made.frames[2].sp - 2 * WORD;
        *made.word(saved) = value;
        assert_eq!(made.compare(kept), before);
    }
}

fn functions() -> Vec<Function> {
    let mut functions = vec![function(0, Row::Outermost, 8)];
    for words in 2..6 {
        for saved_bp in [None, Some(-2)] {
            for _ in 0..2 {
                let number = 10 + functions.len();
                let row = from_stack(words, saved_bp);
                functions.push(function(number, row, words));
            }
        }
        let number = 10 + functions.len();
        functions.push(function(number, from_frame(), words));
    }
    functions
}

/// What a walker remembers, and the roots that are active.
struct Remembered {
    kept: &'static mut Kept,
    memo: &'static mut Memo,
    roots: Vec<(usize, Rooted)>,
    era: Era,
    found: usize,
}

impl Remembered {
    /// Roots are frames that are active.
    fn adopt(&mut self, made: &Made, sets_root: bool) {
        let count = made.frames.len();
        while self.roots.last().is_some_and(|(frame, _)| *frame > count) {
            self.roots.pop();
        }
        if sets_root && self.roots.len() < 4 {
            self.roots.push((count, Rooted::at(made.here().sp)));
        }
    }

    /// Captures as a walker does, and compares with the plain walk.
    fn compare(&mut self, made: &Made, site: &'static Location<'static>) {
        let frame = made.here();
        // SAFETY: what is made up is like a stack that is in use, as long as this is.
        let place = unsafe { Place::of(site, frame) };
        let root = Root::current().above(frame.sp, made.end());
        let now = Situation::of(root.number(), self.era);
        // SAFETY: the made stack is alive, and the roots are frames of it.
        let found = unsafe { self.memo.find(place, now) };
        // SAFETY: as above.
        let found = found.or_else(|| unsafe { self.memo.find_any(place, root, self.era) });
        // SAFETY: as above.
        let outcome = unsafe { self.kept.capture(frame, made.end(), root) };
        let Outcome::Whole(node) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(addresses(node), made.plain());
        if let Some(found) = found {
            assert_eq!(found, node);
            self.found += 1;
        } else {
            let way = self.kept.way().expect("it was just captured");
            self.memo.put(place, way, node, (root, self.era));
        }
    }
}

#[test]
fn walks_of_random_stacks_agree_whatever_is_remembered() {
    let functions = functions();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).expect("31 bits") % bound
    };
    let sites = [Location::caller(), here(), here()];
    let mut made = Made::new(functions[0]);
    let mut remembered = Remembered {
        kept: kept(),
        memo: &mut zeroed::<Memo>(1).expect("there is memory")[0],
        roots: Vec::new(),
        era: Era::FIRST,
        found: 0,
    };
    for round in 0..200_000 {
        for _ in 0..below(4) {
            made.leave();
        }
        if round % 1000 == 0 {
            remembered.memo.forget();
            remembered.kept.forget();
        }
        if round % 300 == 0 {
            remembered.era = remembered.era.next();
        }
        remembered.adopt(&made, below(50) == 0);
        // Few functions for a while, so that stacks come back.
        let few = 2 + round / 10_000;
        for _ in 0..below(4) {
            if made.frames.len() < 4 + round / 6000 {
                let called = functions[1 + below(few.min(functions.len() - 1))];
                made.call(called, below(3));
            }
        }
        remembered.compare(&made, sites[below(3)]);
    }
    assert!(remembered.found > 10_000, "{}", remembered.found);
}

#[track_caller]
fn here() -> &'static Location<'static> {
    Location::caller()
}
