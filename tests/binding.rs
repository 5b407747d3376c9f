//! The Verilated block as it is bound: reset, reading between clock edges, seeds and waves.

use std::path::Path;
use std::thread;

use smmuq::verilated::{Block, Configuration, PinsIn, PinsOut, WaveError};
use smmuq_golden::{Register, Smmu};

const REGISTERS: usize = Register::ALL.len();

fn registers(block: &mut Block) -> [u32; REGISTERS] {
    let mut values = [0; REGISTERS];
    let offsets = Register::ALL.map(Register::offset);
    block.peek(&offsets, &mut values).expect("the block has no wait states");
    values
}

/// The registers after a reset, as the golden model has them.
fn after_reset(configuration: Configuration) -> [u32; REGISTERS] {
    let golden = Smmu::new(configuration.parameters().into());
    Register::ALL.map(|register| golden.register(register))
}

fn write(block: &mut Block, register: Register, value: u32) {
    let setup = PinsIn {
        paddr_i: register.offset(),
        pwdata_i: value,
        psel_i: true,
        pwrite_i: true,
        pstrb_i: 0xf,
        ..PinsIn::default()
    };
    let access = PinsIn { penable_i: true, ..setup.clone() };
    block.cycle(&setup);
    block.cycle(&access);
}

fn enabled(configuration: Configuration, seed: u64) -> Block {
    let mut block = Block::new(configuration, seed);
    enable(&mut block);
    block
}

fn enable(block: &mut Block) {
    block.reset();
    write(block, Register::EventqBaseLo, 0x10_0000 | 4);
    write(block, Register::IrqCtrl, 0b101);
    write(block, Register::Cr0, 0b100);
}

/// Records on both ports, and a memory that answers now and then.
fn busy(step: u32) -> PinsIn {
    let noise = step.wrapping_mul(0x9e37_79b9) >> 16;
    PinsIn {
        term_valid_i: noise & 3 == 0,
        term_record_i: [noise; 8],
        stall_valid_i: noise & 12 == 0,
        stall_record_i: [!noise; 8],
        awready_i: noise & 16 == 0,
        wready_i: noise & 32 == 0,
        ..PinsIn::default()
    }
}

fn run(block: &mut Block, mut between: impl FnMut(&mut Block)) -> Vec<PinsOut> {
    (0..500)
        .map(|step| {
            between(block);
            block.cycle(&busy(step))
        })
        .collect()
}

#[test]
fn reset_values_are_those_of_the_golden_model() {
    for configuration in Configuration::ALL {
        let mut block = Block::new(configuration, 1);
        block.reset();
        assert_eq!(registers(&mut block), after_reset(configuration), "{configuration:?}");
    }
}

#[test]
fn reset_needs_no_clock_edge() {
    let mut block = enabled(Configuration::Standard, 1);
    let cycles = block.cycles();
    assert_ne!(registers(&mut block), after_reset(Configuration::Standard));
    block.assert_reset();
    assert_eq!(registers(&mut block), after_reset(Configuration::Standard));
    assert_eq!(block.cycles(), cycles);
}

#[test]
fn initial_values_follow_the_seed() {
    let initial = |seed| registers(&mut Block::new(Configuration::Standard, seed));
    assert_eq!(initial(1), initial(1));
    assert_ne!(initial(1), initial(2));
    assert_ne!(initial(1), after_reset(Configuration::Standard));
}

#[test]
fn a_seed_gives_the_same_run_in_any_thread() {
    let whole = |seed: u64| {
        let mut block = Block::new(Configuration::Standard, seed);
        let initial = registers(&mut block);
        enable(&mut block);
        (initial, run(&mut block, |_| ()))
    };
    let expected: Vec<_> = (0..8).map(whole).collect();
    let threads: Vec<_> = (0..8).map(|seed| thread::spawn(move || whole(seed))).collect();
    for (seed, thread) in threads.into_iter().enumerate() {
        assert_eq!(thread.join().expect("the run ends"), expected[seed], "seed {seed}");
    }
}

#[test]
fn reading_between_clock_edges_changes_nothing() {
    for configuration in Configuration::ALL {
        let undisturbed = run(&mut enabled(configuration, 1), |_| ());
        let read = run(&mut enabled(configuration, 1), |block| {
            assert_eq!(registers(block), registers(block));
        });
        assert_eq!(undisturbed, read, "{configuration:?}");
    }
}

#[test]
fn a_register_shows_what_was_written_as_soon_as_the_edge_is_over() {
    let mut block = Block::new(Configuration::Standard, 1);
    block.reset();
    write(&mut block, Register::EventqCons, 0x8000_0003);
    let mut value = [0];
    block.peek(&[Register::EventqCons.offset()], &mut value).expect("the block has no wait states");
    assert_eq!(value, [0x8000_0003]);
}

