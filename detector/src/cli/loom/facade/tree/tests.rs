use super::*;

use tempfile::tempdir;

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    let text = toml::to_string(&files).expect("text");
    lz4_flex::compress_prepend_size(text.as_bytes())
}

fn tree(folder: &Path) -> Tree {
    let packed = packed(&[("a/b.rs", "fn b() {}\n"), ("Cargo.toml", "[workspace]\n")]);
    Tree::unpacked(&packed, folder).expect("packed")
}

/// The names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().display().to_string())
        .collect();
    names.sort();
    names
}

#[test]
fn a_tree_is_unpacked_once_and_nothing_is_left_beside_it() {
    let folder = tempdir().expect("a folder");
    // The target folder may be new.
    let folder = folder.path().join("target");
    let tree = tree(&folder);
    assert_eq!(tree.put_in_place().expect("written"), Put::New);
    assert_eq!(tree.put_in_place().expect("read"), Put::There);
    let text = fs::read_to_string(tree.root().join("a/b.rs"));
    assert_eq!(text.expect("a file"), "fn b() {}\n");
    assert_eq!(names(&folder).len(), 1);
    assert_eq!(names(tree.root()), ["Cargo.toml", "a"]);
}

#[test]
fn whatever_is_not_as_it_was_is_noticed_and_replaced() {
    let damages: [fn(&Path) -> io::Result<()>; 6] = [
        |root| fs::write(root.join("a/b.rs"), "fn b() {}"),
        |root| fs::remove_file(root.join("a/b.rs")),
        |root| fs::write(root.join("a/build.rs"), ""),
        |root| fs::rename(root.join("a/b.rs"), root.join("b.rs")),
        |root| fs::remove_dir_all(root),
        |root| fs::remove_dir_all(root).and_then(|()| fs::write(root, "")),
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let folder = tempdir().expect("a folder");
        let tree = tree(folder.path());
        tree.put_in_place().expect("written");
        damage(tree.root()).expect("damaged");
        let put = tree.put_in_place().expect("written");
        let gone = number == 4;
        assert_eq!(put, if gone { Put::New } else { Put::Again }, "{number}");
        assert_eq!(tree.put_in_place().expect("read"), Put::There, "{number}");
        assert_eq!(names(folder.path()).len(), 1, "{number}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_its_place_is_no_tree() {
    let folder = tempdir().expect("a folder");
    let tree = tree(folder.path());
    std::os::unix::fs::symlink("nowhere", tree.root()).expect("a link");
    assert_eq!(tree.put_in_place().expect("written"), Put::Again);
    assert_eq!(tree.put_in_place().expect("read"), Put::There);
}

#[test]
fn what_is_carried_has_a_folder_of_its_own() {
    let root = |text: &str| {
        let tree = Tree::unpacked(&packed(&[("a", text)]), Path::new("target"));
        tree.expect("packed").root().to_owned()
    };
    assert_eq!(root("x"), root("x"));
    assert_ne!(root("x"), root("y"));
    assert!(root("x").starts_with("target"));
}

#[test]
fn what_is_not_packed_is_no_tree() {
    for nonsense in [b"".as_slice(), b"nonsense", &[255; 100]] {
        assert!(Tree::unpacked(nonsense, Path::new("target")).is_err());
    }
}
