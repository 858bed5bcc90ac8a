//! The binaries of this process whose code is sure to stay.
//!
//! A binary that was loaded while the program ran may be unloaded, and another one be
//! mapped where it was. The program itself, the binary that holds this recorder, and
//! those that either needs, are there for as long as the recorder runs.
//!
//! **Invariant:** a binary is listed only if it stays mapped while this code does.

use std::ffi::{CStr, c_char, c_int, c_void};

use crate::recorder::zeroed::{Zeroed, zeroed};

/// How many binaries are looked at; stacks through others are walked by the system.
const MOST: usize = 128;
/// The longest file name that is compared.
const NAME: usize = 96;

/// A mapped binary. Addresses of zero are of what it does not have.
#[derive(Clone, Copy)]
pub(super) struct Binary {
    low: usize,
    high: usize,
    /// What its own addresses are counted from.
    bias: usize,
    /// `.eh_frame_hdr`, the index into the unwind tables.
    index: usize,
    index_size: usize,
    /// The segment in which the index is, and the tables are.
    segment: (usize, usize),
    /// What it needs and the like.
    dynamic: usize,
    file: [u8; NAME],
    lasts: bool,
}

// SAFETY: integers and a bool, which is false.
unsafe impl Zeroed for Binary {}

/// The binaries of this process that stay, and have unwind tables.
pub(super) fn lasting() -> &'static [Binary] {
    let Some(room) = zeroed::<Binary>(MOST) else {
        return &[];
    };
    let mut found = Found {
        binaries: room,
        count: 0,
    };
    // SAFETY: `visit` is called during this call only, with the pointer given here,
    // which stays valid and unaliased until it returns.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut found).cast()) };
    let Found { binaries, count } = found;
    let binaries = &mut binaries[..count];
    mark_lasting(binaries);
    binaries.sort_unstable_by_key(|binary| !(binary.lasts && binary.index != 0));
    let lasting = binaries.partition_point(|binary| binary.lasts && binary.index != 0);
    &binaries[..lasting]
}

struct Found {
    binaries: &'static mut [Binary],
    count: usize,
}

/// Called by the loader for each binary, the program first.
unsafe extern "C" fn visit(
    info: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    found: *mut c_void,
) -> c_int {
    // SAFETY: `lasting` passed this, and the loader a valid description.
    let (found, info) = unsafe { (&mut *found.cast::<Found>(), &*info) };
    let Some(binary) = found.binaries.get_mut(found.count) else {
        return 1;
    };
    binary.describe(info);
    found.count += 1;
    0
}

/// Marks the program, the binary of this very code, and what they need.
fn mark_lasting(binaries: &mut [Binary]) {
    let here = lasting as fn() -> &'static [Binary] as usize;
    for (number, binary) in binaries.iter_mut().enumerate() {
        binary.lasts = number == 0 || binary.holds(here);
    }
    // What is needed may need more, which can stand before it.
    for _ in 0..binaries.len() {
        for number in 0..binaries.len() {
            let binary = binaries[number];
            if binary.lasts {
                // SAFETY: it stays mapped.
                unsafe { binary.for_each_need(|name| mark_needed(binaries, name)) };
            }
        }
    }
}

/// Of binaries with one file name, the one that was loaded first is the one needed.
fn mark_needed(binaries: &mut [Binary], name: &CStr) {
    let named = |binary: &&mut Binary| binary.file() == Some(name);
    if let Some(binary) = binaries.iter_mut().find(named) {
        binary.lasts = true;
    }
}

const DT_NEEDED: u64 = 1;
const DT_STRTAB: u64 = 5;

impl Binary {
    /// Whether the address is inside.
    pub(super) fn holds(&self, address: usize) -> bool {
        (self.low..self.high).contains(&address)
    }

    /// The index into its unwind tables, and where that is.
    ///
    /// # Safety
    ///
    /// It stays mapped.
    pub(super) unsafe fn index(&self) -> (&'static [u8], usize) {
        // SAFETY: the loader mapped the segment, and it stays.
        let bytes = unsafe { mapped(self.index, self.index_size) };
        (bytes, self.index)
    }

