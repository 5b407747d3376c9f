//! What was found once.

use smmuq_testbench::drivers::Driver;
use smmuq_testbench::stimulus::Stimulus;

use crate::running::run;

/// The handler of linux-v4.2 is entered while its thread is stopped before an entry: the access of either counts while it
/// is under way.
#[test]
fn a_handler_and_its_thread_make_no_more_accesses_than_allowed() {
    let driver = Driver::named("linux-v4.2").expect("it is listed");
    for first in 1..12 {
        let text = format!(
            "title = \"two at once\"\nlog2size = 2\n\
             steps = [{{ terminated = 4 }}, {{ accesses = {first} }}, \"wake\", {{ accesses = 2 }}]"
        );
        let stimulus = Stimulus::parse("it", &text).expect("a scenario");
        let outcome = run(&stimulus, driver, 1).expect("a short run");
        assert_eq!(outcome.exchanges.len(), first + 2);
    }
}
