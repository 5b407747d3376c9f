//! A stimulus that is pins, cycle by cycle: what a solver finds is no traffic that software and devices would make.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use smmuq_golden::Register;
use smmuq_testbench::input;

use crate::reading::Reading;
use crate::verilated::{Block, Configuration, LeftOut, PinsIn, WaveError, built};

/// Most cycles of a file.
const MOST_CYCLES: usize = 100_000;

/// A stimulus of pins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pins {
    /// What it is, in a line.
    pub title: String,
    /// The build of the block that it is for.
    pub build: Configuration,
    /// The inputs, from the first cycle after the reset on.
    pub cycles: Vec<PinsIn>,
}

/// What is wrong with a file of pins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinsError {
    /// It cannot be read, or is no TOML of this form.
    #[error("{file}: {what}")]
    File {
        /// Which file.
        file: String,
        /// What is wrong.
        what: String,
    },
    /// Its build is not in this program.
    #[error("{0}")]
    LeftOut(String),
}

/// What a replay shows.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// What happens at the ports, a line for each cycle in which something does, and the registers at the end.
    pub text: String,
    /// Assertions of the RTL that failed.
    pub failures: Vec<String>,
}

/// Sets and shows pins by their names; the widths are those of the ports.
macro_rules! pins {
    ($($name:ident: $width:literal),* $(,)?) => {
        /// The names of all inputs.
        pub const PINS: &[&str] = &[$(stringify!($name)),*];

        fn set(pins: &mut PinsIn, name: &str, value: &str) -> Result<(), String> {
            match name {
                $(stringify!($name) => pins.$name = Value::parsed(value, $width)?,)*
                _ => return Err(format!("no input named {name}; inputs are {}", PINS.join(", "))),
            }
            Ok(())
        }

        fn shown(pins: &PinsIn) -> Vec<(&'static str, String)> {
            let all = [$((stringify!($name), pins.$name.text())),*];
            all.into_iter().filter(|(_, value)| value != "0").collect()
        }
    };
}

pins! {
    paddr_i: 17, psel_i: 1, penable_i: 1, pwrite_i: 1, pwdata_i: 32, pstrb_i: 4, pprot_i: 3,
    awready_i: 1, wready_i: 1, bvalid_i: 1, bid_i: 2, bresp_i: 2, arready_i: 1, rvalid_i: 1, rid_i: 2, rdata_i: 128,
    rresp_i: 2, rlast_i: 1, term_valid_i: 1, term_record_i: 256, stall_valid_i: 1, stall_record_i: 256, ppr_valid_i: 1,
    ppr_message_i: 128, ppr_ste_valid_i: 1, ppr_ste_ppar_i: 1, ppr_secure_i: 1, prg_ready_i: 1, cmd_ready_i: 1,
    sync_ready_i: 1, sync_atc_error_i: 1,
}

/// The value of a port: hexadecimal digits in a file.
trait Value: Sized {
    fn from_words(words: &[u32]) -> Self;
    fn words(&self) -> Vec<u32>;

    fn parsed(text: &str, width: usize) -> Result<Self, String> {
        let digits = text.trim_start_matches('0');
        let wrong = || format!("\"{text}\" is not a hexadecimal number of {width} bits");
        let most = width.div_ceil(4);
        if text.is_empty() || digits.len() > most || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        let mut words = [0_u32; 8];
        for (place, digit) in digits.chars().rev().enumerate() {
            words[place / 8] |= digit.to_digit(16).unwrap_or(0) << (4 * (place % 8));
        }
        let top = words[(width - 1) / 32] >> ((width - 1) % 32);
        if top > 1 { Err(wrong()) } else { Ok(Self::from_words(&words)) }
    }

    fn text(&self) -> String {
        let digits: String = self.words().iter().rev().map(|word| format!("{word:08x}")).collect();
        let digits = digits.trim_start_matches('0');
        if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
    }
}

impl Value for bool {
    fn from_words(words: &[u32]) -> Self {
        words[0] != 0
    }

    fn words(&self) -> Vec<u32> {
        vec![u32::from(*self)]
    }
}

impl Value for u8 {
    fn from_words(words: &[u32]) -> Self {
        words[0] as u8
    }

    fn words(&self) -> Vec<u32> {
        vec![u32::from(*self)]
    }
}

