//! The tables of the specification map, each row a run on the RTL: in lock-step with the golden model, and the outcome that
//! the row gives is asserted besides, so that it does not depend on the golden model's word.

mod watched;

use std::mem::discriminant;

use smmuq::session::{Session, TargetKind};
use smmuq::verilated::Configuration;
use smmuq_golden::{
    CmdqCons, Command, Gerror, Kind, Line, Loss, MsiSource, PrgResponse, PrgSource, PriLoss, PriMessage,
    QueueProd, Register,
};
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::meaning::Ended;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::{CommandName, Count, PageRequests, RegisterWrite, Step, Stimulus};
use smmuq_testbench::target::Step as Seen;
use smmuq_testbench::timeline::What;

/// log2 of the entries of the Event queue and the PRI queue, and their entries.
const LOG2SIZE: u8 = 1;
const ENTRIES: u32 = 1 << LOG2SIZE;
/// log2 of the entries of the Command queue.
const CMDQ_LOG2SIZE: u32 = 2;
/// CR0: all enables.
const ENABLES: u32 = 0x1F;
const SMMUEN: u32 = 1;
const PRIQEN: u32 = 1 << 1;
const CMDQEN: u32 = 1 << 3;
/// Bit 31: OVFLG of PROD, OVACKFLG of CONS, LO of PRIQ_IRQ_CFG2.
const BIT_31: u32 = 1 << 31;
/// EVENTQ_ABT_ERR in GERRORN.
const EVENTQ_ABT_ERR: u32 = 1 << 2;
/// The code of a response (5.3).
const SUCCESS: u8 = 0b0000;
const FAILURE: u8 = 0b1111;

fn write(register: Register, value: u32) -> Step {
    Step::Write(RegisterWrite { register, value })
}

fn terminated(count: u32) -> Step {
    Step::Terminated(Count::Plain(count.into()))
}

fn stalled(count: u32) -> Step {
    Step::Stalled(Count::Plain(count.into()))
}

fn offered(kind: Kind) -> Step {
    match kind {
        Kind::Terminated => terminated(1),
        Kind::Stalled => stalled(1),
    }
}

fn pages(count: u32, request: PageRequests) -> Step {
    Step::PageRequests(PageRequests { count: Count::Plain(count.into()), ..request })
}

fn commands<const N: usize>(names: [CommandName; N]) -> Step {
    Step::Commands(names.to_vec())
}

/// The whole block enabled, all queues empty, all interrupts enabled, no MSI of a queue or of GERROR.
fn enabled() -> Vec<Step> {
    vec![
        write(Register::PriqBaseLo, 0x9000_0000 | u32::from(LOG2SIZE)),
        write(Register::CmdqBaseLo, 0xA000_0000 | CMDQ_LOG2SIZE),
        write(Register::IrqCtrl, 0b111),
        write(Register::Cr0, ENABLES),
    ]
}

/// Runs the block, enabled, through the steps.
fn run(configuration: Configuration, steps: Vec<Step>) -> Outcome {
    run_seen(configuration, steps).0
}

/// The same, and what happened at the ports.
fn run_seen(configuration: Configuration, steps: Vec<Step>) -> (Outcome, Vec<Seen>) {
    let steps = [enabled(), steps].concat();
    let stimulus = Stimulus {
        title: String::new(),
        log2size: LOG2SIZE,
        also: Default::default(),
        concurrent: None,
        memory: Default::default(),
        steps,
    };
    let driver = Driver::named("linux-v6.4").expect("it is listed");
    let session =
        Session { target: TargetKind::Rtl(configuration), ..Session::new("tables", stimulus, driver) };
    let mut seen = Vec::new();
    let outcome = watched::run(&session, |steps| seen.extend_from_slice(steps));
    (outcome, seen)
}

/// How often something happened.
fn times(outcome: &Outcome, wanted: impl Fn(What) -> bool) -> u64 {
    outcome.timeline.0.iter().filter(|row| wanted(row.what)).map(|row| row.count).sum()
}

/// Whether two losses have one reason. Whether OVFLG toggled is seen in PROD: the timeline has one row for an overflow.
fn same<T>(a: &T, b: &T) -> bool {
    discriminant(a) == discriminant(b)
}

fn interrupts(outcome: &Outcome, line: Line) -> u64 {
    times(outcome, |what| what == What::Interrupt(line))
}

fn event_interrupts(outcome: &Outcome) -> u64 {
    let announced = outcome.timeline.0.iter().map(|row| match row.what {
        What::Written { interrupts, .. } => interrupts,
        _ => 0,
    });
    announced.sum::<u64>() + interrupts(outcome, Line::Eventq)
}

/// Table 4.4: what becomes of one record in each state of the Event queue.
mod events {
    use super::*;

    /// A state, by the steps that lead to it.
    struct State {
        steps: Vec<Step>,
        /// EVENTQ_PROD then.
        wr: u32,
        ovflg: bool,
        losses: u64,
    }

    fn empty() -> State {
        State { steps: vec![], wr: 0, ovflg: false, losses: 0 }
    }

    fn full() -> State {
        State { steps: vec![terminated(ENTRIES)], wr: ENTRIES, ..empty() }
    }

