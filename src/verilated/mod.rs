//! The Verilated block: one call per clock cycle, plain structs of pins in and out.

mod configuration;

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use cxx::UniquePtr;
use smmuq_verilator_runtime as _;

use crate::rtl_coverage::RtlCoverage;
pub use configuration::{Configuration, Parameters};
pub use ffi::{PinsIn, PinsOut};

#[cxx::bridge(namespace = "smmuq")]
mod ffi {
    /// The input ports of the block in one cycle, without clock and reset. Bits above the width of a
    /// port are not driven.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct PinsIn {
        /// APB address, 17 bits.
        pub paddr_i: u32,
        /// APB select.
        pub psel_i: bool,
        /// APB access phase.
        pub penable_i: bool,
        /// APB direction: write.
        pub pwrite_i: bool,
        /// APB write data.
        pub pwdata_i: u32,
        /// APB write strobes, 4 bits.
        pub pstrb_i: u8,
        /// APB protection, 3 bits.
        pub pprot_i: u8,
        /// AXI write address ready.
        pub awready_i: bool,
        /// AXI write data ready.
        pub wready_i: bool,
        /// AXI write response valid.
        pub bvalid_i: bool,
        /// AXI write response identifier, 2 bits.
        pub bid_i: u8,
        /// AXI write response, 2 bits.
        pub bresp_i: u8,
        /// AXI read address ready.
        pub arready_i: bool,
        /// AXI read data valid.
        pub rvalid_i: bool,
        /// AXI read data identifier, 2 bits.
        pub rid_i: u8,
        /// AXI read data, least significant word first.
        pub rdata_i: [u32; 4],
        /// AXI read response, 2 bits.
        pub rresp_i: u8,
        /// AXI last beat of read data.
        pub rlast_i: bool,
        /// Record of a terminated transaction is offered.
        pub term_valid_i: bool,
        /// That record, least significant word first.
        pub term_record_i: [u32; 8],
        /// Record of a stalled transaction is offered.
        pub stall_valid_i: bool,
        /// That record, least significant word first.
        pub stall_record_i: [u32; 8],
        /// PRI message is offered.
        pub ppr_valid_i: bool,
        /// That message, least significant word first.
        pub ppr_message_i: [u32; 4],
        /// The STE of its stream is valid.
        pub ppr_ste_valid_i: bool,
        /// PPAR of that STE.
        pub ppr_ste_ppar_i: bool,
        /// The message is of a Secure stream.
        pub ppr_secure_i: bool,
        /// PRG response is taken.
        pub prg_ready_i: bool,
        /// Command is taken.
        pub cmd_ready_i: bool,
        /// CMD_SYNC is complete in the rest of the SMMU.
        pub sync_ready_i: bool,
        /// It completes with an ATC invalidation error.
        pub sync_atc_error_i: bool,
    }

    /// The output ports of the block in one cycle.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct PinsOut {
        /// APB transfer completes.
        pub pready_o: bool,
        /// APB read data.
        pub prdata_o: u32,
        /// APB transfer failed.
        pub pslverr_o: bool,
        /// AXI write address valid.
        pub awvalid_o: bool,
        /// AXI write identifier, 2 bits.
        pub awid_o: u8,
        /// AXI write address, `Oas` bits.
        pub awaddr_o: u64,
        /// AXI write burst length, beats less one.
        pub awlen_o: u8,
        /// AXI write beat size, log2 of bytes.
        pub awsize_o: u8,
        /// AXI write burst type.
        pub awburst_o: u8,
        /// AXI write memory attributes.
        pub awcache_o: u8,
        /// AXI write protection.
        pub awprot_o: u8,
        /// AXI write data valid.
        pub wvalid_o: bool,
        /// AXI write data, least significant word first.
        pub wdata_o: [u32; 4],
        /// AXI write strobes.
        pub wstrb_o: u16,
        /// AXI last beat of write data.
        pub wlast_o: bool,
        /// AXI write response ready.
        pub bready_o: bool,
        /// AXI read address valid.
        pub arvalid_o: bool,
        /// AXI read identifier, 2 bits.
        pub arid_o: u8,
        /// AXI read address, `Oas` bits.
        pub araddr_o: u64,
        /// AXI read burst length, beats less one.
        pub arlen_o: u8,
        /// AXI read beat size, log2 of bytes.
        pub arsize_o: u8,
        /// AXI read burst type.
        pub arburst_o: u8,
        /// AXI read memory attributes.
        pub arcache_o: u8,
        /// AXI read protection.
        pub arprot_o: u8,
        /// AXI read data ready.
        pub rready_o: bool,
        /// Record of a terminated transaction is decided.
        pub term_ready_o: bool,
        /// Record of a stalled transaction is decided.
        pub stall_ready_o: bool,
        /// PRI message is decided.
        pub ppr_ready_o: bool,
        /// PRG response is offered.
        pub prg_valid_o: bool,
        /// StreamID of the response.
        pub prg_stream_id_o: u32,
        /// The SubstreamID is valid.
        pub prg_ssv_o: bool,
        /// SubstreamID of the response, 20 bits.
        pub prg_substream_id_o: u32,
        /// PRGIndex of the response, 9 bits.
        pub prg_index_o: u16,
        /// Response code, 4 bits.
        pub prg_code_o: u8,
        /// Command is offered to the rest of the SMMU.
        pub cmd_valid_o: bool,
        /// That command, least significant word first.
        pub cmd_o: [u32; 4],
        /// CMD_SYNC asks the rest of the SMMU for completion.
        pub sync_valid_o: bool,
        /// Event queue interrupt, one cycle.
        pub irq_eventq_o: bool,
        /// PRI queue interrupt, one cycle.
        pub irq_priq_o: bool,
        /// CMD_SYNC interrupt, one cycle.
        pub irq_cmd_sync_o: bool,
        /// Global error interrupt, one cycle.
        pub irq_gerror_o: bool,
        /// Send event, one cycle.
        pub sev_o: bool,
    }

    unsafe extern "C++" {
        include!("model.h");

        type Model;

        fn new_model(configuration: &str, seed: u64, path: &str) -> UniquePtr<Model>;
        fn cycle(self: Pin<&mut Model>, pins: &PinsIn) -> PinsOut;
        fn replay(self: Pin<&mut Model>, stimulus: &[PinsIn]) -> u64;
        fn peek(self: Pin<&mut Model>, addresses: &[u32], values: &mut [u32]) -> usize;
        fn assert_reset(self: Pin<&mut Model>);
        fn release_reset(self: Pin<&mut Model>);
        fn save(self: Pin<&mut Model>) -> UniquePtr<CxxVector<u8>>;
        fn restore(self: Pin<&mut Model>, state: &[u8]);
        fn take_failures(self: Pin<&mut Model>) -> Vec<String>;
        fn write_coverage(self: Pin<&mut Model>, path: &str);

        fn add_to_checksum(before: u64, pins: &PinsOut) -> u64;
    }
}

