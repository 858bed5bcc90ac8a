use std::collections::HashMap;
use std::sync::Barrier;

use super::*;

/// Fewer than usual where every step is watched; prime, so that each thread's order
/// visits all.
const FRAMES: usize = if cfg!(miri) { 61 } else { 3001 };
const THREADS: usize = 4;

fn address(number: usize) -> Frame {
    Frame::Address(NonZero::new(0x5500_0000_0000 + number * 5).expect("it is not zero"))
}

/// Nodes in an order that a thread's number decides: chains, and fans below each of them.
fn visit(tree: &Tree, thread: usize, mut told: impl FnMut((StackId, Frame), StackId)) {
    for step in 0..FRAMES {
        let number = (step * (2 * thread + 1)) % FRAMES;
        let chain = address(number % 7);
        let parent = tree.grow(StackId::EMPTY, chain).expect("there is room");
        told((StackId::EMPTY, chain), parent);
        let frame = address(number / 7);
        let child = tree.grow(parent, frame).expect("there is room");
        told((parent, frame), child);
    }
}

#[test]
fn threads_that_intern_at_once_agree_on_every_node() {
    let tree = Tree::new();
    let start = Barrier::new(THREADS);
    let told: Vec<HashMap<_, _>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (tree, start) = (&tree, &start);
                scope.spawn(move || {
                    start.wait();
                    let mut told = HashMap::new();
                    visit(tree, thread, |(parent, frame), id| {
                        let Frame::Address(address) = frame else {
                            unreachable!("only addresses are visited");
                        };
                        let before = told.insert((parent, address), id);
                        assert!(
                            before.is_none_or(|before| before == id),
                            "{before:?} {id:?}"
                        );
                    });
                    told
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("its assertions hold"))
            .collect()
    });
    for other in &told[1..] {
        assert!(*other == told[0], "one node has one id, whoever asks first");
    }
    for ((parent, address), id) in &told[0] {
        assert!(parent < id, "a parent has a smaller id");
        assert_eq!(
            tree.nodes.get(*id),
            Some((*parent, Frame::Address(*address)))
        );
    }
    let mut ids: Vec<_> = told[0].values().map(|id| id.index()).collect();
    ids.sort_unstable();
    assert_eq!(
        ids,
        (1..=ids.len()).collect::<Vec<_>>(),
        "no id is left out or twice"
    );
}

#[test]
fn what_a_frame_is_tells_nodes_apart() {
    let tree = Tree::new();
    let site = Location::caller();
    let same_word = NonZero::new(std::ptr::from_ref(site) as usize).expect("it is not zero");
    let one = NonZero::new(1).expect("it is not zero");
    let frames = [
        Frame::Site(site),
        Frame::Address(same_word),
        Frame::Cut,
        Frame::Address(one),
    ];
    let ids = frames.map(|frame| tree.grow(StackId::EMPTY, frame).expect("there is room"));
    let again = frames.map(|frame| tree.grow(StackId::EMPTY, frame).expect("there is room"));
    assert_eq!(ids, again);
    for (index, id) in ids.iter().enumerate() {
        assert_eq!(id.index(), index + 1);
        assert_eq!(tree.nodes.get(*id), Some((StackId::EMPTY, frames[index])));
    }
}

#[test]
fn the_root_and_ids_not_handed_out_are_no_nodes() {
    let tree = Tree::new();
    assert_eq!(tree.nodes.get(StackId::EMPTY), None);
    tree.grow(StackId::EMPTY, Frame::Cut)
        .expect("there is room");
    assert_eq!(tree.nodes.get(StackId::EMPTY), None);
    assert_eq!(tree.nodes.get(StackId::new(2)), None);
    assert_eq!(tree.nodes.get(StackId::new((1 << STACK_BITS) - 1)), None);
}

#[test]
fn a_full_tree_hands_out_no_node_and_still_finds_those_it_has() {
    let tree = Tree::new();
    let before = tree.grow(StackId::EMPTY, address(1));
    tree.growing
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .nodes = CAPACITY;
    assert_eq!(tree.grow(StackId::EMPTY, address(2)), None);
    assert_eq!(tree.grow(StackId::EMPTY, address(1)), before);
}