    /// An overflow that is not acknowledged.
    fn full_and_overflow() -> State {
        State { steps: vec![terminated(ENTRIES + 1)], ovflg: true, losses: 1, ..full() }
    }

    /// Two entries were freed, the overflow is not acknowledged (4.4: OVACKFLG left old).
    fn overflow() -> State {
        let full = full_and_overflow();
        let freed = write(Register::EventqCons, ENTRIES);
        State { steps: [full.steps, vec![freed]].concat(), ..full }
    }

    fn disabled(state: State) -> State {
        State { steps: [state.steps, vec![write(Register::Cr0, 0)]].concat(), ..state }
    }

    fn abort_error() -> State {
        State { steps: vec![Step::Abort(1), terminated(1)], losses: 1, ..empty() }
    }

    /// Full, and an abort error that software makes active (G2).
    fn abort_error_and_full() -> State {
        let full = full();
        let error = write(Register::GerrorN, EVENTQ_ABT_ERR);
        State { steps: [full.steps, vec![error]].concat(), ..full }
    }

    /// What the row says.
    #[derive(Clone, Copy, PartialEq)]
    enum Fate {
        Written,
        Dropped(Loss),
        Held,
    }

    fn check(state: State, kind: Kind, fate: Fate) {
        let State { steps, wr, ovflg, losses } = state;
        let outcome = run(Configuration::Standard, [steps, vec![offered(kind)]].concat());
        let prod = QueueProd::from_bits(outcome.register(Register::EventqProd));
        let toggled = fate == Fate::Dropped(Loss::Full { toggled: true });
        assert_eq!(prod.wr(), wr + u32::from(fate == Fate::Written), "WR");
        assert_eq!(prod.ovflg(), ovflg ^ toggled, "OVFLG (EV4)");
        assert_eq!(outcome.counts.overflows, u64::from(ovflg ^ toggled));
        assert_eq!(times(&outcome, |what| what == What::Waiting), u64::from(fate == Fate::Held), "ST1, ST2");
        let dropped = matches!(fate, Fate::Dropped(_));
        assert_eq!(outcome.counts.dropped, losses + u64::from(dropped), "EV3");
        if let Fate::Dropped(loss) = fate {
            let alike = |what| matches!(what, What::Dropped { loss: other } if same(&other, &loss));
            assert!(times(&outcome, alike) > 0, "{}", outcome.timeline);
        }
        // I2: the first record of an empty queue interrupts, the others do not, and no loss does (I9).
        let first = u64::from(outcome.counts.written > 0);
        let again = u64::from(wr == ENTRIES && fate == Fate::Written);
        assert_eq!(event_interrupts(&outcome), first + again, "{}", outcome.timeline);
    }

    macro_rules! rows {
        ($($name:ident: $state:expr, $kind:ident => $fate:expr;)*) => {
            $(#[test]
            fn $name() {
                check($state, Kind::$kind, $fate);
            })*
        };
    }

    rows! {
        disabled_terminated: disabled(empty()), Terminated => Fate::Dropped(Loss::Disabled);
        disabled_stalled: disabled(empty()), Stalled => Fate::Held;
        disabled_full_terminated: disabled(full()), Terminated => Fate::Dropped(Loss::Disabled);
        disabled_full_stalled: disabled(full()), Stalled => Fate::Held;
        disabled_overflow_terminated: disabled(full_and_overflow()), Terminated => Fate::Dropped(Loss::Disabled);
        abort_error_terminated: abort_error(), Terminated => Fate::Dropped(Loss::AbortError);
        abort_error_stalled: abort_error(), Stalled => Fate::Held;
        abort_error_full_terminated: abort_error_and_full(), Terminated => Fate::Dropped(Loss::AbortError);
        abort_error_full_stalled: abort_error_and_full(), Stalled => Fate::Held;
        space_terminated: empty(), Terminated => Fate::Written;
        space_stalled: empty(), Stalled => Fate::Written;
        space_overflow_terminated: overflow(), Terminated => Fate::Written;
        space_overflow_stalled: overflow(), Stalled => Fate::Written;
        full_terminated: full(), Terminated => Fate::Dropped(Loss::Full { toggled: true });
        full_stalled: full(), Stalled => Fate::Held;
        full_overflow_terminated: full_and_overflow(), Terminated => Fate::Dropped(Loss::Full { toggled: false });
        full_overflow_stalled: full_and_overflow(), Stalled => Fate::Held;
    }

    /// The rows on writes of CONS: an overflow, the write, and a queue full and one more.
    fn after_cons(cons: u32, more: u32) -> Outcome {
        let steps = vec![terminated(ENTRIES + 1), write(Register::EventqCons, cons), terminated(more)];
        run(Configuration::Standard, steps)
    }

    #[test]
    fn cons_advances_with_the_acknowledge() {
        let outcome = after_cons(ENTRIES | BIT_31, ENTRIES + 1);
        assert_eq!((outcome.counts.written, outcome.counts.overflows), (2 * u64::from(ENTRIES), 2));
        assert!(!outcome.end.event.ovflg, "the next loss toggles OVFLG again");
    }