    /// The unwind tables, which begin at `start`. `None` when they are elsewhere.
    ///
    /// # Safety
    ///
    /// It stays mapped.
    pub(super) unsafe fn tables(&self, start: usize) -> Option<&'static [u8]> {
        let (low, high) = self.segment;
        // SAFETY: all of the segment is mapped, and stays.
        (low..high)
            .contains(&start)
            .then(|| unsafe { mapped(start, high - start) })
    }

    fn describe(&mut self, info: &libc::dl_phdr_info) {
        if info.dlpi_phdr.is_null() {
            return;
        }
        self.bias = usize::try_from(info.dlpi_addr).unwrap_or(0);
        // SAFETY: the loader gives the program headers' address and count.
        let headers =
            unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
        self.low = usize::MAX;
        let place = |header: &libc::Elf64_Phdr| {
            let at = self.bias.wrapping_add(header.p_vaddr as usize);
            (at, header.p_memsz as usize)
        };
        for header in headers {
            let (at, size) = place(header);
            match header.p_type {
                libc::PT_LOAD => {
                    self.low = self.low.min(at);
                    self.high = self.high.max(at + size);
                }
                libc::PT_GNU_EH_FRAME => (self.index, self.index_size) = (at, size),
                libc::PT_DYNAMIC => self.dynamic = at,
                _ => {}
            }
        }
        let loaded = headers.iter().filter(|header| header.p_type == libc::PT_LOAD);
        let holding = loaded.map(place).find(|(at, size)| (*at..at + size).contains(&self.index));
        self.segment = holding.map_or((0, 0), |(at, size)| (at, at + size));
        if !info.dlpi_name.is_null() {
            // SAFETY: the loader gives a string that ends in zero.
            self.set_file(unsafe { CStr::from_ptr(info.dlpi_name) });
        }
    }

    /// Keeps the last part of a path, if there is room for it.
    fn set_file(&mut self, path: &CStr) {
        let path = path.to_bytes();
        let file = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        // The zero after it stays.
        if file.len() < NAME {
            self.file[..file.len()].copy_from_slice(file);
        }
    }

    fn file(&self) -> Option<&CStr> {
        let file = CStr::from_bytes_until_nul(&self.file).ok()?;
        (!file.is_empty()).then_some(file)
    }

    /// Calls `needed` with the name of each binary that this one needs.
    ///
    /// # Safety
    ///
    /// It stays mapped.
    unsafe fn for_each_need(&self, mut needed: impl FnMut(&CStr)) {
        // SAFETY: the caller's promise.
        let entries = || unsafe { self.dynamic_entries() };
        let Some(names) = entries().find(|(tag, _)| *tag == DT_STRTAB) else {
            return;
        };
        // Some loaders replace the offset by the address, and others do not.
        let names = names.1 as usize;
        let names = if names < self.low { names + self.bias } else { names };
        for (_, offset) in entries().filter(|(tag, _)| *tag == DT_NEEDED) {
            let name = std::ptr::with_exposed_provenance::<c_char>(names + offset as usize);
            // SAFETY: the table of names holds strings that end in zero, and stays.
            needed(unsafe { CStr::from_ptr(name) });
        }
    }

    /// The entries of its dynamic section: what each is, and its value.
    ///
    /// # Safety
    ///
    /// It stays mapped.
    unsafe fn dynamic_entries(&self) -> impl Iterator<Item = (u64, u64)> + use<> {
        let mut next = std::ptr::with_exposed_provenance::<[u64; 2]>(self.dynamic);
        std::iter::from_fn(move || {
            if next.is_null() {
                return None;
            }
            // SAFETY: the section is mapped and ends with an entry that is zero, behind
            // which this does not go.
            let [tag, value] = unsafe { next.read() };
            // SAFETY: as above.
            next = unsafe { next.add(1) };
            (tag != 0).then_some((tag, value))
        })
    }
}

/// So many bytes at an address.
///
/// # Safety
///
/// They are mapped readable, never change and stay.
unsafe fn mapped(address: usize, size: usize) -> &'static [u8] {
    let start = std::ptr::with_exposed_provenance(address);
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(start, size) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_and_its_c_library_stay() {
        let lasting = lasting();
        let here = the_program_and_its_c_library_stay as fn() as usize;
        let library = libc::qsort as *const () as usize;
        for address in [here, library] {
            assert!(lasting.iter().any(|binary| binary.holds(address)));
        }
        assert!(lasting.iter().all(|binary| binary.lasts && binary.index != 0));
    }

    /// Every installation of the system's C library has this one, and hardly a program
    /// needs it.
    #[cfg(target_env = "gnu")]
    #[test]
    fn a_library_that_is_loaded_meanwhile_may_go() {
        let name = c"libBrokenLocale.so.1";
        // SAFETY: a library of the system's own, without anything that runs when loaded.
        let library = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) };
        assert!(!library.is_null());
        // SAFETY: the handle is of the library just loaded, which is not unloaded before.
        let inside = unsafe { libc::dlsym(library, c"__ctype_get_mb_cur_max".as_ptr()) };
        assert!(!inside.is_null());
        let lasting = lasting();
        assert!(!lasting.iter().any(|binary| binary.holds(inside.addr())));
        // SAFETY: nothing of it is used any more.
        unsafe { libc::dlclose(library) };
    }
}
