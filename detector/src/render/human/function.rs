//! A function's path, shortened for a person.

/// Whether a function is a closure, in either mangling's words.
pub(super) fn is_closure(function: &str) -> bool {
    let name = function.rsplit("::").next().unwrap_or(function);
    name == "{{closure}}" || name.starts_with("{closure#")
}

/// The last two names of a path, without generic arguments: `Account::deposit`
/// for `ledger::Account<T>::deposit` and for `<ledger::Account as Trait>::deposit`.
pub(super) fn short_name(function: &str) -> String {
    let path = without_generics(&without_trait(function));
    let names: Vec<&str> = path.split("::").filter(|name| !name.is_empty()).collect();
    names[names.len().saturating_sub(2)..].join("::")
}

/// `A::b` for `<A as B>::b` and for `<A>::b`.
fn without_trait(function: &str) -> String {
    let Some(inner) = function.strip_prefix('<') else {
        return function.to_owned();
    };
    let mut depth = 1_usize;
    let closing = inner.char_indices().find(|(_, sign)| {
        match sign {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let Some((at, _)) = closing else {
        return inner.to_owned();
    };
    let self_type = inner[..at].split(" as ").next().unwrap_or_default();
    format!("{self_type}{}", &inner[at + 1..])
}

fn without_generics(path: &str) -> String {
    let mut depth = 0_usize;
    let outside = path.chars().filter(|sign| {
        let before = depth;
        match sign {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        before == 0 && depth == 0 && *sign != '>'
    });
    outside.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_told_by_its_last_two_names() {
        let cases = [
            ("ledger::Account::deposit", "Account::deposit"),
            ("ledger::Account<T>::deposit", "Account::deposit"),
            ("ledger::deposit::<u8>", "ledger::deposit"),
            ("<ledger::Account>::deposit", "Account::deposit"),
            (
                "<ledger::Account as ledger::Deposit<u8>>::deposit",
                "Account::deposit",
            ),
            ("<alloc::vec::Vec<T> as a::B>::c::<d::E>", "Vec::c"),
            ("main", "main"),
            ("", ""),
            (">>::<<", ""),
            ("<", ""),
        ];
        for (function, expected) in cases {
            assert_eq!(short_name(function), expected, "{function}");
        }
    }

    #[test]
    fn closures_are_known_in_both_manglings() {
        assert!(is_closure("ledger::main::{{closure}}"));
        assert!(is_closure("ledger::main::{closure#0}"));
        assert!(!is_closure("ledger::main::{closure#0}::inner"));
        assert!(!is_closure("main"));
    }
}