    #[test]
    fn cons_advances_without_the_acknowledge() {
        let outcome = after_cons(ENTRIES, ENTRIES + 1);
        assert_eq!((outcome.counts.written, outcome.counts.overflows), (2 * u64::from(ENTRIES), 1));
        assert!(outcome.end.event.ovflg, "the next loss does not show");
    }

    #[test]
    fn cons_acknowledges_while_still_full() {
        let outcome = after_cons(BIT_31, 1);
        assert_eq!((outcome.counts.written, outcome.counts.overflows), (u64::from(ENTRIES), 2));
        assert!(!outcome.end.event.ovflg, "the next loss toggles OVFLG at once");
    }

    #[test]
    fn cons_acknowledges_what_never_was() {
        let steps = vec![write(Register::EventqCons, BIT_31), terminated(ENTRIES + 1)];
        let outcome = run(Configuration::Standard, steps);
        assert!(outcome.end.event.overflow_active(), "by definition (14.5)");
        assert_eq!((outcome.counts.written, outcome.counts.overflows), (u64::from(ENTRIES), 0));
    }
}

/// An ordinary request that ends its group, without a PASID.
const LAST: PageRequests = PageRequests {
    count: Count::Plain(1),
    last: true,
    pasid: false,
    stop_marker: false,
    secure: false,
    ste_valid: true,
    ppar: false,
};
const NOT_LAST: PageRequests = PageRequests { last: false, ..LAST };
const STOP: PageRequests = PageRequests { stop_marker: true, ..LAST };

/// A state of the PRI queue, by the steps that lead to it; none of them gives a response.
struct PriState {
    steps: Vec<Step>,
    /// PRIQ_PROD then.
    prod: u32,
}

fn pri_empty() -> PriState {
    PriState { steps: vec![], prod: 0 }
}

fn pri_full() -> PriState {
    PriState { steps: vec![pages(ENTRIES, LAST)], prod: ENTRIES }
}

/// A Stop marker into the full queue is an overflow too (P5).
fn pri_full_and_overflow() -> PriState {
    PriState { steps: vec![pages(ENTRIES, LAST), pages(1, STOP)], prod: ENTRIES | BIT_31 }
}

/// Empty again, but not acknowledged.
fn pri_overflow() -> PriState {
    let PriState { steps, prod } = pri_full_and_overflow();
    PriState { steps: [steps, vec![write(Register::PriqCons, ENTRIES)]].concat(), prod }
}

fn pri_disabled(state: PriState, cleared: u32) -> PriState {
    let disable = write(Register::Cr0, ENABLES & !cleared);
    PriState { steps: [state.steps, vec![disable]].concat(), ..state }
}

/// The message that is lost in the abort is a Stop marker.
fn pri_abort_error(state: PriState) -> PriState {
    let PriState { steps, prod } = state;
    PriState { steps: [vec![Step::Abort(1), pages(1, STOP)], steps].concat(), prod }
}

/// Full, and then an abort error that software makes active (G2).
fn pri_abort_error_and_full() -> PriState {
    let PriState { steps, prod } = pri_full();
    PriState { steps: [steps, vec![write(Register::GerrorN, 1 << 3)]].concat(), prod }
}

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq)]
enum PriFate {
    Written,
    /// Lost, and the code of the response and whether it has a PASID, if there is one.
    Lost(PriLoss, Option<(u8, bool)>),
}

fn lost(loss: PriLoss) -> PriFate {
    PriFate::Lost(loss, None)
}

fn failed(loss: PriLoss) -> PriFate {
    PriFate::Lost(loss, Some((FAILURE, false)))
}

const OVERFLOWS: PriLoss = PriLoss::Overflow { toggled: true };
const OVERFLOWED: PriLoss = PriLoss::Overflow { toggled: false };

/// The messages that the block took from their port.
fn messages(seen: &[Seen]) -> Vec<PriMessage> {
    let message = |step: &Seen| if let Seen::AcceptedPri(offer) = step { Some(offer.message) } else { None };
    seen.iter().filter_map(message).collect()
}

/// The response with this code to the group of a message, with its PASID or with none (8.2).
fn answer(message: PriMessage, (code, pasid): (u8, bool)) -> PrgResponse {
    let substream_id = pasid.then(|| message.substream_id());
    PrgResponse { stream_id: message.stream_id(), substream_id, index: message.prg_index(), code }
}

/// Checks that the last message got this response, or none, and that there is no other.
fn check_answer(outcome: &Outcome, seen: &[Seen], response: Option<(u8, bool)>) {
    let last = *messages(seen).last().expect("a message was offered");
    assert_eq!(outcome.prg, Vec::from_iter(response.map(|response| answer(last, response))));
}

fn check_message(configuration: Configuration, state: PriState, message: PageRequests, fate: PriFate) {
    let PriState { steps, prod } = state;
    let (outcome, seen) = run_seen(configuration, [steps, vec![pages(1, message)]].concat());
    let (written, toggled) = (fate == PriFate::Written, matches!(fate, PriFate::Lost(OVERFLOWS, _)));
    let expected = (prod + u32::from(written)) ^ (u32::from(toggled) << 31);
    assert_eq!(outcome.register(Register::PriqProd), expected, "OVFLG and WR");
    let response = match fate {
        PriFate::Written => None,
        PriFate::Lost(loss, response) => {
            let alike = |what| matches!(what, What::PriDropped { loss: other } if same(&other, &loss));
            assert!(times(&outcome, alike) > 0, "{}", outcome.timeline);
            response
        }
    };
    check_answer(&outcome, &seen, response);
}

