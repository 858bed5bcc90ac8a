//! The attribute `#[racegate::test]`.

#![forbid(unsafe_code)]

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::{Error, ItemFn, parse_macro_input};

/// A test whose body is recorded and judged: it fails on a data race, also when
/// its own assertions hold, and when nothing was recorded.
///
/// It stands in for `#[test]` and goes with `#[should_panic]`, `#[ignore]` and a
/// test that returns a `Result`.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = parse_macro_input!(item as ItemFn);
    expand(&arguments.into(), &function)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

fn expand(arguments: &Tokens, function: &ItemFn) -> Result<Tokens, Error> {
    refuse_what_no_test_is(arguments, function)?;
    let ItemFn {
        attrs,
        vis,
        sig,
        block,
        ..
    } = function;
    let (name, output) = (&sig.ident, &sig.output);
    let should_panic = attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("should_panic"));
    let run = format_ident!(
        "{}",
        if should_panic {
            "run_should_panic"
        } else {
            "run"
        }
    );
    Ok(quote! {
        #(#attrs)*
        #[::core::prelude::v1::test]
        #vis fn #name() #output {
            ::racegate::__private::#run(
                ::core::stringify!(#name),
                || #output #block,
            )
        }
    })
}

fn refuse_what_no_test_is(arguments: &Tokens, function: &ItemFn) -> Result<(), Error> {
    let sig = &function.sig;
    if !arguments.is_empty() {
        return Err(Error::new_spanned(
            arguments,
            "`racegate::test` takes no arguments",
        ));
    }
    if let Some(asyncness) = &sig.asyncness {
        let message = "a test cannot be async: block on the future inside";
        return Err(Error::new_spanned(asyncness, message));
    }
    if !sig.inputs.is_empty() {
        return Err(Error::new_spanned(&sig.inputs, "a test takes no arguments"));
    }
    if !sig.generics.params.is_empty() {
        return Err(Error::new_spanned(
            &sig.generics,
            "a test cannot be generic",
        ));
    }
    Ok(())
}
