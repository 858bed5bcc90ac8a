//! Conditions of compilation: what `cfg(...)` must be told to be true.
//!
//! **Invariant:** what is named here is a bare name that rustc does not set of itself;
//! nothing under `not(...)` is.

/// What the compiler or cargo sets where it applies.
const SET_ELSEWHERE: [&str; 11] = [
    "debug_assertions",
    "doc",
    "docsrs",
    "doctest",
    "false",
    "miri",
    "proc_macro",
    "test",
    "true",
    "unix",
    "windows",
];

/// A part of a source or a manifest between `cfg(` and its closing bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Condition<'a>(&'a str);

impl<'a> Condition<'a> {
    /// The condition that a manifest's `cfg(...)` states. A platform states none.
    pub(super) fn of_target(target: &'a str) -> Option<Self> {
        let inner = target.trim().strip_prefix("cfg(")?.strip_suffix(')')?;
        Some(Self(inner))
    }

    /// The conditions in a text: `cfg(...)`, `cfg!(...)`, and the first part of `cfg_attr(...)`.
    pub(super) fn all_in(text: &'a str) -> Vec<Self> {
        let starts = text.match_indices("cfg").filter_map(|(at, word)| {
            let rest = &text[at + word.len()..];
            let rest = rest
                .strip_prefix("_attr")
                .or_else(|| rest.strip_prefix('!'))
                .unwrap_or(rest);
            rest.strip_prefix('(')
        });
        starts
            .filter_map(|rest| Some(Self(closed(rest)?)))
            .collect()
    }

    /// The names that make it true: of an `any` the names of one alternative, that
    /// which speaks of loom where there is one.
    pub(super) fn names(self) -> Vec<&'a str> {
        required(self.0)
    }

    /// The features that it asks for.
    pub(super) fn features(self) -> Vec<&'a str> {
        let values = self.0.split("feature").skip(1);
        let quoted = values.filter_map(|rest| {
            let rest = rest.trim_start().strip_prefix('=')?.trim_start();
            rest.strip_prefix('"')?.split('"').next()
        });
        quoted.collect()
    }
}

/// The text up to the bracket that closes it.
fn closed(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => return Some(&text[..at]),
            b')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn required(condition: &str) -> Vec<&str> {
    let condition = condition.trim();
    let within = |word: &str| {
        let rest = condition.strip_prefix(word)?.trim_start();
        rest.strip_prefix('(')?.strip_suffix(')')
    };
    if within("not").is_some() {
        return Vec::new();
    }
    if let Some(inner) = within("any") {
        let mut alternatives = parts(inner)
            .into_iter()
            .map(required)
            .filter(|names| !names.is_empty());
        let first = alternatives.next().unwrap_or_default();
        let loom = |names: &Vec<&str>| names.iter().any(|name| speaks_of_loom(name));
        return std::iter::once(first.clone())
            .chain(alternatives)
            .find(loom)
            .unwrap_or(first);
    }
    if let Some(inner) = within("all") {
        return parts(inner).into_iter().flat_map(required).collect();
    }
    let name = parts(condition)
        .into_iter()
        .next()
        .unwrap_or_default()
        .trim();
    let is_name = !name.is_empty()
        && name
            .chars()
            .all(|sign| sign == '_' || sign.is_alphanumeric());
    if is_name && !SET_ELSEWHERE.contains(&name) {
        vec![name]
    } else {
        Vec::new()
    }
}

/// What commas part, outside of brackets.
fn parts(list: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    list.split(|sign: char| {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        sign == ',' && depth == 0
    })
    .collect()
}

/// Whether a name is one that a crate gives to its builds for loom.
pub(super) fn speaks_of_loom(name: &str) -> bool {
    name.to_ascii_lowercase().contains("loom")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(target: &str) -> Vec<&str> {
        Condition::of_target(target)
            .map(Condition::names)
            .unwrap_or_default()
    }

    #[test]
    fn a_manifests_condition_names_what_makes_it_true() {
        let cases: [(&str, &[&str]); 11] = [
            ("cfg(loom)", &["loom"]),
            ("cfg(crossbeam_loom)", &["crossbeam_loom"]),
            ("cfg(all(test, loom))", &["loom"]),
            (
                "cfg(all(loom, not(miri), target_os = \"linux\"))",
                &["loom"],
            ),
            (
                "cfg(all(loom, tokio_unstable))",
                &["loom", "tokio_unstable"],
            ),
            ("cfg(any(shuttle, oneshot_loom))", &["oneshot_loom"]),
            ("cfg(any(all(test, model), unix))", &["model"]),
            ("cfg(not(loom))", &[]),
            ("cfg(unix)", &[]),
            ("cfg(feature = \"loom\")", &[]),
            ("x86_64-unknown-linux-gnu", &[]),
        ];
        for (target, expected) in cases {
            assert_eq!(names(target), expected, "{target}");
        }
    }

    #[test]
    fn a_source_states_conditions_in_three_ways() {
        let source = "#[cfg(all(test, loom))]\nmod a;\n#![cfg_attr(loom, allow(x))]\n\
                      if cfg!(not(loom)) {} // cfg (loom), cfg(unclosed";
        let found: Vec<Vec<&str>> = Condition::all_in(source)
            .into_iter()
            .map(Condition::names)
            .collect();
        assert_eq!(found, [vec!["loom"], vec!["loom"], vec![]]);
    }

    #[test]
    fn features_are_told_from_names() {
        let condition = Condition::of_target("cfg(all(feature = \"loom\", feature=\"std\", x))");
        let condition = condition.expect("a condition");
        assert_eq!(condition.features(), ["loom", "std"]);
        assert_eq!(condition.names(), ["x"]);
    }
}