/// Table 5.4: what becomes of one message in each state of the PRI queue.
mod messages {
    use super::*;

    macro_rules! rows {
        ($($name:ident: $state:expr, $message:expr => $fate:expr;)*) => {
            $(#[test]
            fn $name() {
                check_message(Configuration::Standard, $state, $message, $fate);
            })*
        };
    }

    rows! {
        priqen_0_not_last: pri_disabled(pri_empty(), PRIQEN), NOT_LAST => failed(PriLoss::Disabled);
        priqen_0_last: pri_disabled(pri_empty(), PRIQEN), LAST => failed(PriLoss::Disabled);
        priqen_0_stop_marker: pri_disabled(pri_empty(), PRIQEN), STOP => lost(PriLoss::Disabled);
        smmuen_0_not_last: pri_disabled(pri_empty(), SMMUEN), NOT_LAST => failed(PriLoss::Disabled);
        smmuen_0_last: pri_disabled(pri_empty(), SMMUEN), LAST => failed(PriLoss::Disabled);
        smmuen_0_stop_marker: pri_disabled(pri_empty(), SMMUEN), STOP => lost(PriLoss::Disabled);
        priqen_0_full_last: pri_disabled(pri_full(), PRIQEN), LAST => failed(PriLoss::Disabled);
        priqen_0_full_stop_marker: pri_disabled(pri_full(), PRIQEN), STOP => lost(PriLoss::Disabled);
        priqen_0_overflow_last: pri_disabled(pri_overflow(), PRIQEN), LAST => failed(PriLoss::Disabled);
        abort_error_not_last: pri_abort_error(pri_empty()), NOT_LAST => failed(PriLoss::AbortError);
        abort_error_last: pri_abort_error(pri_empty()), LAST => failed(PriLoss::AbortError);
        abort_error_stop_marker: pri_abort_error(pri_empty()), STOP => lost(PriLoss::AbortError);
        abort_error_full_not_last: pri_abort_error_and_full(), NOT_LAST => failed(PriLoss::AbortError);
        abort_error_full_last: pri_abort_error_and_full(), LAST => failed(PriLoss::AbortError);
        abort_error_full_stop_marker: pri_abort_error_and_full(), STOP => lost(PriLoss::AbortError);
        overflow_not_last: pri_overflow(), NOT_LAST => lost(OVERFLOWED);
        overflow_last: pri_overflow(), LAST => PriFate::Lost(OVERFLOWED, Some((SUCCESS, false)));
        overflow_stop_marker: pri_overflow(), STOP => lost(OVERFLOWED);
        overflow_full_not_last: pri_full_and_overflow(), NOT_LAST => lost(OVERFLOWED);
        overflow_full_last: pri_full_and_overflow(), LAST => PriFate::Lost(OVERFLOWED, Some((SUCCESS, false)));
        overflow_full_stop_marker: pri_full_and_overflow(), STOP => lost(OVERFLOWED);
        full_not_last: pri_full(), NOT_LAST => lost(OVERFLOWS);
        full_last: pri_full(), LAST => PriFate::Lost(OVERFLOWS, Some((SUCCESS, false)));
        full_stop_marker: pri_full(), STOP => lost(OVERFLOWS);
        space_not_last: pri_empty(), NOT_LAST => PriFate::Written;
        space_last: pri_empty(), LAST => PriFate::Written;
        space_stop_marker: pri_empty(), STOP => PriFate::Written;
    }

    /// P6, P8: one write that frees the queue and acknowledges, and messages are written again.
    #[test]
    fn the_acknowledge_ends_the_overflow() {
        let PriState { steps, prod } = pri_full_and_overflow();
        let acknowledge = write(Register::PriqCons, prod);
        let outcome = run(Configuration::Standard, [steps, vec![acknowledge, pages(1, LAST)]].concat());
        assert_eq!(outcome.register(Register::PriqProd), BIT_31 | (ENTRIES + 1));
        assert_eq!(outcome.prg, []);
    }

    /// P8: an acknowledge while still full is legal; the next message toggles OVFLG again.
    #[test]
    fn an_acknowledge_while_full() {
        let PriState { steps, .. } = pri_full_and_overflow();
        let acknowledge = write(Register::PriqCons, BIT_31);
        let steps = [steps, vec![acknowledge, pages(1, LAST)]].concat();
        let (outcome, seen) = run_seen(Configuration::Standard, steps);
        assert_eq!(outcome.register(Register::PriqProd), ENTRIES);
        check_answer(&outcome, &seen, Some((SUCCESS, false)));
    }
}

/// Table 5.3: the automatic response to a message that is lost, and the interrupt of PRIQ_IRQ_CFG2.LO. There is no row
/// for an SMMU without PASIDs: this one has them (IDR1.SSIDSIZE).
mod answers {
    use super::*;

    const PASID: PageRequests = PageRequests { pasid: true, ..LAST };

