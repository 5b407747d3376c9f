//! Storms that never end: what can go on for ever while an overflow stays unacknowledged, and where nothing can, for how
//! long it goes on at most.
//!
//! In a storm arrivals have no bound, but between two moves of software comes one at most: else software could be kept
//! from moving at all. The states are finitely many, so what goes on for ever comes round.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{EdgeReference, NodeIndex};
use petgraph::visit::{EdgeRef, NodeFiltered};
use rustc_hash::FxHashMap;

use super::device::{Device, View};
use super::graph::{Edge, Graph, Stopped};
use super::properties::Endless;
use super::world::{Move, System};

/// What a storm can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storm {
    /// It comes round, the shortest way: the moves up to there, and once round.
    Endless {
        /// Up to there.
        stem: Vec<Move>,
        /// Once round.
        round: Vec<Move>,
    },
    /// It ends after so many of what is counted.
    Bound(u32),
}

/// The states and moves of a system in a storm.
pub struct Storms {
    graph: Graph,
    views: Vec<View>,
}

impl Storms {
    /// Searches them all. The system's traffic is a storm.
    ///
    /// # Errors
    /// When the block does something that it must not do.
    pub fn search<D: Device>(system: &mut System<D>) -> Result<Self, Stopped<D::Error>> {
        let graph = Graph::search(system, |_, _, _, _, _| {})?;
        let views = (0..graph.size()).map(|number| system.block.view(graph.world(number).block)).collect();
        Ok(Self { graph, views })
    }

    /// How many states there are.
    pub fn size(&self) -> usize {
        self.graph.size()
    }

    /// Whether an endless thing can go on for ever while one and the same overflow is unacknowledged.
    pub fn judge(&self, endless: Endless) -> Storm {
        let active =
            NodeFiltered(self.graph.edges(), |node: NodeIndex| self.views[node.index()].overflow_active());
        let components = kosaraju_scc(&active);
        let component_of: FxHashMap<_, _> = components
            .iter()
            .enumerate()
            .flat_map(|(number, nodes)| nodes.iter().map(move |&node| (node, number)))
            .collect();
        let inside = |edge: &EdgeReference<Edge>| {
            component_of.contains_key(&edge.source())
                && component_of.get(&edge.source()) == component_of.get(&edge.target())
        };
        let edges = self.graph.edges().edge_references();
        let rounds = edges.filter(|edge| inside(edge) && self.counts(endless, edge));
        let shortest = rounds.map(|edge| self.round(edge, &component_of)).min_by_key(|(length, ..)| *length);
        match shortest {
            Some((_, stem, round)) => Storm::Endless { stem, round },
            None => Storm::Bound(self.longest(endless, &components, &component_of)),
        }
    }

    /// Whether a move is one of those that must not go on for ever.
    fn counts(&self, endless: Endless, edge: &EdgeReference<Edge>) -> bool {
        let Edge { by, lost } = *edge.weight();
        match endless {
            Endless::Unacknowledged => matches!(by, Move::Arrive(_)),
            Endless::Starved => lost && !self.views[edge.source().index()].is_full(),
        }
    }

    /// The shortest way to an edge and from its end back to its start.
    fn round(
        &self,
        edge: EdgeReference<Edge>,
        component_of: &FxHashMap<NodeIndex, usize>,
    ) -> (usize, Vec<Move>, Vec<Move>) {
        let stem = self.graph.path(edge.source().index());
        let mut came_from: FxHashMap<NodeIndex, (NodeIndex, Move)> = FxHashMap::default();
        let mut open = VecDeque::from([edge.target()]);
        while let Some(node) = open.pop_front() {
            if node == edge.source() {
                break;
            }
            for next in self.graph.edges().edges(node) {
                let (to, same) = (next.target(), component_of.get(&next.target()) == component_of.get(&node));
                if same && to != edge.target() && !came_from.contains_key(&to) {
                    came_from.insert(to, (node, next.weight().by));
                    open.push_back(to);
                }
            }
        }
        let mut back = Vec::new();
        let mut at = edge.source();
        while at != edge.target() {
            let (before, by) = came_from[&at];
            back.push(by);
            at = before;
        }
        let round: Vec<_> = [edge.weight().by].into_iter().chain(back.into_iter().rev()).collect();
        (stem.len() + round.len(), stem, round)
    }

    /// The most of what is counted on one way through states with an overflow unacknowledged.
    fn longest(
        &self,
        endless: Endless,
        components: &[Vec<NodeIndex>],
        component_of: &FxHashMap<NodeIndex, usize>,
    ) -> u32 {
        let mut longest = vec![0; components.len()];
        // Successors come first.
        for (number, component) in components.iter().enumerate() {
            for edge in component.iter().flat_map(|&node| self.graph.edges().edges(node)) {
                if let Some(&to) = component_of.get(&edge.target()) {
                    let counted = u32::from(self.counts(endless, &edge));
                    longest[number] = longest[number].max(longest[to] + counted);
                }
            }
        }
        longest.into_iter().max().unwrap_or(0)
    }
}
