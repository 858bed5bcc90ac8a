//! This very process is looked up, and the `backtrace` crate is the second opinion.

use std::ffi::c_void;
use std::path::Path;

use object::read::Object as _;

use super::*;

/// The program's own mapping, as a recorder would name it.
fn this_module() -> Module {
    let path = std::env::current_exe().expect("a path");
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the maps");
    let mut range: Option<(u64, u64)> = None;
    for line in maps
        .lines()
        .filter(|line| line.ends_with(path.to_str().expect("a name")))
    {
        let (from, rest) = line.split_once('-').expect("a range");
        let (to, _) = rest.split_once(' ').expect("a range");
        let number = |text| u64::from_str_radix(text, 16).expect("a number");
        let (first, _) = range.unwrap_or((number(from), 0));
        range = Some((first, number(to)));
    }
    let (base, end) = range.expect("a mapping of this program");
    let bytes = std::fs::read(&path).expect("the program");
    let object = object::File::parse(&*bytes).expect("a binary");
    let build_id = object
        .build_id()
        .expect("readable notes")
        .unwrap_or_default();
    Module {
        base,
        end,
        path: path.to_str().expect("a name").to_owned(),
        build_id: build_id.to_vec(),
    }
}

/// The return addresses of the caller's stack inside `module`, innermost first.
#[inline(never)]
fn here(module: &Module) -> Vec<u64> {
    let mut addresses = Vec::new();
    backtrace::trace(|frame| {
        addresses.push(frame.ip() as u64);
        true
    });
    addresses.retain(|address| (module.base..module.end).contains(address));
    addresses
}

/// What `backtrace` says of one return address: functions with their lines.
fn second_opinion(address: u64) -> Vec<(Option<String>, Option<u32>)> {
    let mut frames = Vec::new();
    backtrace::resolve(
        std::ptr::with_exposed_provenance_mut::<c_void>(
            usize::try_from(address - 1).expect("an address"),
        ),
        |symbol| {
            let name = symbol.name().map(|name| format!("{name:#}"));
            frames.push((name, symbol.lineno()));
        },
    );
    frames
}

fn resolved(modules: &[Module], addresses: &[u64], folder: Option<&Path>) -> Symbols {
    let root = SourceRoot::enclosing();
    Symbols::resolve(root, modules, addresses.iter().copied(), folder)
}

/// The last name of a function's path: debug information may hold no more.
fn last_name(function: Option<&str>) -> String {
    let name = function.unwrap_or_default();
    if name.ends_with('}') {
        return "closure".to_owned();
    }
    // `<A as B>::c::<D>` and `c<D>` are both `c`.
    let mut depth = 0_usize;
    let outside = name.chars().filter(|sign| {
        depth += usize::from(*sign == '<');
        let outside = depth == 0;
        depth -= usize::from(*sign == '>' && depth > 0);
        outside
    });
    let path: String = outside.collect();
    let names = path.split("::").filter(|name| !name.is_empty());
    names.last().unwrap_or_default().to_owned()
}

#[test]
fn every_address_of_a_stack_resolves_as_backtrace_resolves_it() {
    let module = this_module();
    let stack = [1, 2].map(|_| here(&module)).concat();
    let symbols = resolved(&[module], &stack, None);
    assert!(stack.len() > 4, "a test's stack is deep");
    for address in stack {
        let ours = symbols.frames(address).iter();
        let ours: Vec<_> = ours
            .map(|frame| (last_name(frame.function.as_deref()), frame.line))
            .collect();
        let theirs = second_opinion(address).into_iter();
        let theirs: Vec<_> = theirs
            .map(|(name, line)| (last_name(name.as_deref()), line))
            .collect();
        assert_eq!(ours, theirs, "{address:#x}");
    }
    assert_eq!(symbols.notes(), &[] as &[String]);
}

#[test]
fn the_tests_own_frame_is_workspace_and_reads_from_the_root() {
    let module = this_module();
    let stack = here(&module);
    let symbols = resolved(&[module], &stack, None);
    let frames: Vec<&Frame> = stack
        .iter()
        .flat_map(|address| symbols.frames(*address))
        .collect();
    let name = "racegate_detector::symbols::tests::the_tests_own_frame_is_workspace_and_reads_from_the_root";
    let own = frames
        .iter()
        .find(|frame| frame.function.as_deref() == Some(name))
        .expect("this function");
    assert!(own.workspace);
    assert_eq!(own.file.as_deref(), Some("detector/src/symbols/tests.rs"));
    assert!(own.line.is_some() && own.column.is_some());
    let std = frames.iter().filter(|frame| {
        frame
            .function
            .as_deref()
            .is_some_and(|name| name.starts_with("std::"))
    });
    assert!(std.clone().count() > 0 && std.clone().all(|frame| !frame.workspace));
}