    /// The same steps with PRIQ_IRQ_CFG2.LO set; whether the last message interrupts then.
    fn last_interrupts(configuration: Configuration, state: PriState, message: PageRequests) -> bool {
        let last_only = [
            write(Register::IrqCtrl, 0),
            write(Register::PriqIrqCfg2, BIT_31),
            write(Register::IrqCtrl, 0b111),
        ];
        let before = [last_only.to_vec(), state.steps].concat();
        let priq = |steps| interrupts(&run(configuration, steps), Line::Priq);
        priq([before.clone(), vec![pages(1, message)]].concat()) > priq(before)
    }

    fn check(
        configuration: Configuration,
        state: fn() -> PriState,
        message: PageRequests,
        fate: PriFate,
        interrupt: bool,
    ) {
        check_message(configuration, state(), message, fate);
        assert_eq!(last_interrupts(configuration, state(), message), interrupt, "I3");
        let request = PageRequests { last: false, ..message };
        if !message.stop_marker {
            assert!(!last_interrupts(configuration, state(), request), "I3: not without Last");
        }
    }

    macro_rules! rows {
        ($($name:ident: $configuration:ident, $state:expr, $message:expr => $fate:expr, $interrupt:expr;)*) => {
            $(#[test]
            fn $name() {
                check(Configuration::$configuration, || $state, $message, $fate, $interrupt);
            })*
        };
    }

    fn overflowed(response: (u8, bool)) -> PriFate {
        PriFate::Lost(OVERFLOWED, Some(response))
    }

    const PPAR: PageRequests = PageRequests { ppar: true, ..PASID };
    const NO_STE: PageRequests = PageRequests { ste_valid: false, ppar: true, ..PASID };
    const SECURE: PageRequests = PageRequests { secure: true, ..PASID };

    rows! {
        overflow_without_pasid: Standard, pri_overflow(), LAST => overflowed((SUCCESS, false)), true;
        overflow_without_pasid_nor_ste: Standard, pri_overflow(), PageRequests { pasid: false, ..NO_STE } => overflowed((SUCCESS, false)), true;
        overflow_without_pasid_with_pps: Capped, pri_overflow(), LAST => overflowed((SUCCESS, false)), true;
        overflow_with_pps: Capped, pri_overflow(), PASID => overflowed((SUCCESS, true)), true;
        overflow_with_pps_without_ste: Capped, pri_overflow(), NO_STE => overflowed((SUCCESS, true)), true;
        overflow_with_ppar: Standard, pri_overflow(), PPAR => overflowed((SUCCESS, true)), true;
        overflow_without_ppar: Standard, pri_overflow(), PASID => overflowed((SUCCESS, false)), true;
        overflow_without_ste: Standard, pri_overflow(), NO_STE => overflowed((FAILURE, false)), true;
        the_first_of_an_overflow: Standard, pri_full(), PPAR => PriFate::Lost(OVERFLOWS, Some((SUCCESS, true))), true;
        overflow_stop_marker: Standard, pri_overflow(), STOP => lost(OVERFLOWED), true;
        disabled: Standard, pri_disabled(pri_empty(), PRIQEN), PPAR => failed(PriLoss::Disabled), false;
        disabled_stop_marker: Standard, pri_disabled(pri_empty(), PRIQEN), STOP => lost(PriLoss::Disabled), false;
        smmu_disabled: Standard, pri_disabled(pri_empty(), SMMUEN), PPAR => failed(PriLoss::Disabled), false;
        disabled_with_pps: Capped, pri_disabled(pri_empty(), PRIQEN), PPAR => failed(PriLoss::Disabled), false;
        abort_error: Standard, pri_abort_error(pri_empty()), PPAR => failed(PriLoss::AbortError), false;
        abort_error_stop_marker: Standard, pri_abort_error(pri_empty()), STOP => lost(PriLoss::AbortError), false;
        secure_stream: Standard, pri_empty(), SECURE => failed(PriLoss::Secure), false;
        secure_stream_in_overflow: Standard, pri_overflow(), SECURE => failed(PriLoss::Secure), false;
        secure_stop_marker: Standard, pri_empty(), PageRequests { secure: true, ..STOP } => lost(PriLoss::Secure), false;
        written: Standard, pri_empty(), PPAR => PriFate::Written, true;
        written_stop_marker: Standard, pri_empty(), STOP => PriFate::Written, true;
    }

    /// The abort of the write of these messages, with LO set.
    fn aborted(message: PageRequests) -> (Outcome, Vec<Seen>) {
        let last_only = [
            write(Register::IrqCtrl, 0),
            write(Register::PriqIrqCfg2, BIT_31),
            write(Register::IrqCtrl, 0b111),
        ];
        let aborted = vec![Step::Abort(1), pages(2, message)];
        run_seen(Configuration::Standard, [last_only.to_vec(), aborted].concat())
    }

    /// P12: the one that aborts and the one in flight behind it, each Failure without a PASID.
    #[test]
    fn synchronous_abort() {
        for message in [PPAR, PageRequests { last: false, ..PPAR }] {
            let (outcome, seen) = aborted(message);
            let answers = messages(&seen).into_iter().map(|message| answer(message, (FAILURE, false)));
            assert_eq!(outcome.prg, Vec::from_iter(answers));
            assert_eq!(outcome.prg.len(), 2);
            assert_eq!(outcome.register(Register::PriqProd), 0);
            assert_eq!(interrupts(&outcome, Line::Priq), 0);
            assert!(Gerror::from_bits(outcome.register(Register::Gerror)).priq_abt_err());
        }
    }

