//! One step of the Command queue of the model and of the mathematics, and the comparison of all that either says.

use smmuq_golden::{
    CmdqCons, CmdqProd, Command, CommandError, Cr0, Fetched, Gerror, IrqCtrl, Line, Oldest, Parameters,
    Register, Response, Smmu, StepError,
};

use crate::command_counters::{Commands, Outcome, Verdict};
use crate::comparison::{bits_if, bits_if_odd, read, write};

const BASE: u64 = 0xA000_0000;
/// CR0.CMDQEN, GERROR.CMDQ_ERR and IRQ_CTRL.GERROR_IRQEN.
const CMDQEN: u32 = 0b1000;
const CMDQ_ERR: u32 = 1;
const GERROR_IRQEN: u32 = 1;
/// The bits of WR and RD.
const POINTER: u32 = 0xF_FFFF;

/// What software, the memory and the rest of the SMMU can do. Numbers of commands in the queue may be less than none.
#[derive(Clone, Copy, Debug)]
pub enum Input {
    /// PROD is written.
    Prod { pending: i64 },
    /// CONS.RD is written.
    Cons { pending: i64 },
    /// So many commands are read from a slot on, if that is due.
    Fetch { slot: u64, commands: u64 },
    /// The next of them comes.
    Bring(Outcome),
    /// The oldest command is handed on.
    Send,
    /// The oldest command fails.
    Fail,
    /// GERRORN := GERROR.
    AcknowledgeError,
    /// CR0.CMDQEN is written.
    Enable(bool),
    /// Its Update completes, if it may (E1, E8).
    AcknowledgeEnable,
}

/// The model and the mathematics, side by side.
#[derive(Clone)]
pub struct Pair {
    pub commands: Commands,
    pub smmu: Smmu,
    /// The model with the queue set up, but not enabled.
    configured: Smmu,
}

impl Pair {
    pub fn new(log2size: u32, commands: Commands) -> Self {
        let mut configured = Smmu::new(Parameters::default());
        // Q11: bits of the base below the size of the queue do not count.
        let below = ((16u64 << log2size) - 1) & !0x1F;
        write(&mut configured, Register::CmdqBaseLo, (BASE | below) as u32 | log2size);
        write(&mut configured, Register::IrqCtrl, GERROR_IRQEN);
        configured.acknowledge_irq_ctrl(IrqCtrl::from_bits(GERROR_IRQEN)).expect("a changed enable");
        let mut pair = Pair { smmu: configured.clone(), configured, commands };
        pair.write_pointer(Register::CmdqProd, pair.commands.produced);
        pair.write_pointer(Register::CmdqCons, pair.commands.consumed);
        pair
    }

    /// Takes a step of both and compares all there is.
    pub fn step(&mut self, input: Input) {
        let (mut sev, mut gerror) = (false, false);
        match input {
            Input::Prod { pending } => {
                self.commands.produce(pending);
                self.write_pointer(Register::CmdqProd, self.commands.produced);
            }
            Input::Cons { pending } => {
                let written = self.commands.produced.wrapping_add_signed(-pending);
                self.commands.rewind(pending);
                self.write_pointer(Register::CmdqCons, written);
            }
            Input::Fetch { slot, commands } => self.fetch(slot, commands),
            Input::Bring(outcome) => self.bring(outcome),
            Input::Send => sev = self.send(),
            Input::Fail => gerror = self.fail(),
            Input::AcknowledgeError => {
                self.commands.errors_acknowledged = self.commands.errors;
                write(&mut self.smmu, Register::GerrorN, bits_if_odd(self.commands.errors, CMDQ_ERR));
            }
            Input::Enable(enable) => {
                self.commands.set_enable(enable);
                write(&mut self.smmu, Register::Cr0, bits_if(enable, CMDQEN));
            }
            Input::AcknowledgeEnable => self.acknowledge_enable(),
        }
        let signals = (self.smmu.interrupt(Line::Sev).is_ok(), self.smmu.interrupt(Line::Gerror).is_ok());
        assert_eq!(signals, (sev, gerror), "{input:?} to {:?}", self.commands); // C10, G4
        self.compare(input);
    }

    /// Bits above the wrap flag have no effect (Q12).
    fn write_pointer(&mut self, register: Register, number: u64) {
        let above = POINTER & !(2 * self.commands.size as u32 - 1);
        write(&mut self.smmu, register, self.commands.pointer(number) | above);
    }

