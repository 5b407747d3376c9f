//! What a mismatch says.

use super::*;

#[test]
fn a_mismatch_has_the_last_twelve_steps_and_says_what_is_wrong() {
    let mut lockstep = LockStep::new(Smmu::new(Default::default()));
    for cycle in 1..=20 {
        lockstep.remember(cycle, &[Meaning::Read { offset: 0x20, value: 4 }]);
    }
    let stuck = lockstep.stuck(21, "a PRG response");
    let before: Vec<_> = (9..=20).map(|cycle| format!("cycle {cycle}: read CR0 = 0x00000004")).collect();
    assert_eq!(stuck.before, before);
    assert_eq!(stuck.offenders, ["cycle 21: no step at any port"]);
    assert_eq!((stuck.cycle, stuck.field.as_str()), (21, "progress"));
    assert_eq!(stuck.expected, "a PRG response ends in finite time");
    assert_eq!(
        stuck.to_string(),
        format!(
            "mismatch in cycle 21: progress\n  expected  {}\n  got       {}\n  rules     V5 EV2 ST2\n  steps\n      {}\n   >  {}\n",
            stuck.expected,
            stuck.got,
            before.join("\n      "),
            stuck.offenders[0]
        )
    );
}

#[test]
fn entries_that_appear_or_vanish_are_named_with_their_queue() {
    let lockstep = LockStep::new(Smmu::new(Default::default()));
    let counts = Counts { offered: 9, written: 1, dropped: 2, in_flight: 3, held: 4, overflows: 0 };
    for (queue, field, rule) in
        [(Queue::Event, "conservation of records", "EV3"), (Queue::Pri, "conservation of PRI messages", "P1")]
    {
        let mismatch = lockstep.not_conserved(7, queue, &counts);
        assert_eq!((mismatch.cycle, mismatch.field.as_str()), (7, field));
        assert_eq!(mismatch.expected, "9 offered = written + in flight + dropped + held");
        assert_eq!(mismatch.got, "1 + 3 + 2 + 4");
        assert!(mismatch.rules.contains(&rule));
    }
}

#[test]
fn a_rule_is_named_once() {
    assert_eq!(in_order_once(vec!["V1", "Q7", "V1", "C1", "Q7"]), ["V1", "Q7", "C1"]);
}
