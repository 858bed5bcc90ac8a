//! Which nodes of a graph can be reached from which: its transitive closure, as a
//! set of bits for each node.
//!
//! **Invariant:** it says what a walk through the graph says; a test compares them.

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

/// The transitive closure of a graph whose arrows all lead to later nodes.
#[derive(Debug)]
pub(super) struct Reachability {
    /// By node: a bit for every node from which it can be reached, itself included.
    rows: Vec<u64>,
    words: usize,
}

impl Reachability {
    /// The closure of this graph.
    pub(super) fn of(graph: &DiGraph<(), ()>) -> Self {
        let nodes = graph.node_count();
        let words = nodes.div_ceil(64);
        let mut rows = vec![0; nodes * words];
        for node in graph.node_indices() {
            let (before, from_here) = rows.split_at_mut(node.index() * words);
            let row = &mut from_here[..words];
            row[node.index() / 64] |= 1 << (node.index() % 64);
            for source in graph.neighbors_directed(node, Direction::Incoming) {
                debug_assert!(source < node, "an arrow leads back");
                let known = &before[source.index() * words..][..words];
                for (bits, more) in row.iter_mut().zip(known) {
                    *bits |= more;
                }
            }
        }
        Self { rows, words }
    }

    /// Whether there is a path, be it an empty one.
    pub(super) fn reaches(&self, from: NodeIndex, to: NodeIndex) -> bool {
        let word = self.rows[to.index() * self.words + from.index() / 64];
        word >> (from.index() % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use petgraph::visit::{Dfs, Walker};

    use super::super::Order;
    use super::super::arrows::graph;
    use super::*;
    use crate::generator;

    #[test]
    fn the_closure_holds_what_a_walk_reaches() {
        for seed in 0..200 {
            let graph = graph(&generator::trace(seed), Order::Schedulable);
            let closure = Reachability::of(&graph);
            for from in graph.node_indices() {
                let mut walked = vec![false; graph.node_count()];
                for node in Dfs::new(&graph, from).iter(&graph) {
                    walked[node.index()] = true;
                }
                for to in graph.node_indices() {
                    let found = closure.reaches(from, to);
                    assert_eq!(found, walked[to.index()], "seed {seed}: {from:?} to {to:?}");
                }
            }
        }
    }
}
