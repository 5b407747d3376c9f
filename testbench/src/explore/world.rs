//! The block, the driver, and what lies between them: one state of the search, and the moves that lead out of it.

use rustc_hash::FxHashMap;

use super::block::Block;
use super::device::{Arrival, Device, Input};
use super::history::{Happened, History};
use super::properties::Moment;
use super::software::{Software, is_entry};
use super::{Bounds, setup};
use crate::bus::{Answer, Request};
use crate::drivers::Driver;
use crate::queue::Queue;

/// A poll that takes more accesses than this never ends.
const MOST_ACCESSES_OF_A_POLL: usize = 1000;

/// What comes from devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Traffic {
    /// So much, at any time.
    AtMost(u8),
    /// Without end, at any time. Of losses that are still to be reported no more than [`MOST_COUNTED`] are counted, so that
    /// the states are finitely many.
    ///
    /// [`MOST_COUNTED`]: super::history::MOST_COUNTED
    Unlimited,
    /// Without end, but one arrival at most between two moves of software that can move.
    Storm,
}

/// One atomic step of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// Something comes from a device.
    Arrive(Arrival),
    /// The oldest write in flight is answered.
    Publish,
    /// A task of the driver is called, or makes its next access.
    Run(u8),
}

/// One state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// The block.
    pub block: u32,
    /// The driver.
    pub software: u32,
    /// The interrupt has come and not been taken.
    pub pending: bool,
    /// The driver's thread has been woken and does not run yet.
    pub woken: bool,
    /// How many arrivals are left; in a storm 1 if one may come now.
    pub left: u8,
    /// The past.
    pub history: History,
}

/// What a move does.
#[derive(Clone, Debug)]
pub struct Moved {
    /// The state after it.
    pub world: World,
    /// What properties see of it.
    pub happened: Happened,
    /// The past that they see: `world` has forgotten of it what was found out by now.
    pub history: History,
    /// What software asked for and got, if it was software that moved.
    pub exchange: Option<(Request, Answer)>,
}

impl Moved {
    /// What properties look at, given the state before.
    pub fn moment<'a>(&'a self, before: &'a World) -> Moment<'a> {
        Moment { past: &before.history, step: &self.happened, now: &self.history }
    }
}

/// A driver and a device that can be put into any state.
pub struct System<D: Device> {
    queue: Queue,
    base: u64,
    traffic: Traffic,
    arrivals: Vec<Arrival>,
    /// The device.
    pub block: Block<D>,
    software: Software,
    /// Whether a polled driver rests, by states of block and software.
    rests: FxHashMap<(u32, u32), bool>,
}

impl<D: Device> System<D> {
    /// A driver on a device whose queue is set up within these bounds.
    pub fn new(driver: Driver, device: D, bounds: Bounds, traffic: Traffic) -> Self {
        let Bounds { queue, log2size, .. } = bounds;
        let setup = setup(queue, log2size);
        let place = if queue == Queue::Event { setup.event } else { setup.pri.expect("it was asked for") };
        Self {
            queue,
            base: place.base,
            traffic,
            arrivals: arrivals(queue, traffic),
            block: Block::new(device),
            software: Software::new(driver, queue, log2size),
            rests: FxHashMap::default(),
        }
    }

    /// Nothing has happened.
    pub fn initial(&self) -> World {
        let left = match self.traffic {
            Traffic::AtMost(arrivals) => arrivals,
            Traffic::Unlimited | Traffic::Storm => 1,
        };
        World { block: 0, software: 0, pending: false, woken: false, left, history: History::default() }
    }

    /// What can happen next, in the order in which it is tried.
    pub fn moves(&self, world: &World) -> Vec<Move> {
        let mut moves = Vec::new();
        if world.left > 0 {
            moves.extend(self.arrivals.iter().map(|&arrival| Move::Arrive(arrival)));
        }
        if self.block.view(world.block).in_flight > 0 {
            moves.push(Move::Publish);
        }
        let requests = self.software.requests(world.software);
        let able = (0..).zip(requests).filter(|&(_, &request)| may_run(world, request));
        moves.extend(able.map(|(task, _)| Move::Run(task)));
        moves
    }