impl Value for u32 {
    fn from_words(words: &[u32]) -> Self {
        words[0]
    }

    fn words(&self) -> Vec<u32> {
        vec![*self]
    }
}

impl<const N: usize> Value for [u32; N] {
    fn from_words(words: &[u32]) -> Self {
        std::array::from_fn(|place| words[place])
    }

    fn words(&self) -> Vec<u32> {
        self.to_vec()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    build: String,
    cycles: Vec<BTreeMap<String, String>>,
}

impl Pins {
    /// Whether a text is meant to be one: scenarios have no `cycles`.
    pub fn is_meant(text: &str) -> bool {
        text.lines().any(|line| line.trim_start().starts_with("cycles"))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is no such file, or its build was left out of this program.
    pub fn read(path: &Path) -> Result<Self, PinsError> {
        let pins = input::read(path)
            .and_then(|text| Self::parse(&text))
            .map_err(|what| PinsError::File { file: path.display().to_string(), what })?;
        built(pins.build).map_err(|left_out: LeftOut| PinsError::LeftOut(left_out.to_string()))?;
        Ok(pins)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = input::parse(text)?;
        let builds = || Configuration::ALL.map(Configuration::name).join(", ");
        let build = Configuration::named(&file.build)
            .ok_or_else(|| format!("no build named {:?}; builds are {}", file.build, builds()))?;
        if file.cycles.len() > MOST_CYCLES {
            return Err(format!("{} cycles; at most {MOST_CYCLES} are", file.cycles.len()));
        }
        let mut cycles = Vec::new();
        for (number, values) in file.cycles.iter().enumerate() {
            let mut pins = PinsIn::default();
            for (name, value) in values {
                set(&mut pins, name, value)
                    .map_err(|what| format!("cycle {}: {name}: {what}", number + 1))?;
            }
            cycles.push(pins);
        }
        Ok(Self { title: file.title, build, cycles })
    }

    /// A stimulus of the bits of ports, as a solver gives them: `psel_i` or `paddr_i[3]`. What is not named is 0, and what is
    /// no input is left out.
    pub fn of_bits(title: String, build: Configuration, cycles: &[BTreeMap<String, u8>]) -> Self {
        let one = |bits: &BTreeMap<String, u8>| {
            let mut pins = PinsIn::default();
            for name in PINS {
                let bit = |place: usize| match bits.get(&format!("{name}[{place}]")) {
                    None if place == 0 => bits.get(*name).copied().unwrap_or(0),
                    bit => bit.copied().unwrap_or(0),
                };
                let digit = |digit: usize| (0..4).map(|place| bit(4 * digit + place) << place).sum::<u8>();
                let hex: String = (0..64).rev().map(|place| format!("{:x}", digit(place))).collect();
                set(&mut pins, name, &hex).expect("the solver knows the ports by name and width");
            }
            pins
        };
        Self { title, build, cycles: cycles.iter().map(one).collect() }
    }

    /// Runs the block with it, from a reset on; writes waves if a file is named.
    ///
    /// # Errors
    /// When the waves cannot be written.
    pub fn replay(&self, seed: u64, waves: Option<&Path>) -> Result<Replayed, WaveError> {
        let mut block = match waves {
            Some(path) => Block::with_waves(self.build, seed, path)?,
            None => Block::new(self.build, seed),
        };
        block.reset();
        let mut text = String::new();
        for (number, pins) in self.cycles.iter().enumerate() {
            let out = block.cycle(pins);
            let happened = happened(pins, &out);
            if !happened.is_empty() {
                text += &format!("{:>5}  {}\n", number + 1, happened.join(", "));
            }
        }
        let failures = block.take_failures();
        let mut reading = Reading::new();
        if reading.read(&mut block, &Register::ALL).is_ok() {
            let registers = reading.registers();
            for register in [
                Register::EventqProd,
                Register::EventqCons,
                Register::PriqProd,
                Register::PriqCons,
                Register::CmdqCons,
                Register::Gerror,
            ] {
                text += &format!("{:>12} {:#010x}\n", register.name(), registers.get(register));
            }
        }
        Ok(Replayed { text, failures })
    }
}

/// What is transferred in a cycle, by port.
fn happened(pins: &PinsIn, out: &crate::verilated::PinsOut) -> Vec<String> {
    let mut list = Vec::new();
    if pins.psel_i && pins.penable_i && out.pready_o && pins.pwrite_i {
        list.push(format!("write {:#07x} = {:#010x}", pins.paddr_i, pins.pwdata_i));
    }
    let handshakes = [
        (pins.term_valid_i && out.term_ready_o, "terminated record taken".to_owned()),
        (pins.stall_valid_i && out.stall_ready_o, "stalled record taken".to_owned()),
        (pins.ppr_valid_i && out.ppr_ready_o, "PRI message taken".to_owned()),
        (out.awvalid_o && pins.awready_i, format!("AW id {} {:#x}", out.awid_o, out.awaddr_o)),
        (out.wvalid_o && pins.wready_i, format!("W{}", if out.wlast_o { " last" } else { "" })),
        (pins.bvalid_i, format!("B id {} response {}", pins.bid_i, pins.bresp_i)),
        (out.arvalid_o && pins.arready_i, format!("AR {:#x}", out.araddr_o)),
        (pins.rvalid_i, format!("R response {}", pins.rresp_i)),
        (out.cmd_valid_o && pins.cmd_ready_i, "command".to_owned()),
        (out.sync_valid_o && pins.sync_ready_i, "CMD_SYNC".to_owned()),
        (out.prg_valid_o && pins.prg_ready_i, format!("PRG response {}", out.prg_code_o)),
        (out.irq_eventq_o, "irq_eventq".to_owned()),
        (out.irq_priq_o, "irq_priq".to_owned()),
        (out.irq_gerror_o, "irq_gerror".to_owned()),
        (out.irq_cmd_sync_o, "irq_cmd_sync".to_owned()),
        (out.sev_o, "sev".to_owned()),
    ];
    list.extend(handshakes.into_iter().filter(|(happens, _)| *happens).map(|(_, what)| what));
    list
}

impl fmt::Display for Pins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "title = {}", toml::Value::from(self.title.as_str()))?;
        writeln!(f, "build = \"{}\"", self.build.name())?;
        writeln!(
            f,
            "\n# The inputs that are not 0, cycle by cycle from the reset on, in hexadecimal.\ncycles = ["
        )?;
        for pins in &self.cycles {
            let values: Vec<_> =
                shown(pins).iter().map(|(name, value)| format!("{name} = \"{value}\"")).collect();
            writeln!(f, "  {{ {} }},", values.join(", "))?;
        }
        writeln!(f, "]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stimulus_reads_back_as_it_was_written() {
        let pins = PinsIn {
            psel_i: true,
            paddr_i: 0x1_00AC,
            term_record_i: [1, 2, 3, 4, 5, 6, 7, 0xF000_0000],
            bid_i: 2,
            ..PinsIn::default()
        };
        let stimulus = Pins {
            title: "a \"title\"".to_owned(),
            build: Configuration::Capped,
            cycles: vec![pins, PinsIn::default()],
        };
        assert_eq!(Pins::parse(&stimulus.to_string()), Ok(stimulus));
    }