#[test]
fn inlined_calls_come_before_the_function_around_them() {
    #[inline(always)]
    fn inlined(module: &Module) -> Vec<u64> {
        here(module)
    }
    let module = this_module();
    let stack = inlined(&module);
    let symbols = resolved(&[module], &stack, None);
    let around = stack
        .iter()
        .map(|address| symbols.frames(*address))
        .find(|frames| {
            frames.iter().any(|frame| {
                frame
                    .function
                    .as_deref()
                    .is_some_and(|name| last_name(Some(name)) == "inlined")
            })
        });
    let names: Vec<_> = around
        .expect("the inlined call")
        .iter()
        .filter_map(|frame| frame.function.as_deref())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        last_name(Some(names[0])) == "inlined"
            && names[1].ends_with("::inlined_calls_come_before_the_function_around_them"),
        "{names:?}"
    );
}

#[test]
fn another_build_gives_no_symbols_and_a_reason() {
    let mut module = this_module();
    let stack = here(&module);
    module.build_id.push(1);
    let symbols = resolved(&[module], &stack, None);
    assert!(
        stack
            .iter()
            .all(|address| symbols.frames(*address).is_empty())
    );
    assert_eq!(symbols.notes().len(), 1);
    assert!(
        symbols.notes()[0].contains("another build"),
        "{:?}",
        symbols.notes()
    );
}

#[test]
fn what_was_looked_up_is_kept_for_a_machine_without_the_binary() {
    let folder = tempfile::tempdir().expect("a folder");
    let module = this_module();
    let stack = here(&module);
    let here_symbols = resolved(std::slice::from_ref(&module), &stack, Some(folder.path()));
    here_symbols.settle();

    // The binary is gone, but the modules are the recorded ones.
    let kept = kept::read(folder.path(), std::slice::from_ref(&module)).expect("kept symbols");
    assert_eq!(
        kept.len(),
        stack
            .iter()
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    );
    for address in &stack {
        assert_eq!(kept[address], here_symbols.frames(*address));
    }
    let other = Module {
        base: module.base + 4096,
        ..module
    };
    assert!(kept::read(folder.path(), &[other]).is_none());
}

#[test]
fn only_what_was_asked_for_is_looked_up_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let module = this_module();
    let stack = here(&module);
    let modules = std::slice::from_ref(&module);
    let symbols = resolved(modules, &stack, Some(folder.path()));
    symbols.keep();
    assert!(kept::read(folder.path(), modules).is_none());
    for asked in [&stack[..1], &stack[1..2]] {
        let symbols = resolved(modules, &stack, Some(folder.path()));
        assert!(!symbols.frames(asked[0]).is_empty());
        symbols.keep();
    }
    let kept = kept::read(folder.path(), modules).expect("kept symbols");
    let mut asked = stack[..2].to_vec();
    asked.sort_unstable();
    assert_eq!(kept.into_keys().collect::<Vec<_>>(), asked);
}

#[test]
fn a_kept_file_that_is_no_such_file_is_as_good_as_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let module = this_module();
    let stack = here(&module);
    for text in [
        "",
        "[]",
        "{\"version\":2,\"modules\":[],\"addresses\":{}}",
        "\u{0}",
    ] {
        std::fs::write(folder.path().join("symbols.json"), text).expect("a file");
        let symbols = resolved(std::slice::from_ref(&module), &stack, Some(folder.path()));
        assert!(
            stack
                .iter()
                .all(|address| !symbols.frames(*address).is_empty()),
            "{text}"
        );
    }
}

#[test]
fn an_address_in_no_module_has_no_frames_and_a_reason() {
    let symbols = resolved(&[], &[1, u64::MAX], None);
    assert!(symbols.frames(u64::MAX).is_empty());
    assert_eq!(symbols.notes().len(), 1);
}

#[test]
fn a_module_that_is_no_binary_gives_a_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = folder.path().join("text");
    std::fs::write(&text, "no binary").expect("a file");
    for path in [text.as_path(), folder.path(), Path::new("/nowhere")] {
        let module = Module {
            base: 0,
            end: 4096,
            path: path.to_str().expect("a name").to_owned(),
            build_id: Vec::new(),
        };
        let symbols = resolved(&[module], &[17], None);
        assert!(symbols.frames(17).is_empty());
        assert_eq!(symbols.notes().len(), 1, "{path:?}: {:?}", symbols.notes());
    }
}

#[test]
fn the_end_of_a_stack_is_no_address() {
    let symbols = resolved(&[], &[0], None);
    symbols.settle();
    assert_eq!(symbols.notes(), &[] as &[String]);
}
