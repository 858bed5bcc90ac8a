//! The table of hand-made mutants fits the sources.

use std::fs;

use tests::mutants::{Edit, read_table};

use crate::recorded::workspace;

#[test]
fn every_edit_of_a_mutant_fits_one_place_of_its_file() {
    let mutants = read_table(workspace()).expect("the table can be read");
    assert!(mutants.len() >= 45, "there are only {}", mutants.len());
    let misfits = mutants.iter().flat_map(|mutant| {
        let misfit = |edit: &Edit| {
            let text = fs::read_to_string(workspace().join(&edit.file));
            let why = edit.applied(&text.unwrap_or_default()).err()?;
            Some(format!("{}: {why}", mutant.name))
        };
        mutant.edits.iter().filter_map(misfit)
    });
    let misfits: Vec<String> = misfits.collect();
    assert!(misfits.is_empty(), "\n{}", misfits.join("\n"));
}