/// A model of the block, with its own state and its own random initial values.
///
/// It starts without a reset, as a chip does after power-up: see [`Block::reset`].
pub struct Block {
    model: UniquePtr<ffi::Model>,
    cycles: u64,
    recording: Option<Recording>,
}

/// A run since its reset: what [`Block::replay`] needs to run it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The inputs, cycle by cycle.
    pub stimulus: Vec<PinsIn>,
    /// A checksum of the outputs of all these cycles.
    pub checksum: u64,
}

impl Block {
    /// A block whose initial values follow the seed.
    ///
    /// # Panics
    /// When it is not [`built`].
    pub fn new(configuration: Configuration, seed: u64) -> Self {
        Self::start(configuration, seed, "")
    }

    /// The same, and each signal goes into an FST file, which is complete when the block is dropped. Time is in nanoseconds, 10 for a cycle.
    ///
    /// # Errors
    /// When the name has another extension, or the file cannot be written.
    ///
    /// # Panics
    /// When it is not [`built`].
    pub fn with_waves(configuration: Configuration, seed: u64, path: &Path) -> Result<Self, WaveError> {
        if path.extension() != Some(OsStr::new("fst")) {
            return Err(WaveError::Name(path.into()));
        }
        let name = path.to_str().ok_or_else(|| WaveError::Name(path.into()))?;
        // The library does not report why it cannot write; asking the system first does.
        File::create(path).map_err(|source| WaveError::Write { path: path.into(), source })?;
        Ok(Self::start(configuration, seed, name))
    }

    fn start(configuration: Configuration, seed: u64, path: &str) -> Self {
        built(configuration).unwrap_or_else(|left_out| panic!("{left_out}"));
        let model = ffi::new_model(configuration.name(), seed, path);
        Self { model, cycles: 0, recording: None }
    }

    /// Asserts the reset, without a clock edge. It stays asserted until [`Block::reset`].
    pub fn assert_reset(&mut self) {
        self.model.pin_mut().assert_reset();
    }

    /// Asserts the reset for a few cycles with all inputs low, and releases it.
    pub fn reset(&mut self) {
        self.assert_reset();
        for _ in 0..3 {
            self.cycle(&PinsIn::default());
        }
        self.model.pin_mut().release_reset();
        self.recording = self.recording.take().map(|_| Recording::default());
    }