    #[test]
    fn synchronous_abort_of_stop_markers() {
        let (outcome, _) = aborted(STOP);
        assert_eq!(outcome.prg, []);
        assert_eq!(interrupts(&outcome, Line::Priq), 0);
        assert!(Gerror::from_bits(outcome.register(Register::Gerror)).priq_abt_err());
    }

    /// I3: with LO clear, the first message of an empty queue interrupts, and no loss does.
    #[test]
    fn interrupt_of_an_empty_queue() {
        let outcome = run(Configuration::Standard, vec![pages(ENTRIES + 2, LAST)]);
        assert_eq!(interrupts(&outcome, Line::Priq), 1);
    }

    /// P13: the code on the wire is not the Resp of the command, and an SMMU that is disabled ignores it.
    #[test]
    fn of_a_command() {
        let (answered, seen) = run_seen(Configuration::Standard, vec![commands([CommandName::PriResp])]);
        let words = |step: &Seen| if let Seen::Fetched { words, .. } = step { Some(*words) } else { None };
        let command = Command::from_words(seen.iter().find_map(words).expect("it is fetched"));
        let (stream_id, substream_id) = (command.stream_id(), command.substream_id());
        let expected = PrgResponse { stream_id, substream_id, index: command.prg_index(), code: SUCCESS };
        assert_eq!(answered.prg, [expected]);
        assert_eq!(
            times(&answered, |what| what == What::Prg { code: SUCCESS, source: PrgSource::Command }),
            1
        );
        let steps = vec![write(Register::Cr0, ENABLES & !SMMUEN), commands([CommandName::PriResp])];
        let ignored = run(Configuration::Standard, steps);
        assert_eq!(ignored.prg, []);
        assert_eq!(ignored.register(Register::CmdqCons), 1, "it is consumed");
    }
}

/// C3 to C5, C16: each command error.
mod command_errors {
    use super::*;
    use CommandName::{
        AtcInv, CfgiSte, PriResp, PriRespIllegal, Reserved, Resume, Secure, StallTerm, Sync, SyncIllegal,
        SyncIrq, Tlbi,
    };

    const ILL: u8 = 1;
    const ABT: u8 = 2;
    const ATC_INV_SYNC: u8 = 3;
    const TLBI_NSNH_ALL: u8 = 0x30;

    fn passed_on(outcome: &Outcome, opcode: u8) -> u64 {
        times(outcome, |what| what == What::Command(opcode))
    }

    /// The command fails at position 1 and stops the queue there.
    fn check_stopped(outcome: &Outcome, reason: u8) {
        let cons = CmdqCons::from_bits(outcome.register(Register::CmdqCons));
        assert_eq!(cons.err(), reason, "ERR (C4)");
        assert_eq!(cons.rd(), 1, "RD stays at the command that fails (C3)");
        assert!(Gerror::from_bits(outcome.register(Register::Gerror)).cmdq_err(), "G1");
        assert_eq!(interrupts(outcome, Line::Gerror), 1, "G4");
        assert_eq!(times(outcome, |what| what == What::Ended(Ended::Failed)), 1);
        assert_eq!(passed_on(outcome, 0x03), 1, "the older command is consumed");
        assert_eq!(passed_on(outcome, TLBI_NSNH_ALL), 0, "the newer command has no effect");
        assert_eq!(interrupts(outcome, Line::CmdSync), 0, "no completion signal (C16)");
    }

    /// The command is illegal, and stays so after the acknowledge (C6).
    fn check_illegal(configuration: Configuration, name: CommandName) {
        let steps = vec![commands([CfgiSte, name, Tlbi])];
        check_stopped(&run(configuration, steps.clone()), ILL);
        let again = run(configuration, [steps, vec![write(Register::GerrorN, 1)]].concat());
        let cons = CmdqCons::from_bits(again.register(Register::CmdqCons));
        assert_eq!((cons.err(), cons.rd()), (ILL, 1));
        assert!(!Gerror::from_bits(again.register(Register::Gerror)).cmdq_err(), "it toggles back");
        assert_eq!(times(&again, |what| what == What::Ended(Ended::Failed)), 2);
        assert_eq!(passed_on(&again, TLBI_NSNH_ALL), 0);
    }

    macro_rules! illegal {
        ($($name:ident: $configuration:ident, $command:expr;)*) => {
            $(#[test]
            fn $name() {
                check_illegal(Configuration::$configuration, $command);
            })*
        };
    }

    illegal! {
        reserved_opcode: Standard, Reserved;
        secure_stream: Standard, Secure;
        sync_cs_0b11: Standard, SyncIllegal;
        pri_resp_0b11: Standard, PriRespIllegal;
        atc_inv_without_ats: Bare, AtcInv;
        pri_resp_without_pri: Bare, PriResp;
        resume_without_stall: Bare, Resume;
        stall_term_without_stall: Bare, StallTerm;
    }

