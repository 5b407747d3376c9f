//! Which commands are CERROR_ILL (C5, P13, ST7), and what happens with the others.

use smmuq_golden::{Command, CommandError, Oldest, Parameters, PrgResponse, PrgSource, Smmu};

use crate::command_fixture::*;
use crate::fixture::*;
use crate::pri_fixture::SMMUEN;

const ILL: Oldest = Oldest::Fail(CommandError::Ill);

/// What has to happen with a command that is fetched from an otherwise empty queue.
fn oldest_with(parameters: Parameters, command: Command) -> Oldest {
    let mut smmu = cmd_disabled_with(parameters, 2, 1, 0);
    set_cr0(&mut smmu, CMDQEN | SMMUEN);
    fetch(&mut smmu, 0, &[command]);
    smmu.oldest()
}

fn oldest(command: Command) -> Oldest {
    oldest_with(Parameters::default(), command)
}

/// Every opcode: those of table 10.3 that a Non-secure queue with ATS, PRI and stalls has.
#[test]
fn c5_every_opcode() {
    let handed_on = [
        0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x22, 0x23, 0x28, 0x2A, 0x30,
        0x40, 0x44, 0x45,
    ];
    for opcode in 0x00..=0xFF {
        let command = Command::new(opcode);
        let expected = match opcode {
            0x41 => Oldest::Prg(PrgResponse { stream_id: 0, substream_id: None, index: 0, code: 0b1111 }),
            0x46 => Oldest::Sync(command),
            _ if handed_on.contains(&opcode) => Oldest::Send(command),
            _ => ILL,
        };
        assert_eq!(oldest(command), expected, "{opcode:#x}");
    }
}

/// Features without which a command is unknown.
#[test]
fn c5_commands_of_absent_features() {
    let default = Parameters::default();
    let no_ats = Parameters { ats: false, pri: false, ..default };
    let no_pri = Parameters { pri: false, ..default };
    let no_stall = Parameters { stall: false, ..default }; // ST7, C18
    let cases = [(no_ats, 0x40), (no_ats, 0x41), (no_pri, 0x41), (no_stall, 0x44), (no_stall, 0x45)];
    for (parameters, opcode) in cases {
        assert_eq!(oldest_with(parameters, Command::new(opcode)), ILL, "{opcode:#x}");
    }
    let atc_inv = Command::new(0x40);
    assert_eq!(oldest_with(no_pri, atc_inv), Oldest::Send(atc_inv));
    let bare = Parameters { msi: false, sev: false, ..no_ats };
    assert_eq!(oldest_with(bare, Command::sync(2)), Oldest::Sync(Command::sync(2)));
}

/// SSec of commands that have it; elsewhere bit 10 is reserved, and not checked.
#[test]
fn c5_ssec() {
    let with_ssec = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x44, 0x45];
    let without = [0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x22, 0x23, 0x28, 0x2A, 0x30, 0x40, 0x41, 0x46];
    for opcode in with_ssec {
        assert_eq!(oldest(Command::new(opcode).with_ssec(true)), ILL, "{opcode:#x}");
    }
    for opcode in without {
        assert_ne!(oldest(Command::new(opcode).with_ssec(true)), ILL, "{opcode:#x}");
    }
}

#[test]
fn c5_sync_signals() {
    for signal in 0..3 {
        assert_eq!(oldest(Command::sync(signal)), Oldest::Sync(Command::sync(signal)));
    }
    assert_eq!(oldest(Command::sync(3)), ILL);
}

/// P13: Resp is not the code on the wire.
#[test]
fn p13_response_codes() {
    let codes = [(0b00, 0b1111), (0b01, 0b0001), (0b10, 0b0000)];
    for (resp, code) in codes {
        for substream_id in [None, Some(0xABCDE)] {
            let response = PrgResponse { stream_id: 0x42, substream_id, index: 0x155, code };
            let command = Command::pri_resp(0x42, substream_id, 0x155, resp);
            assert_eq!(oldest(command), Oldest::Prg(response));
        }
    }
    assert_eq!(oldest(Command::pri_resp(0x42, None, 0x155, 0b11)), ILL);
}

