//! Takes the steps of a target with the golden model.

use smmuq_golden::{
    BusError, Command, Completion, Decision, EventRecord, Kind, Line, PriCompletion, PriDecision, Response,
    Smmu,
};

use crate::fault::{Fault, compare_access, compare_memory, compare_write};
use crate::meaning::Meaning;
use crate::memory::Writer;
use crate::target::{PriOffer, Step, Target};

/// Takes one step; what it means, or why the golden model does not take it.
pub(crate) fn take(golden: &mut Smmu, step: &Step, target: &mut dyn Target) -> Result<Meaning, Fault> {
    match step {
        Step::Interrupt(line) => interrupt(golden, *line),
        Step::Prg(response) => {
            let source = golden.prg(*response).map_err(|error| Fault::forbidden("PRG response", error))?;
            Ok(Meaning::Prg { response: *response, source })
        }
        Step::Read { offset, result } => read(golden, *offset, *result),
        Step::Accepted { kind, record } => decision(golden, *kind, *record),
        Step::AcceptedPri(offer) => pri_decision(golden, offer),
        Step::Fetch { address, beats } => {
            golden.fetch(*address, *beats).map_err(|error| Fault::forbidden("fetch of commands", error))?;
            Ok(Meaning::Fetch { address: *address, beats: *beats })
        }
        Step::Fetched { response, words } => {
            let fetched = golden.fetched(*response, *words);
            Ok(Meaning::Fetched(fetched.map_err(|error| Fault::forbidden("fetched command", error))?))
        }
        Step::Command(words) => {
            golden.command_sent(*words).map_err(|error| Fault::forbidden("command passed on", error))?;
            Ok(Meaning::Sent(Command::from_words(*words)))
        }
        Step::Sync { atc_error } => {
            golden.sync_accepted(*atc_error).map_err(|error| Fault::forbidden("CMD_SYNC", error))?;
            Ok(Meaning::Synchronized { atc_error: *atc_error })
        }
        Step::Msi { address, data } => {
            let source = golden.msi_sent(*address, *data);
            Ok(Meaning::MsiSent(source.map_err(|error| Fault::forbidden("MSI", error))?))
        }
        Step::Response { writer, response, address, bytes } => {
            answer(golden, *writer, *response, (*address, bytes), target)
        }
        Step::Write { offset, value, strobes, result } => write(golden, *offset, *value, *strobes, *result),
        Step::Broken(what) => Err(Fault::new("the block's own contract", "kept", what.clone(), &[])),
    }
}

fn interrupt(golden: &mut Smmu, line: Line) -> Result<Meaning, Fault> {
    let name = format!("interrupt {line:?}");
    golden.interrupt(line).map_err(|error| Fault::forbidden(&name, error))?;
    Ok(Meaning::Interrupt(line))
}

fn read(golden: &Smmu, offset: u32, got: Result<u32, BusError>) -> Result<Meaning, Fault> {
    compare_access(offset, golden.read(offset), got)?;
    Ok(Meaning::Read { offset, value: got.unwrap_or(0) })
}

fn write(
    golden: &mut Smmu,
    offset: u32,
    value: u32,
    strobes: u8,
    got: Result<(), BusError>,
) -> Result<Meaning, Fault> {
    compare_access(offset, golden.write(offset, value, strobes), got)?;
    Ok(Meaning::Written { offset, value })
}

fn decision(golden: &mut Smmu, kind: Kind, record: EventRecord) -> Result<Meaning, Fault> {
    match golden.decide(kind, record) {
        held @ Decision::Held(reason) => {
            let field = format!("decision on a {kind:?} record");
            Err(Fault::new(&field, format!("held: {reason:?}"), "taken from its port", held.rules()))
        }
        decision => Ok(Meaning::Decided { kind, decision }),
    }
}

fn pri_decision(golden: &mut Smmu, offer: &PriOffer) -> Result<Meaning, Fault> {
    match golden.decide_pri(offer.message, offer.ste, offer.secure) {
        held @ PriDecision::Held(reason) => {
            let expected = format!("held: {reason:?}");
            Err(Fault::new("decision on a PRI message", expected, "taken from its port", held.rules()))
        }
        decision => Ok(Meaning::DecidedPri(decision)),
    }
}

/// The memory answered a write: of a record, which must be the oldest in flight, or of an MSI.
fn answer(
    golden: &mut Smmu,
    writer: Writer,
    response: Response,
    write: (u64, &[u8]),
    target: &mut dyn Target,
) -> Result<Meaning, Fault> {
    match writer {
        Writer::Event => event_answer(golden, response, write, target),
        Writer::Pri => pri_answer(golden, response, write, target),
        Writer::Msi => {
            let source = golden.msi_answered(response).map_err(|error| Fault::forbidden("MSI", error))?;
            Ok(Meaning::MsiAnswered { source, response })
        }
    }
}

fn event_answer(
    golden: &mut Smmu,
    response: Response,
    write: (u64, &[u8]),
    target: &mut dyn Target,
) -> Result<Meaning, Fault> {
    if let Some(oldest) = golden.in_flight.front() {
        compare_write((oldest.address, &oldest.record.to_bytes()), write)?;
    }
    let completion = golden.respond(response).map_err(|error| Fault::forbidden("memory write", error))?;
    if let Completion::Published { address, record, .. } = completion {
        compare_memory(target, address, record.to_bytes(), completion.rules())?;
    }
    Ok(Meaning::Completed(completion))
}

fn pri_answer(
    golden: &mut Smmu,
    response: Response,
    write: (u64, &[u8]),
    target: &mut dyn Target,
) -> Result<Meaning, Fault> {
    if let Some(oldest) = golden.pri_in_flight.front() {
        compare_write((oldest.address, &oldest.record.to_bytes()), write)?;
    }
    let completion = golden.respond_pri(response).map_err(|error| Fault::forbidden("memory write", error))?;
    if let PriCompletion::Published { address, message, .. } = completion {
        compare_memory(target, address, message.to_bytes(), completion.rules())?;
    }
    Ok(Meaning::CompletedPri(completion))
}