    /// CERROR_ILL has priority over IGNORED (C5): a Resp of 0b11 while SMMUEN is 0.
    #[test]
    fn pri_resp_0b11_while_disabled() {
        let disabled = write(Register::Cr0, ENABLES & !SMMUEN);
        let steps = vec![disabled, commands([CfgiSte, PriRespIllegal, Tlbi])];
        check_stopped(&run(Configuration::Standard, steps), ILL);
    }

    /// What is an error where the feature is missing is none where it is there.
    #[test]
    fn features_that_are_there() {
        for name in [AtcInv, PriResp, Resume, StallTerm] {
            let outcome = run(Configuration::Standard, vec![commands([CfgiSte, name, Tlbi])]);
            assert_eq!(outcome.register(Register::CmdqCons), 3, "{name:?}");
        }
    }

    /// C4, C6: the fetch of the second command aborts; the acknowledge alone fetches it again.
    #[test]
    fn fetch_abort() {
        let steps = vec![commands([CfgiSte]), Step::AbortReads(1), commands([Sync, Tlbi])];
        check_stopped(&run(Configuration::Standard, steps.clone()), ABT);
        let again = run(Configuration::Standard, [steps, vec![write(Register::GerrorN, 1)]].concat());
        check_restarted(&again, ABT);
    }

    /// C16: the CMD_SYNC is not consumed and gives no signal; after the acknowledge it completes.
    #[test]
    fn atc_invalidation() {
        let steps = vec![Step::AtcErrors(1), commands([CfgiSte, SyncIrq, Tlbi])];
        check_stopped(&run(Configuration::Standard, steps.clone()), ATC_INV_SYNC);
        let again = run(Configuration::Standard, [steps, vec![write(Register::GerrorN, 1)]].concat());
        check_restarted(&again, ATC_INV_SYNC);
        assert_eq!(interrupts(&again, Line::CmdSync), 1);
    }

    fn check_restarted(outcome: &Outcome, reason: u8) {
        let cons = CmdqCons::from_bits(outcome.register(Register::CmdqCons));
        assert_eq!((cons.err(), cons.rd()), (reason, 3), "no write of PROD is needed (C6)");
        assert_eq!(times(outcome, |what| what == What::Ended(Ended::SyncCompleted)), 1);
        assert_eq!((passed_on(outcome, 0x03), passed_on(outcome, TLBI_NSNH_ALL)), (1, 1));
    }

    /// C7: a disable and an enable do not acknowledge the error.
    #[test]
    fn an_enable_does_not_restart() {
        let steps = vec![
            Step::AtcErrors(1),
            commands([CfgiSte, SyncIrq, Tlbi]),
            write(Register::Cr0, ENABLES & !CMDQEN),
            write(Register::Cr0, ENABLES),
        ];
        check_stopped(&run(Configuration::Standard, steps), ATC_INV_SYNC);
    }

    /// C8: a write of CMDQ_CONS, possible while disabled, leaves ERR.
    #[test]
    fn software_does_not_write_err() {
        let steps = vec![
            commands([CfgiSte, Reserved]),
            write(Register::Cr0, ENABLES & !CMDQEN),
            write(Register::CmdqCons, 0x7F00_0000),
        ];
        let outcome = run(Configuration::Standard, steps);
        assert_eq!(outcome.register(Register::CmdqCons), u32::from(ILL) << 24);
    }
}

/// C12: each completion signal of CMD_SYNC.
mod completion_signals {
    use super::*;
    use CommandName::{Sync, SyncIrq, SyncMsi, SyncSev};

    /// Interrupts, wake-up events and MSIs.
    fn signals(configuration: Configuration, name: CommandName) -> [u64; 3] {
        let outcome = run(configuration, vec![commands([name])]);
        assert_eq!(outcome.register(Register::CmdqCons), 1, "it is consumed");
        let msis = times(&outcome, |what| what == What::Msi(MsiSource::CmdSync));
        [interrupts(&outcome, Line::CmdSync), interrupts(&outcome, Line::Sev), msis]
    }

    #[test]
    fn none() {
        assert_eq!(signals(Configuration::Standard, Sync), [0, 0, 0]);
    }

    #[test]
    fn interrupt_without_an_address() {
        assert_eq!(signals(Configuration::Standard, SyncIrq), [1, 0, 0]);
    }

    #[test]
    fn interrupt_with_an_address() {
        assert_eq!(signals(Configuration::Standard, SyncMsi), [1, 0, 1]);
        assert_eq!(signals(Configuration::Bare, SyncMsi), [1, 0, 0], "without MSIs");
    }

    #[test]
    fn wake_up_event() {
        assert_eq!(signals(Configuration::Standard, SyncSev), [0, 1, 0]);
        assert_eq!(signals(Configuration::Bare, SyncSev), [0, 0, 0], "without SEV");
    }

    /// There is no enable for it in IRQ_CTRL.
    #[test]
    fn interrupt_without_any_enable() {
        let outcome = run(Configuration::Standard, vec![write(Register::IrqCtrl, 0), commands([SyncMsi])]);
        assert_eq!(interrupts(&outcome, Line::CmdSync), 1);
        assert_eq!(times(&outcome, |what| what == What::Msi(MsiSource::CmdSync)), 1);
    }