/// P13, C5: ignored with SMMUEN 0, unless it is illegal.
#[test]
fn p13_responses_are_ignored_while_the_smmu_is_disabled() {
    let respond = Command::pri_resp(0x42, None, 1, 0b10);
    let mut smmu = cmd_enabled(2, 2, 0);
    fetch(&mut smmu, 0, &[respond, Command::pri_resp(0x42, None, 1, 0b11)]);
    assert_eq!(smmu.oldest(), Oldest::Skip(respond));
    let response = PrgResponse { stream_id: 0x42, substream_id: None, index: 1, code: 0 };
    assert!(smmu.prg(response).is_err());
    assert_eq!(smmu.command_skipped(), Ok(()));
    assert_eq!(cons(&smmu), 1);
    assert_eq!(smmu.oldest(), ILL);
    assert!(smmu.command_skipped().is_err());
}

/// P13: the response takes the command along.
#[test]
fn p13_a_response_consumes_the_command() {
    let mut smmu = cmd_disabled(2, 2, 0);
    set_cr0(&mut smmu, CMDQEN | SMMUEN);
    fetch(&mut smmu, 0, &[Command::pri_resp(0x42, Some(6), 1, 0b10), command(2)]);
    let response = PrgResponse { stream_id: 0x42, substream_id: Some(6), index: 1, code: 0 };
    for wrong in [
        PrgResponse { stream_id: 0x43, ..response },
        PrgResponse { substream_id: None, ..response },
        PrgResponse { index: 2, ..response },
        PrgResponse { code: 0b1111, ..response },
    ] {
        assert!(smmu.prg(wrong).is_err());
    }
    assert!(smmu.command_skipped().is_err());
    assert!(smmu.command_sent(Command::pri_resp(0x42, Some(6), 1, 0b10).words()).is_err());
    assert_eq!(smmu.prg(response), Ok(PrgSource::Command));
    assert_eq!(cons(&smmu), 1);
    send(&mut smmu, command(2));
}

/// P13: with SMMUEN cleared while the response may be on its way, it comes or does not.
#[test]
fn p13_a_response_on_its_way_when_the_smmu_is_disabled() {
    let respond = Command::pri_resp(0x42, None, 1, 0b10);
    let response = PrgResponse { stream_id: 0x42, substream_id: None, index: 1, code: 0 };
    let mut smmu = cmd_disabled(2, 2, 0);
    set_cr0(&mut smmu, CMDQEN | SMMUEN);
    fetch(&mut smmu, 0, &[respond, respond]);
    set_cr0(&mut smmu, CMDQEN);
    assert_eq!(smmu.oldest(), Oldest::Skip(respond));
    let mut skipped = smmu.clone();
    assert_eq!(skipped.command_skipped(), Ok(()));
    assert_eq!(smmu.prg(response), Ok(PrgSource::Command));
    for smmu in [&mut smmu, &mut skipped] {
        // The second began after the disable.
        assert!(smmu.prg(response).is_err());
        assert_eq!(smmu.command_skipped(), Ok(()));
        assert_eq!(cons(smmu), 2);
    }
}

/// Automatic responses go first where both are the same.
#[test]
fn of_equal_responses_the_automatic_one_is_taken() {
    let mut smmu = cmd_disabled(2, 1, 0);
    set_cr0(&mut smmu, CMDQEN | SMMUEN);
    fetch(&mut smmu, 0, &[Command::pri_resp(0x42, None, 1, 0b10)]);
    let response = PrgResponse { stream_id: 0x42, substream_id: None, index: 1, code: 0 };
    smmu.prg_owed.push_back(response);
    assert_eq!(smmu.prg(response), Ok(PrgSource::Automatic));
    assert_eq!(smmu.prg(response), Ok(PrgSource::Command));
}

/// Reserved bits are kept and not checked (4.1.5).
#[test]
fn reserved_fields_are_not_checked() {
    let odd = Command::from_words([0xFFFF_FFFF_FFFF_FF30, u64::MAX]);
    let mut smmu: Smmu = cmd_enabled(2, 1, 0);
    fetch(&mut smmu, 0, &[odd]);
    assert_eq!(smmu.oldest(), Oldest::Send(odd));
    send(&mut smmu, odd);
    assert_eq!(cons(&smmu), 1);
}
