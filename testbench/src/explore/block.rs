//! A device as a finite automaton: each state that comes up has a number, and what an input does in it is found out once.

use std::rc::Rc;

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::device::{Device, Effect, Input, View};

/// Number of a state of the device.
pub type Number = u32;

/// The states of a device that have come up.
pub struct Block<D: Device> {
    device: D,
    states: IndexSet<D::State, FxBuildHasher>,
    views: Vec<View>,
    next: FxHashMap<(Number, Input), (Number, Rc<Effect>)>,
}

impl<D: Device> Block<D> {
    /// The state that the device is in is number 0.
    pub fn new(device: D) -> Self {
        let mut block =
            Self { device, states: IndexSet::default(), views: Vec::new(), next: FxHashMap::default() };
        block.number();
        block
    }

    /// What the registers show in a state.
    pub fn view(&self, state: Number) -> View {
        self.views[state as usize]
    }

    /// What an input does, and the state after it.
    ///
    /// # Errors
    /// When the block does something that it must not do.
    pub fn step(&mut self, state: Number, input: Input) -> Result<(Number, Rc<Effect>), D::Error> {
        if let Some((to, effect)) = self.next.get(&(state, input)) {
            return Ok((*to, effect.clone()));
        }
        self.device.restore(&self.states[state as usize]);
        let effect = Rc::new(self.device.step(input)?);
        let to = self.number();
        self.next.insert((state, input), (to, effect.clone()));
        Ok((to, effect))
    }

    fn number(&mut self) -> Number {
        let (number, new) = self.states.insert_full(self.device.state());
        if new {
            self.views.push(self.device.view());
        }
        number as Number
    }
}