    /// Makes a move. `None` if the block does not let it happen now.
    ///
    /// # Errors
    /// When the block does something that it must not do.
    pub fn step(&mut self, world: &World, which: Move) -> Result<Option<Moved>, D::Error> {
        let mut next = *world;
        let mut happened = Happened::nothing(self.block.view(world.block));
        let request = match which {
            Move::Run(task) => Some(self.software.requests(world.software)[usize::from(task)]),
            Move::Arrive(_) | Move::Publish => None,
        };
        let mut answer = Answer::Done;
        if let Some(input) = input(which, request) {
            let (block, effect) = self.block.step(world.block, input)?;
            if effect.refused {
                return Ok(None);
            }
            next.block = block;
            // Who is polled does not care for interrupts.
            next.pending |= effect.interrupt && !self.software.is_polled();
            happened.lost = effect.lost;
            happened.published = effect.published;
            answer = effect.answer.clone().unwrap_or(answer);
        }
        if let (Move::Run(task), Some(request)) = (which, request) {
            self.notice(request, &mut happened);
            happened.reports = self.react(task, request, &answer, &mut next);
        }
        happened.after = self.block.view(next.block);
        happened.idle = self.idle(&next)?;
        let history = self.account(world, which, &happened, &mut next);
        let exchange = request.map(|request| (request, answer));
        Ok(Some(Moved { world: next, happened, history, exchange }))
    }

    /// A task gets its answer. How many overflows it has reported then.
    fn react(&mut self, task: u8, request: Request, answer: &Answer, next: &mut World) -> u8 {
        let reaction = self.software.answer(next.software, task.into(), answer.clone());
        next.software = reaction.to;
        next.pending &= !matches!(request, Request::Interrupt(_));
        next.woken &= !matches!(request, Request::Wake(_));
        next.woken |= reaction.woke;
        reaction.reports
    }

    /// What properties ask of an access.
    fn notice(&self, request: Request, happened: &mut Happened) {
        match request {
            Request::Read(register) => happened.read_prod = register == self.queue.prod(),
            Request::Write(register, _) => happened.wrote_cons = register == self.queue.cons(),
            Request::Record(address) | Request::PageRequest(address) => {
                happened.took = Some(address.wrapping_sub(self.base) / self.queue.entry_bytes());
            }
            _ => {}
        }
    }

    /// What is left to come, and the past. A storm needs none.
    fn account(&self, world: &World, which: Move, happened: &Happened, next: &mut World) -> History {
        let arrived = matches!(which, Move::Arrive(_));
        match self.traffic {
            Traffic::AtMost(_) => {
                next.left -= u8::from(arrived);
                let history = world.history.after(happened);
                next.history = history.forgiven(happened);
                history
            }
            Traffic::Unlimited => {
                let history = world.history.after(happened).limited();
                next.history = history.forgiven(happened);
                history
            }
            Traffic::Storm => {
                let requests = self.software.requests(next.software);
                let able = requests.iter().any(|&request| may_run(next, request));
                next.left = u8::from(!able || !arrived);
                world.history
            }
        }
    }

    /// Software does nothing more by itself.
    fn idle(&mut self, world: &World) -> Result<bool, D::Error> {
        if world.pending || world.woken || !self.software.waits(world.software) {
            return Ok(false);
        }
        if !self.software.is_polled() {
            return Ok(true);
        }
        let here = (world.block, world.software);
        if let Some(&rests) = self.rests.get(&here) {
            return Ok(rests);
        }
        let rests = self.poll_changes_nothing(world)?;
        self.rests.insert(here, rests);
        Ok(rests)
    }

    /// One more poll, while nothing comes, leads back to the same state and says nothing.
    fn poll_changes_nothing(&mut self, world: &World) -> Result<bool, D::Error> {
        let (mut block, mut software) = (world.block, world.software);
        for _ in 0..MOST_ACCESSES_OF_A_POLL {
            let request = self.software.requests(software)[0];
            let mut answer = Answer::Done;
            if !is_entry(request) {
                let (to, effect) = self.block.step(block, Input::Access(request))?;
                block = to;
                answer = effect.answer.clone().unwrap_or(answer);
            }
            let reaction = self.software.answer(software, 0, answer);
            software = reaction.to;
            if reaction.reports > 0 {
                return Ok(false);
            }
            if self.software.waits(software) {
                return Ok((block, software) == (world.block, world.software));
            }
        }
        Ok(false)
    }
}

/// What a move asks of the block.
fn input(which: Move, request: Option<Request>) -> Option<Input> {
    match which {
        Move::Arrive(arrival) => Some(Input::Arrive(arrival)),
        Move::Publish => Some(Input::Publish),
        Move::Run(_) => request.filter(|&request| !is_entry(request)).map(Input::Access),
    }
}

/// Whether a task can go on.
fn may_run(world: &World, request: Request) -> bool {
    match request {
        Request::Interrupt(_) => world.pending,
        Request::Wake(_) => world.woken,
        _ => true,
    }
}

/// What comes. Last changes nothing in the queue and its registers (P7; LO is 0, I3), so that traffic without end needs no
/// messages without it: a driver would remember ever more of them.
fn arrivals(queue: Queue, traffic: Traffic) -> Vec<Arrival> {
    match (queue, traffic) {
        (Queue::Pri, Traffic::Unlimited | Traffic::Storm) => vec![Arrival::LastRequest],
        _ => Arrival::of(queue).to_vec(),
    }
}