    #[test]
    fn values_of_a_solver_are_bits() {
        let bits = ["paddr_i[16]", "paddr_i[2]", "paddr_i[3]", "bid_i[1]", "psel_i", "rst_ni"];
        let cycle = bits.into_iter().map(|name| (name.to_owned(), 1)).collect();
        let stimulus = Pins::of_bits(String::new(), Configuration::Single, &[cycle]);
        let pins = &stimulus.cycles[0];
        assert_eq!((pins.paddr_i, pins.bid_i, pins.psel_i, pins.pwrite_i), (0x1_000C, 2, true, false));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = |cycle: &str| {
            Pins::parse(&format!("title = \"\"\nbuild = \"single\"\ncycles = [{{ {cycle} }}]")).unwrap_err()
        };
        assert_eq!(wrong("bid_i = \"4\""), "cycle 1: bid_i: \"4\" is not a hexadecimal number of 2 bits");
        assert_eq!(wrong("psel_i = \"g\""), "cycle 1: psel_i: \"g\" is not a hexadecimal number of 1 bits");
        assert!(
            wrong("awvalid_o = \"1\"")
                .starts_with("cycle 1: awvalid_o: no input named awvalid_o; inputs are paddr_i")
        );
        assert!(
            Pins::parse("title = \"\"\nbuild = \"no\"\ncycles = []")
                .unwrap_err()
                .contains("builds are standard")
        );
    }
}