    /// C10: the first command of a full queue gives a wake-up event.
    #[test]
    fn wake_up_event_of_a_full_queue() {
        let full = vec![commands([CommandName::Tlbi; 1 << CMDQ_LOG2SIZE])];
        assert_eq!(interrupts(&run(Configuration::Standard, full.clone()), Line::Sev), 1);
        assert_eq!(interrupts(&run(Configuration::Bare, full), Line::Sev), 0);
        let not_full = vec![commands([CommandName::Tlbi; (1 << CMDQ_LOG2SIZE) - 1])];
        assert_eq!(interrupts(&run(Configuration::Standard, not_full), Line::Sev), 0);
    }
}

/// Table 9.3: each bit of GERROR that this block can toggle. It toggles once, raises its interrupt, and toggles back for the
/// next one after the acknowledge (G1).
mod global_errors {
    use super::*;

    const MSI_ADDRESS: u32 = 0xB000_0040;

    fn with_msi(address: Register) -> Vec<Step> {
        vec![write(Register::IrqCtrl, 0), write(address, MSI_ADDRESS), write(Register::IrqCtrl, 0b111)]
    }

    /// The next write that is answered belongs to an MSI: that of the record is under way before the abort is ordered.
    fn aborted_msi_of(record: Step) -> Vec<Step> {
        vec![Step::Hold(true), record, Step::Abort(1), Step::Hold(false)]
    }

    /// `again` causes the error a second time, which is logged only after the acknowledge.
    fn check(before: Vec<Step>, cause: Vec<Step>, bit: u32, interrupts_each: u64) {
        let acknowledge = vec![write(Register::GerrorN, 1 << bit)];
        let once = run(Configuration::Standard, [before.clone(), cause.clone()].concat());
        assert_eq!(once.register(Register::Gerror), 1 << bit, "{}", once.timeline);
        assert_eq!(interrupts(&once, Line::Gerror), interrupts_each, "G4: {}", once.timeline);
        let twice = [before, cause.clone(), acknowledge, cause].concat();
        let twice = run(Configuration::Standard, twice);
        assert_eq!(twice.register(Register::Gerror), 0, "{}", twice.timeline);
        assert_eq!(interrupts(&twice, Line::Gerror), 2 * interrupts_each, "G4: {}", twice.timeline);
    }

    #[test]
    fn cmdq_err() {
        check(vec![], vec![Step::AtcErrors(1), commands([CommandName::Sync])], 0, 1);
    }

    #[test]
    fn eventq_abt_err() {
        check(vec![], vec![Step::Abort(1), terminated(1)], 2, 1);
    }

    #[test]
    fn priq_abt_err() {
        check(vec![], vec![Step::Abort(1), pages(1, LAST)], 3, 1);
    }

    #[test]
    fn msi_cmdq_abt_err() {
        check(vec![], vec![Step::Abort(1), commands([CommandName::SyncMsi])], 4, 1);
    }

    #[test]
    fn msi_eventq_abt_err() {
        let empty = vec![Step::Consume(Count::Plain(1))];
        let cause = [aborted_msi_of(terminated(1)), empty].concat();
        check(with_msi(Register::EventqIrqCfg0Lo), cause, 5, 1);
    }

    #[test]
    fn msi_priq_abt_err() {
        let last_only = vec![
            write(Register::IrqCtrl, 0),
            write(Register::PriqIrqCfg2, BIT_31),
            write(Register::IrqCtrl, 0b111),
        ];
        let before = [with_msi(Register::PriqIrqCfg0Lo), last_only].concat();
        check(before, aborted_msi_of(pages(1, LAST)), 6, 1);
    }

    /// G4: it raises no interrupt itself; there is that of the error whose MSI was lost.
    #[test]
    fn msi_gerror_abt_err() {
        let before = with_msi(Register::GerrorIrqCfg0Lo);
        let steps = vec![Step::AtcErrors(1), Step::Abort(1), commands([CommandName::Sync])];
        let outcome = run(Configuration::Standard, [before, steps].concat());
        assert_eq!(outcome.register(Register::Gerror), 1 | 1 << 7);
        assert_eq!(interrupts(&outcome, Line::Gerror), 1);
        assert_eq!(times(&outcome, |what| what == What::Msi(MsiSource::Gerror)), 1);
    }

    /// G1: while the error is active, a further one is not logged.
    #[test]
    fn an_active_error_does_not_toggle() {
        let cause = vec![Step::Abort(1), commands([CommandName::SyncMsi])];
        let outcome = run(Configuration::Standard, [cause.clone(), cause].concat());
        assert_eq!(outcome.register(Register::Gerror), 1 << 4);
        assert_eq!(interrupts(&outcome, Line::Gerror), 1);
    }

    /// G3: an MSI that was lost does not affect the next one.
    #[test]
    fn msis_go_on() {
        let cause = vec![Step::Abort(1), commands([CommandName::SyncMsi, CommandName::SyncMsi])];
        let outcome = run(Configuration::Standard, cause);
        assert_eq!(times(&outcome, |what| what == What::Msi(MsiSource::CmdSync)), 2);
        assert_eq!(outcome.writes.len(), 2);
    }
}