#[test]
fn outputs_are_those_before_the_rising_edge() {
    let mut block = enabled(Configuration::Standard, 1);
    let read = PinsIn { psel_i: true, paddr_i: Register::Cr0.offset(), ..PinsIn::default() };
    assert_eq!(block.cycle(&read).prdata_o, 0b100);
    assert_eq!(block.cycle(&PinsIn::default()).prdata_o, 0);
}

#[test]
fn a_record_reaches_the_bus_unchanged() {
    let mut block = enabled(Configuration::Standard, 1);
    let record = [1, 2, 3, 4, 5, 6, 7, 0xffff_ffff];
    let mut pins = PinsIn {
        awready_i: true,
        wready_i: true,
        term_valid_i: true,
        term_record_i: record,
        ..PinsIn::default()
    };
    block.cycle(&PinsIn::default());
    let mut written = Vec::new();
    for _ in 0..10 {
        let out = block.cycle(&pins);
        pins.term_valid_i &= !out.term_ready_o;
        if out.wvalid_o {
            written.extend(out.wdata_o);
        }
    }
    assert_eq!(written, record);
}

#[test]
fn nothing_failed_and_cycles_are_counted() {
    let mut block = Block::new(Configuration::Wide, 1);
    block.reset();
    let after_reset = block.cycles();
    run(&mut block, |_| ());
    assert_eq!(block.cycles(), after_reset + 500);
    assert_eq!(block.take_failures(), Vec::<String>::new());
}

#[test]
fn waves_can_be_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("waves.fst");
    let mut block = Block::with_waves(Configuration::Capped, 1, &path).expect("waves can be written");
    enable(&mut block);
    run(&mut block, |_| ());
    let cycles = block.cycles();
    drop(block);
    let (clock_changes, ports) = content(&path);
    assert_eq!(clock_changes as u64, 2 * cycles, "the clock rises and falls in each cycle");
    assert!(ports, "ports are there");
}

/// How often the clock of the top changes, and whether some of its other ports are there.
fn content(path: &Path) -> (usize, bool) {
    let mut waves = wellen::simple::read(path).expect("the waves can be read");
    let has = |name| waves.hierarchy().lookup_var(&["TOP", "smmuq"], name).is_some();
    let ports = ["rst_ni", "prdata_o", "term_record_i", "irq_eventq_o"].into_iter().all(has);
    let clock = waves
        .hierarchy()
        .lookup_var(&["TOP", "smmuq"], "clk_i")
        .map(|variable| waves.hierarchy()[variable].signal_ref())
        .expect("the clock is there");
    waves.load_signals(&[clock]);
    let signal = waves.get_signal(clock).expect("the clock was loaded");
    (signal.time_indices().len(), ports)
}

#[test]
fn waves_that_cannot_be_written_are_refused() {
    let refused = |path: &str| Block::with_waves(Configuration::Standard, 1, Path::new(path)).err();
    for path in ["waves.ghw", "waves", ""] {
        assert!(matches!(refused(path), Some(WaveError::Name(_))), "{path}");
    }
    let error = refused("no-such-directory/waves.fst").expect("it is refused");
    assert!(matches!(error, WaveError::Write { .. }));
    assert_eq!(error.to_string(), "cannot write waves to no-such-directory/waves.fst");
}

/// Outputs, and the state after each cycle.
#[cfg(not(feature = "rtl-coverage"))]
fn states(block: &mut Block) -> Vec<(PinsOut, Vec<u8>)> {
    (0..40).map(|step| (block.cycle(&busy(step)), block.save())).collect()
}

#[cfg(not(feature = "rtl-coverage"))]
#[test]
fn a_block_goes_back_to_any_state() {
    let mut block = enabled(Configuration::Standard, 3);
    for step in 500..510 {
        block.cycle(&busy(step));
    }
    let state = block.save();
    let once = states(&mut block);
    assert!(once.iter().any(|(out, _)| out.awvalid_o), "the block did nothing");
    assert!(once.iter().any(|(_, other)| *other != state), "the state never changed");
    block.restore(&state);
    assert_eq!(block.save(), state);
    assert!(states(&mut block) == once, "the block goes on in another way");
    let mut of_other_initial_values = Block::new(Configuration::Standard, 4);
    of_other_initial_values.restore(&state);
    assert!(states(&mut of_other_initial_values) == once, "another block goes on in another way");
}

#[cfg(not(feature = "rtl-coverage"))]
#[test]
fn a_state_of_another_build_is_a_failure() {
    let mut block = Block::new(Configuration::Standard, 3);
    block.restore(&[1; 16]);
    let failures = block.take_failures();
    assert!(failures.iter().any(|failure| failure.contains("different model")), "{failures:?}");
}
