//! All states that can be reached, breadth first, so that the first way into a state is a shortest one.

use indexmap::IndexSet;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxBuildHasher;

use super::device::Device;
use super::world::{Move, Moved, System, World};

/// An edge: what was moved, and whether something was discarded by it.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The move.
    pub by: Move,
    /// It discarded a record or message.
    pub lost: bool,
}

/// The states and moves of a [`System`].
pub struct Graph {
    states: IndexSet<World, FxBuildHasher>,
    /// A state on a shortest way into each state but the first, and the last move of that way.
    came_from: Vec<Option<(u32, Move)>>,
    edges: DiGraph<(), Edge, u32>,
}

/// A search that ended early.
pub struct Stopped<E> {
    /// Why.
    pub error: E,
    /// The moves up to there.
    pub path: Vec<Move>,
}

impl Graph {
    /// Searches everything. `see` is told each move once, with the number of the state it starts from.
    ///
    /// # Errors
    /// When the block does something that it must not do.
    pub fn search<D: Device>(
        system: &mut System<D>,
        mut see: impl FnMut(&Graph, usize, Move, &World, &Moved),
    ) -> Result<Self, Stopped<D::Error>> {
        let mut graph =
            Self { states: IndexSet::default(), came_from: Vec::new(), edges: DiGraph::default() };
        graph.add(system.initial(), None);
        let mut at = 0;
        while at < graph.states.len() {
            let world = graph.states[at];
            for by in system.moves(&world) {
                let moved = system.step(&world, by).map_err(|error| {
                    let mut path = graph.path(at);
                    path.push(by);
                    Stopped { error, path }
                })?;
                let Some(moved) = moved else { continue };
                see(&graph, at, by, &world, &moved);
                let to = graph.add(moved.world, Some((at as u32, by)));
                let edge = Edge { by, lost: moved.happened.lost };
                graph.edges.add_edge(NodeIndex::new(at), to, edge);
            }
            at += 1;
        }
        Ok(graph)
    }

    fn add(&mut self, world: World, came_from: Option<(u32, Move)>) -> NodeIndex {
        let (number, new) = self.states.insert_full(world);
        if new {
            self.came_from.push(came_from);
            self.edges.add_node(());
        }
        NodeIndex::new(number)
    }

    /// How many states there are.
    pub fn size(&self) -> usize {
        self.states.len()
    }

    /// A state.
    pub fn world(&self, number: usize) -> &World {
        &self.states[number]
    }

    /// The moves and the states they connect.
    pub fn edges(&self) -> &DiGraph<(), Edge, u32> {
        &self.edges
    }

    /// A shortest way into a state.
    pub fn path(&self, number: usize) -> Vec<Move> {
        let mut path = Vec::new();
        let mut at = number;
        while let Some((before, by)) = self.came_from[at] {
            path.push(by);
            at = before as usize;
        }
        path.reverse();
        path
    }

    /// How many ways there are from the start to an end, as far as 128 bits count. States from which one can come back to
    /// (a poll that finds nothing new) count as one, so that no way goes round.
    pub fn schedules(&self) -> u128 {
        let components = petgraph::algo::kosaraju_scc(&self.edges);
        let mut component_of = vec![0; self.size()];
        for (number, component) in components.iter().enumerate() {
            for node in component {
                component_of[node.index()] = number;
            }
        }
        // Successors come first.
        let mut ways = vec![0u128; components.len()];
        for (number, component) in components.iter().enumerate() {
            let onward = component.iter().flat_map(|&node| self.edges.edges(node));
            let onward = onward.map(|edge| component_of[edge.target().index()]).filter(|&to| to != number);
            ways[number] = onward.map(|to| ways[to]).reduce(u128::saturating_add).unwrap_or(1);
        }
        ways[component_of[0]]
    }
}
