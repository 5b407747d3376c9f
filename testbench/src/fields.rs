//! The fields of the registers, for messages that name the field that differs and the rules it follows.

use smmuq_golden::Register;

/// A field of a register.
pub(crate) struct Field {
    name: &'static str,
    low: u32,
    width: u32,
    /// What decides its value.
    pub rules: &'static [&'static str],
}

const fn field(name: &'static str, low: u32, width: u32, rules: &'static [&'static str]) -> Field {
    Field { name, low, width, rules }
}

const PROD: &[Field] =
    &[field("OVFLG", 31, 1, &["EV3", "EV4", "ST1", "V6"]), field("WR", 0, 20, &["V1", "Q7", "Q12"])];
const CONS: &[Field] = &[field("OVACKFLG", 31, 1, &["EV6", "R8"]), field("RD", 0, 20, &["Q12", "R8"])];
const CR0: &[Field] = &[field("EVENTQEN", 2, 1, &["E1", "E2"])];
const CR0ACK: &[Field] = &[field("EVENTQEN", 2, 1, &["E1", "E5"])];
const IRQ_CTRL: &[Field] =
    &[field("EVENTQ_IRQEN", 2, 1, &["I4", "I5", "I6"]), field("GERROR_IRQEN", 0, 1, &["I4", "I5", "I6"])];
const GERROR: &[Field] = &[field("EVENTQ_ABT_ERR", 2, 1, &["EA1", "EA2", "G1"])];
const GERRORN: &[Field] = &[field("EVENTQ_ABT_ERR", 2, 1, &["G1", "G2"])];

fn fields(register: Register) -> &'static [Field] {
    match register {
        Register::Cr0 => CR0,
        Register::Cr0Ack => CR0ACK,
        Register::IrqCtrl | Register::IrqCtrlAck => IRQ_CTRL,
        Register::Gerror => GERROR,
        Register::GerrorN => GERRORN,
        Register::EventqProd => PROD,
        Register::EventqCons => CONS,
        _ => &[],
    }
}

/// Where two values of a register differ.
pub(crate) struct Difference {
    /// Register, and field where one is known.
    pub name: String,
    /// The field, or the register, as it should be.
    pub expected: u32,
    /// As it is.
    pub got: u32,
    /// What decides its value.
    pub rules: &'static [&'static str],
}

/// The first field in which the values differ; the whole register where no field is known for the bits that do.
pub(crate) fn difference(register: Register, expected: u32, got: u32) -> Option<Difference> {
    if expected == got {
        return None;
    }
    let value = |field: &Field, bits: u32| bits >> field.low & ((1 << field.width) - 1);
    let differs = |field: &&Field| value(field, expected) != value(field, got);
    Some(match fields(register).iter().find(differs) {
        Some(field) => Difference {
            name: format!("{register}.{}", field.name),
            expected: value(field, expected),
            got: value(field, got),
            rules: field.rules,
        },
        None => Difference { name: register.to_string(), expected, got, rules: register.rules() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_that_differs_is_named() {
        let found = difference(Register::EventqProd, 0x8000_0004, 0x0000_0004).unwrap();
        assert_eq!((found.name.as_str(), found.expected, found.got), ("EVENTQ_PROD.OVFLG", 1, 0));
        assert!(found.rules.contains(&"EV4"));
        let found = difference(Register::EventqProd, 4, 5).unwrap();
        assert_eq!((found.name.as_str(), found.expected, found.got), ("EVENTQ_PROD.WR", 4, 5));
    }

    #[test]
    fn bits_outside_any_field_name_the_register() {
        let found = difference(Register::EventqProd, 0, 1 << 25).unwrap();
        assert_eq!((found.name.as_str(), found.got), ("EVENTQ_PROD", 1 << 25));
        assert!(difference(Register::Idr0, 3, 3).is_none());
    }
}
