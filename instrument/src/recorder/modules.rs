//! The binaries mapped into this process, so that addresses can be symbolised
//! after the fact, on any machine that has the same files.

use std::ffi::{CStr, c_int, c_void};

use racegate_eventlog::record::Definition;

/// Every binary mapped now.
pub(super) fn mapped() -> Vec<Definition> {
    let mut modules: Vec<Definition> = Vec::new();
    if cfg!(miri) {
        // Miri has no loader, and a program that it runs is in no file.
        return modules;
    }
    // SAFETY: `visit` is called during this call only, with the pointer given
    // here, which stays valid and unaliased until it returns.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut modules).cast()) };
    modules
}

/// Called by the loader for each binary.
unsafe extern "C" fn visit(
    info: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    modules: *mut c_void,
) -> c_int {
    // SAFETY: `mapped` passed this vector, and the loader a valid description.
    let (modules, info) = unsafe { (&mut *modules.cast::<Vec<Definition>>(), &*info) };
    if let Some(module) = describe(info) {
        modules.push(module);
    }
    0
}

fn describe(info: &libc::dl_phdr_info) -> Option<Definition> {
    // SAFETY: the loader gives the program headers' address and count.
    let headers =
        unsafe { std::slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
    let loaded = || {
        headers
            .iter()
            .filter(|header| header.p_type == libc::PT_LOAD)
    };
    let first = loaded().map(|header| header.p_vaddr).min()?;
    let last = loaded()
        .map(|header| header.p_vaddr + header.p_memsz)
        .max()?;
    let build_id = headers
        .iter()
        .filter(|header| header.p_type == libc::PT_NOTE)
        .find_map(|header| {
            let start = (info.dlpi_addr + header.p_vaddr) as *const u8;
            let length = usize::try_from(header.p_memsz).ok()?;
            // SAFETY: the segment is mapped readable at its load address.
            build_id(unsafe { std::slice::from_raw_parts(start, length) })
        })
        .unwrap_or_default();
    Some(Definition::Module {
        base: info.dlpi_addr + first,
        end: info.dlpi_addr + last,
        path: path(info)?,
        build_id,
    })
}

/// The file; the loader leaves the program's own name empty.
fn path(info: &libc::dl_phdr_info) -> Option<String> {
    if info.dlpi_name.is_null() {
        return None;
    }
    // SAFETY: the loader gives a string that ends in zero.
    let name = unsafe { CStr::from_ptr(info.dlpi_name) }.to_string_lossy();
    if name.is_empty() {
        Some(std::env::current_exe().ok()?.to_string_lossy().into_owned())
    } else {
        Some(name.into_owned())
    }
}

/// The GNU build id among the notes of a segment.
fn build_id(mut notes: &[u8]) -> Option<Vec<u8>> {
    const GNU_BUILD_ID: u32 = 3;
    let word = |bytes: &[u8], at: usize| {
        bytes
            .get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_le_bytes)
    };
    while notes.len() >= 12 {
        let name_length = word(notes, 0)? as usize;
        let length = word(notes, 4)? as usize;
        let name_end = 12 + name_length.next_multiple_of(4);
        let end = name_end + length.next_multiple_of(4);
        let body = notes.get(name_end..name_end + length)?;
        if word(notes, 8)? == GNU_BUILD_ID && notes.get(12..12 + name_length)? == b"GNU\0" {
            return Some(body.to_vec());
        }
        notes = notes.get(end..)?;
    }
    None
}