    fn fetch(&mut self, slot: u64, commands: u64) {
        let address = BASE + 16 * slot; // Q2
        match self.commands.fetch(slot, commands) {
            Verdict::Due => {
                assert_eq!(self.smmu.fetch(address, commands as u32), Ok(()), "{:?}", self.commands);
                self.commands.sent(commands);
            }
            Verdict::Unsaid => {}
            Verdict::Never => {
                let busy = self.commands.coming > 0;
                let error = if busy { StepError::FetchOutstanding } else { StepError::NoFetch };
                let fetched = self.smmu.fetch(address, commands as u32);
                assert_eq!(fetched, Err(error), "{commands} from {slot}: {:?}", self.commands);
            }
        }
    }

    fn bring(&mut self, outcome: Outcome) {
        let response = if outcome == Outcome::Aborted { Response::Error } else { Response::Okay };
        let words = match outcome {
            Outcome::Good => self.command(self.commands.next()).words(),
            _ => Command::new(0).words(), // a Reserved opcode
        };
        let fetched = self.smmu.fetched(response, words);
        if self.commands.coming == 0 {
            assert_eq!(fetched, Err(StepError::NothingFetched));
        } else {
            let kept = self.commands.bring(outcome);
            assert_eq!(fetched, Ok(if kept { Fetched::Kept } else { Fetched::Dropped }));
        }
    }

    /// A command that differs from the others in the queue.
    fn command(&self, number: u64) -> Command {
        Command::cfgi_ste(self.commands.pointer(number))
    }

    /// Whether there is a wake-up event.
    fn send(&mut self) -> bool {
        let words = self.command(self.commands.consumed).words();
        match self.commands.send() {
            Verdict::Due => {
                assert_eq!(self.smmu.command_sent(words), Ok(()));
                return self.commands.consume();
            }
            Verdict::Unsaid => {}
            Verdict::Never => {
                let sent = self.smmu.command_sent(words);
                assert_eq!(sent, Err(StepError::WrongCommand), "{:?}", self.commands);
            }
        }
        false
    }

    /// Whether there is a GERROR interrupt.
    fn fail(&mut self) -> bool {
        let code = match self.commands.oldest() {
            Some(Outcome::Illegal) => 1,
            Some(Outcome::Aborted) => 2,
            // One that PROD does not cover any more may fail all the same (Q15).
            None if !self.commands.fetched.is_empty() => return false,
            _ => {
                assert_eq!(self.smmu.command_failed(), Err(StepError::NoCommandError));
                return false;
            }
        };
        assert_eq!(self.smmu.command_failed(), Ok(()));
        self.commands.fail(code);
        true
    }

    fn acknowledge_enable(&mut self) {
        let expected = if self.commands.enable == self.commands.enable_acknowledged {
            Err(StepError::NothingToAcknowledge)
        } else if !self.commands.enable && self.commands.coming > 0 {
            Err(StepError::CommandInProgress)
        } else {
            self.commands.acknowledge_enable();
            Ok(())
        };
        assert_eq!(self.smmu.acknowledge_cr0(Cr0::from_bits(CMDQEN)), expected);
    }

    fn compare(&self, input: Input) {
        let Pair { commands, smmu, configured } = self;
        let oldest = match commands.oldest() {
            None => Oldest::None,
            Some(Outcome::Good) => Oldest::Send(self.command(commands.consumed)),
            Some(Outcome::Illegal) => Oldest::Fail(CommandError::Ill),
            Some(Outcome::Aborted) => Oldest::Fail(CommandError::Abt),
        };
        // The one that was dropped may be on its way, after a disable that is taken back (E2).
        if !(commands.doubtful && commands.fetched.is_empty()) {
            assert_eq!(smmu.oldest(), oldest, "{input:?} to {commands:?}");
        }
        let above = POINTER & !(2 * commands.size as u32 - 1);
        let prod = commands.pointer(commands.produced) | above;
        let cons = commands.pointer(commands.consumed) | commands.code << 24;
        assert_eq!(read(smmu, Register::CmdqProd), prod, "{input:?} to {commands:?}");
        assert_eq!(read(smmu, Register::CmdqCons), cons, "{input:?} to {commands:?}");
        // The whole state otherwise, but for what may be on its way, so that no step changes more than it should.
        let mut expected = configured.clone();
        expected.cmdq_prod = CmdqProd::from_bits(prod);
        expected.gerror = Gerror::from_bits(bits_if_odd(commands.errors, CMDQ_ERR));
        expected.gerrorn = Gerror::from_bits(bits_if_odd(commands.errors_acknowledged, CMDQ_ERR));
        expected.cr0 = Cr0::from_bits(bits_if(commands.enable, CMDQEN));
        expected.cr0ack = Cr0::from_bits(bits_if(commands.enable_acknowledged, CMDQEN));
        let mut shown = smmu.clone();
        (shown.commands, shown.cmdq_cons) = (expected.commands.clone(), CmdqCons::new());
        assert_eq!(shown, expected, "{input:?} to {commands:?}");
    }
}
