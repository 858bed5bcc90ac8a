//! The cases `layout`: accesses to bytes of one memory that overlap, or do not.

use std::iter;
use std::sync::Barrier;

use racegate::annotate;
use racegate::thread;

use crate::suite::cases;
use crate::turn::in_turn;

const SIZES: [usize; 3] = [2, 4, 8];
const OFFSETS: usize = 8;

/// An access to `size` bytes from `first` on.
#[derive(Clone, Copy)]
struct Span {
    first: usize,
    size: usize,
}

impl Span {
    fn write(self, memory: &Memory) {
        annotate::write(&raw const memory.0[self.first], self.size);
    }

    fn read(self, memory: &Memory) {
        annotate::read(&raw const memory.0[self.first], self.size);
    }
}

/// Bytes that are no cell.
struct Memory(Box<[u8]>);

impl Memory {
    fn named(name: &str, length: usize) -> Self {
        let bytes = vec![0; length].into_boxed_slice();
        annotate::name_memory(bytes.as_ptr(), length, name);
        Self(bytes)
    }
}

/// Each of two sizes after the other, from each offset.
fn neighbours() -> impl Iterator<Item = [Span; 2]> {
    let sizes = || {
        SIZES
            .into_iter()
            .flat_map(|left| SIZES.map(|right| [left, right]))
    };
    (0..OFFSETS).flat_map(move |first| {
        sizes().map(move |[left, right]| {
            let after = first + left;
            [
                Span { first, size: left },
                Span {
                    first: after,
                    size: right,
                },
            ]
        })
    })
}

/// Each byte of each size, from each offset.
fn overlaps() -> impl Iterator<Item = [Span; 2]> {
    let spans = |first| SIZES.map(|size| Span { first, size });
    let bytes = |span: Span| {
        let byte = move |within| Span {
            first: span.first + within,
            size: 1,
        };
        (0..span.size).map(move |within| [span, byte(within)])
    };
    (0..OFFSETS).flat_map(spans).flat_map(bytes)
}

cases! { TSAN;

/// A byte in the middle of four that another wrote.
fn mop_with_offset() {
    let data = Memory::named("data", 8);
    let (four, one) = (Span { first: 0, size: 4 }, Span { first: 2, size: 1 });
    in_turn(|| four.write(&data), || one.write(&data));
} told |report| {
    let names: Vec<&str> = report.findings().iter().map(|it| it.cell.name.as_str()).collect();
    assert_eq!(names, ["data[2..3]"], "{report}");
}

/// Four bytes around the one that another wrote.
fn mop_with_offset2() {
    let data = Memory::named("data", 8);
    let (four, one) = (Span { first: 0, size: 4 }, Span { first: 2, size: 1 });
    in_turn(|| one.write(&data), || four.write(&data));
} told |report| {
    let names: Vec<&str> = report.findings().iter().map(|it| it.cell.name.as_str()).collect();
    assert_eq!(names, ["data[2..3]"], "{report}");
}

/// Neighbours that do not overlap, whichever of them is first and whatever it is
/// aligned to.
fn unaligned_norace() {
    let pairs = neighbours().flat_map(|[left, right]| [[left, right], [right, left]]);
    let objects: Vec<_> = pairs.map(|pair| (Memory::named("object", 24), pair)).collect();
    assert_eq!(objects.len(), 144);
    let written = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            written.wait();
            objects.iter().for_each(|(bytes, [_, other])| other.write(bytes));
        });
        objects.iter().for_each(|(bytes, [one, _])| one.write(bytes));
        written.wait();
    });
}

/// Every byte of a span, written while the span is read or written: 224 objects, and
/// a race on each.
fn unaligned_race() {
    let pairs = overlaps().flat_map(|pair| [(pair, false), (pair, true)]);
    let objects: Vec<_> = pairs.zip(iter::repeat_with(|| Memory::named("object", 16))).collect();
    assert_eq!(objects.len(), 224);
    let touched = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            touched.wait();
            objects.iter().for_each(|(([_, byte], _), bytes)| byte.write(bytes));
        });
        for (([span, _], writes), bytes) in &objects {
            match writes {
                true => span.write(bytes),
                false => span.read(bytes),
            }
        }
        touched.wait();
    });
} told |report| {
    let [analysis] = &report.detail().summary.analyses[..] else {
        panic!("one analysis is the default");
    };
    assert_eq!((analysis.racy_cells, analysis.racy_events), (224, 224), "{report}");
}

/// A number at its place and one a byte after the start share one byte.
fn aligned_vs_unaligned_race() {
    let global = Memory::named("Global", 16);
    let update = |from: usize| {
        let span = Span { first: from, size: 8 };
        span.read(&global);
        span.write(&global);
    };
    in_turn(|| update(8), || update(1));
} told |report| {
    let only = report.findings().iter().all(|finding| finding.cell.name == "Global[8..9]");
    assert!(only, "{report}");
}

}
