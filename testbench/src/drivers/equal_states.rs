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

const HISTORIES: usize = 4000;
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

/// The first two histories that end in equal states and go on differently.
fn contradiction(start: &dyn Fn() -> Task) -> Option<String> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut seen: HashMap<DriverState, Vec<Answer>> = HashMap::new();
    for _ in 0..HISTORIES {
        let (mut task, mut history) = (start(), Vec::new());
        for _ in 0..random.random_range(0..ANSWERS) {
            let answer = draw(&mut random, task.request().expect("a handler never ends"));
            task.answer(answer.clone());
            history.push(answer);
        }
        let state = task.state().expect("a handler has a state");
        let Some(other) = seen.get(&state) else {
            seen.insert(state, history);
            continue;
        };
        let mut twin = start();
        for answer in other {
            twin.answer(answer.clone());
        }
        for step in 0..MORE_ANSWERS {
            let request = task.request().expect("a handler never ends");
            if twin.request() != Some(request) {
                return Some(format!(
                    "{history:?}\nand {other:?}\nboth end in {state:?}\nand {step} answers later make {request:?} and {:?}",
                    twin.request()
                ));
            }
            let answer = draw(&mut random, request);
            let (said, twin_said) = (task.answer(answer.clone()), twin.answer(answer));
            if said != twin_said {
                return Some(format!(
                    "{history:?}\nand {other:?}\nboth end in {state:?}\nand {step} answers later say {said:?} and {twin_said:?}"
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
    for &driver in ALL {
        for queue in Queue::ALL {
            let start = || start(driver, EVERYTHING)(Who::Handler(queue)).expect("both queues are set up");
            if let Some(contradiction) = contradiction(&start) {
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
        Task::start_visible(Kept::default(), |bus, kept| {
            Box::pin(forgetful(Consumer::new(bus, Queue::Event, PLACE, kept)))
        })
    };
    assert!(contradiction(&start).is_some());
}