    /// Drives the inputs, lets the block settle, samples the outputs, then the rising clock edge.
    pub fn cycle(&mut self, pins: &PinsIn) -> PinsOut {
        self.cycles += 1;
        let out = self.model.pin_mut().cycle(pins);
        if let Some(recording) = &mut self.recording {
            recording.stimulus.push(pins.clone());
            recording.checksum = ffi::add_to_checksum(recording.checksum, &out);
        }
        out
    }

    /// Records from the next reset on.
    pub fn record(&mut self) {
        self.recording = Some(Recording::default());
    }

    /// What was recorded; nothing is recorded any more.
    pub fn take_recording(&mut self) -> Recording {
        self.recording.take().unwrap_or_default()
    }

    /// After a [`Block::reset`], the cycles of a stimulus with nothing between them but the sum of the outputs: as fast as
    /// the model goes. A block of the same seed gives the checksum of the recorded run.
    pub fn replay(&mut self, stimulus: &[PinsIn]) -> u64 {
        self.cycles += stimulus.len() as u64;
        self.model.pin_mut().replay(stimulus)
    }

    /// Reads registers through the APB port between two clock edges, so that nothing changes.
    ///
    /// # Errors
    /// When PREADY is low, so that the access would take more than one cycle.
    ///
    /// # Panics
    /// When there are not as many values as addresses.
    pub fn peek(&mut self, addresses: &[u32], values: &mut [u32]) -> Result<(), NotReady> {
        assert_eq!(addresses.len(), values.len(), "a value for each address");
        let read = self.model.pin_mut().peek(addresses, values);
        addresses.get(read).map_or(Ok(()), |&address| Err(NotReady { address }))
    }

    /// All that decides what the block does from here on. Two states are equal if and only if all registers of the RTL are:
    /// inputs and time are not part of it. With the feature `rtl-coverage` nothing is saved, nor restored.
    pub fn save(&mut self) -> Vec<u8> {
        self.model.pin_mut().save().as_slice().to_vec()
    }

    /// Comes back to a state that a block of the same configuration has saved. One of another configuration makes a failure,
    /// and the block stays as it is from then on. What is recorded for a [`Block::replay`] does not come back.
    pub fn restore(&mut self, state: &[u8]) {
        self.model.pin_mut().restore(state);
    }

    /// What failed in the RTL since the last call: assertions, `$error`, `$fatal`, oldest first, each with
    /// the time in nanoseconds. A block that cannot be evaluated (its logic does not settle) reports it
    /// here once, and stays as it is from then on.
    pub fn take_failures(&mut self) -> Vec<String> {
        self.model.pin_mut().take_failures()
    }

    /// What was reached in the RTL since the last reset began; nothing unless the feature `rtl-coverage` is on.
    ///
    /// # Errors
    /// When the library's file cannot be handed over.
    pub fn coverage(&mut self) -> Result<Option<RtlCoverage>, CoverageError> {
        if !cfg!(feature = "rtl-coverage") {
            return Ok(None);
        }
        let file = tempfile::NamedTempFile::new()?;
        self.model.pin_mut().write_coverage(&file.path().to_string_lossy());
        let text = std::fs::read_to_string(file.path())?;
        RtlCoverage::parse(&text).map(Some).map_err(CoverageError::Line)
    }

    /// Clock cycles so far, those of resets too.
    pub fn cycles(&self) -> u64 {
        self.cycles
    }
}

/// Whether a configuration was built in.
///
/// # Errors
/// When `SMMUQ_BUILDS` left it out.
pub fn built(configuration: Configuration) -> Result<(), LeftOut> {
    let name = configuration.name();
    if env!("SMMUQ_BUILDS").split(',').any(|built| built == name) { Ok(()) } else { Err(LeftOut(name)) }
}

/// A configuration is not in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no build {0} in this program; SMMUQ_BUILDS was {list} when it was made", list = env!("SMMUQ_BUILDS"))]
pub struct LeftOut(&'static str);

/// Why waves cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WaveError {
    /// It is not named as what it is.
    #[error("waves are written to a file whose name ends in .fst, not to {}", .0.display())]
    Name(PathBuf),
    /// The system refuses.
    #[error("cannot write waves to {}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Why it is not known what was reached in the RTL.
#[derive(Debug, thiserror::Error)]
pub enum CoverageError {
    /// The system refuses.
    #[error("the coverage of the RTL cannot be handed over: {0}")]
    File(#[from] io::Error),
    /// Another Verilator writes something else.
    #[error("Verilator's coverage has a line that is not understood: {0:?}")]
    Line(String),
}

/// PREADY was low at a read between two clock edges: the block has wait states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("register {address:#07x} cannot be read between two clock edges: pready_o is low")]
pub struct NotReady {
    /// Offset of the register.
    pub address: u32,
}
