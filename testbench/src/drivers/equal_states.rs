//! Equal states mean equal behaviour: what a driver remembers across an access is in its [`DriverState`].
//!
//! Random histories are played until two of them end in equal states. From there both get the same answers, and must
//! make the same requests and say the same.

use std::collections::HashMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smmuq_golden::{EventRecord, PriMessage};

use super::consumer::Consumer;
use super::*;
use crate::bus::{Answer, Request};

/// Two entries, so that indices come round soon.
const PLACE: Place = Place { base: 0x8000_0000, log2size: 1 };

const HISTORIES: usize = 2000;
const ANSWERS: usize = 40;
const MORE_ANSWERS: usize = 30;

const EVERYTHING: Setup = Setup {
    event: PLACE,
    pri: Some(PLACE),
    command: Some(Place { base: 0x9000_0000, log2size: 0 }),
    msi: false,
};

/// What the machine around a driver may answer. All values are arbitrary: a driver has to be determined by them whether
/// or not a block would give them.
fn draw(random: &mut ChaCha8Rng, request: Request) -> Answer {
    match request {
        Request::Read(_) => {
            let overflow = u32::from(random.random::<bool>()) << 31;
            Answer::Value(overflow | random.random_range(0..4))
        }
        Request::Record(_) => Answer::Record(
            EventRecord::new(0x10, 7).with_stall(random.random()).with_stag(random.random_range(0..2)),
        ),
        Request::PageRequest(_) => {
            let message = PriMessage::new(7, random.random_range(0..2), 0x1000).with_read(true);
            Answer::PageRequest(message.with_last(random.random()))
        }
        _ => Answer::Done,
    }
}

/// The tasks that serve a queue.
type Tasks = Vec<Task>;

fn request(task: &Task) -> Request {
    task.request().expect("a handler never ends")
}

fn states(tasks: &Tasks) -> Vec<DriverState> {
    tasks.iter().map(|task| task.state().expect("a handler has a state")).collect()
}

/// The first two histories that end in equal states and go on differently.
fn contradiction(start: &dyn Fn() -> Tasks) -> Option<String> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut seen: HashMap<Vec<DriverState>, Vec<(usize, Answer)>> = HashMap::new();
    for _ in 0..HISTORIES {
        let (mut tasks, mut history) = (start(), Vec::new());
        for _ in 0..random.random_range(0..ANSWERS) {
            let who = random.random_range(0..tasks.len());
            let answer = draw(&mut random, request(&tasks[who]));
            tasks[who].answer(answer.clone());
            history.push((who, answer));
        }
        let states = states(&tasks);
        let Some(other) = seen.get(&states) else {
            seen.insert(states, history);
            continue;
        };
        let mut twins = start();
        for (who, answer) in other {
            twins[*who].answer(answer.clone());
        }
        for step in 0..MORE_ANSWERS {
            let who = random.random_range(0..tasks.len());
            let (one, two) = (request(&tasks[who]), request(&twins[who]));
            let answer = draw(&mut random, one);
            let said = (one == two).then(|| [tasks[who].answer(answer.clone()), twins[who].answer(answer)]);
            if said.as_ref().is_none_or(|[one, two]| one != two) {
                return Some(format!(
                    "{history:?}\nand {other:?}\nboth end in {states:?}\nand {step} answers later request \
                     {one:?} and {two:?}, then say {said:?}"
                ));
            }
        }
    }
    let met_again = HISTORIES - seen.len();
    assert!(met_again > HISTORIES / 10, "only {met_again} of {HISTORIES} histories met a state again");
    None
}

#[test]
fn equal_states_of_a_driver_go_on_in_the_same_way() {
    let delayed = ALL.iter().filter_map(|driver| driver.report_at_ack().ok());
    for driver in ALL.iter().copied().chain(delayed) {
        for queue in Queue::ALL.into_iter().filter(|&queue| driver.serves(queue)) {
            let tasks = || {
                let start = start(driver, EVERYTHING);
                [Who::Handler(queue), Who::Thread(queue)].into_iter().filter_map(start).collect()
            };
            if let Some(contradiction) = contradiction(&tasks) {
                panic!("{driver:?}, {queue:?}: {contradiction}");
            }
        }
    }
}

/// Writes CONS after every other interrupt, and keeps which one in a local.
async fn forgetful(mut queue: Consumer) {
    let mut every_other = false;
    loop {
        queue.interrupt().await;
        queue.read_prod().await;
        every_other = !every_other;
        if every_other {
            queue.acknowledge();
            queue.write_cons().await;
        }
    }
}

#[test]
fn a_flag_in_a_local_is_found() {
    let start = || {
        vec![Task::start_visible(Kept::default(), |bus, kept| {
            Box::pin(forgetful(Consumer::new(bus, Queue::Event, PLACE, false, kept)))
        })]
    };
    assert!(contradiction(&start).is_some());
}
