//! Packs racegate's own loom, which the command `cargo racegate loom` carries.
//!
//! **Invariant:** without the feature `cli` nothing is packed, and nothing is needed to.

#![forbid(unsafe_code)]

#[cfg(feature = "cli")]
#[path = "build/facade.rs"]
mod facade;

use std::error::Error;

#[cfg(not(feature = "cli"))]
fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

#[cfg(feature = "cli")]
fn main() -> Result<(), Box<dyn Error>> {
    use std::path::PathBuf;
    use std::{env, fs};

    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let variable = |name: &str| env::var_os(name).ok_or(format!("cargo sets {name}"));
    let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let packed = if facade::is_beside(&package) {
        let facade = facade::Facade::collect(&package.join(".."))?;
        for path in &facade.watched {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        facade.packed()?
    } else {
        // A package from a registry stands alone. The command says so when it is asked.
        println!(
            "cargo::warning=racegate's own loom is not beside this package: \
             `cargo racegate loom` will need --facade"
        );
        Vec::new()
    };
    fs::write(PathBuf::from(variable("OUT_DIR")?).join("facade"), packed)?;
    Ok(())
}
