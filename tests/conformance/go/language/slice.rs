//! Go's slice: a variable of three words, and the elements that it points to.
//!
//! **Invariant:** a use of the slice reads or writes exactly the words that it needs,
//! each a cell of its own; the elements are one cell of many parts, shared by all
//! slices of them.

use std::ops::Range;
use std::sync::Arc;

use racegate::cell::{RaceArray, RaceCell};

/// A variable that holds a slice.
pub(crate) struct Slice<T> {
    pointer: RaceCell<Pointer<T>>,
    len: RaceCell<usize>,
    cap: RaceCell<usize>,
}

/// A slice by itself: the words of a variable, once they have been read.
pub(crate) struct View<T> {
    pointer: Pointer<T>,
    len: usize,
    cap: usize,
}

/// Where a slice's elements begin.
struct Pointer<T> {
    elements: Arc<RaceArray<T>>,
    first: usize,
}

impl<T: Copy + Send + Sync> Slice<T> {
    /// A variable called `a`, of these elements, called `a[]`.
    pub(crate) fn named(name: &str, elements: impl Into<Vec<T>>) -> Self {
        let elements = RaceArray::named(&format!("{name}[]"), elements);
        Self::of(name, View::whole(elements))
    }

    /// A variable that holds a slice which there is already.
    pub(crate) fn of(name: &str, View { pointer, len, cap }: View<T>) -> Self {
        Self {
            pointer: RaceCell::named(&format!("{name}.pointer"), pointer),
            len: RaceCell::named(&format!("{name}.len"), len),
            cap: RaceCell::named(&format!("{name}.cap"), cap),
        }
    }

    /// Reads the length alone.
    pub(crate) fn len(&self) -> usize {
        self.len.get()
    }

    /// Reads the capacity alone.
    pub(crate) fn cap(&self) -> usize {
        self.cap.get()
    }

    /// Reads the pointer and the length, and then an element.
    pub(crate) fn get(&self, index: usize) -> T {
        let (pointer, at) = self.place(index);
        pointer.elements.get(at)
    }

    /// Reads the pointer and the length, and then writes an element.
    pub(crate) fn set(&self, index: usize, value: T) {
        let (pointer, at) = self.place(index);
        pointer.elements.set(at, value);
    }

    /// Reads all three words.
    pub(crate) fn view(&self) -> View<T> {
        let (cap, len) = (self.cap.get(), self.len.get());
        let pointer = self.pointer.with(Pointer::clone);
        View { pointer, len, cap }
    }

    /// Writes all three words. The pointer first, so that whoever reads it last finds
    /// elements for as many as a shorter slice had.
    pub(crate) fn assign(&self, View { pointer, len, cap }: View<T>) {
        self.pointer.set(pointer);
        self.len.set(len);
        self.cap.set(cap);
    }

    fn place(&self, index: usize) -> (Pointer<T>, usize) {
        assert!(index < self.len.get(), "the slice has such an element");
        let pointer = self.pointer.with(Pointer::clone);
        let at = pointer.first + index;
        (pointer, at)
    }
}

impl<T: Copy> View<T> {
    fn whole(elements: RaceArray<T>) -> Self {
        let len = elements.len();
        let elements = Arc::new(elements);
        Self {
            pointer: Pointer { elements, first: 0 },
            len,
            cap: len,
        }
    }

    /// A part of the slice: the same elements, and none of them read.
    pub(crate) fn part(&self, Range { start, end }: Range<usize>) -> Self {
        assert!(start <= end && end <= self.cap, "a part of the slice");
        let mut pointer = self.pointer.clone();
        pointer.first += start;
        Self {
            pointer,
            len: end - start,
            cap: self.cap - start,
        }
    }

    /// The elements, each read when it is reached.
    pub(crate) fn iter(&self) -> impl Iterator<Item = T> {
        let Pointer { elements, first } = &self.pointer;
        (*first..first + self.len).map(|at| elements.get(at))
    }

    /// Go's `append` to a slice that is full: reads the elements into a new array,
    /// which has one more.
    pub(crate) fn append(&self, value: T) -> Self {
        assert_eq!(self.len, self.cap, "the slice is full");
        let mut elements = self.read(self.len);
        elements.push(value);
        Self::whole(RaceArray::named("appended", elements))
    }

    /// Go's `copy`: as many elements as both have.
    pub(crate) fn copy_from(&self, source: &Self) {
        self.copy_in(&source.read(self.len.min(source.len)));
    }

    /// Go's `copy` from values that are no cells.
    pub(crate) fn copy_in(&self, values: &[T]) {
        let values = &values[..values.len().min(self.len)];
        let Pointer { elements, first } = &self.pointer;
        elements.write_range(*first, values);
    }

    fn read(&self, len: usize) -> Vec<T> {
        let Pointer { elements, first } = &self.pointer;
        elements.read_range(*first..first + len)
    }
}

impl<T> Clone for Pointer<T> {
    fn clone(&self) -> Self {
        Self {
            elements: Arc::clone(&self.elements),
            first: self.first,
        }
    }
}
