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
const CR0: &[Field] = &[
    field("SMMUEN", 0, 1, &["E1", "E2"]),
    field("PRIQEN", 1, 1, &["E1", "E2"]),
    field("EVENTQEN", 2, 1, &["E1", "E2"]),
    field("CMDQEN", 3, 1, &["E1", "E2"]),
    field("ATSCHK", 4, 1, &["E1", "E2"]),
];
const CR0ACK: &[Field] = &[
    field("SMMUEN", 0, 1, &["E1", "E10"]),
    field("PRIQEN", 1, 1, &["E1", "E7"]),
    field("EVENTQEN", 2, 1, &["E1", "E5"]),
    field("CMDQEN", 3, 1, &["E1", "E8"]),
    field("ATSCHK", 4, 1, &["E1"]),
];
const IRQ_CTRL: &[Field] = &[
    field("EVENTQ_IRQEN", 2, 1, &["I4", "I5", "I6"]),
    field("PRIQ_IRQEN", 1, 1, &["I4", "I5", "I6"]),
    field("GERROR_IRQEN", 0, 1, &["I4", "I5", "I6"]),
];
const GERROR: &[Field] = &[
    field("CMDQ_ERR", 0, 1, &["C3", "G1"]),
    field("EVENTQ_ABT_ERR", 2, 1, &["EA1", "EA2", "G1"]),
    field("PRIQ_ABT_ERR", 3, 1, &["P12", "EA2", "G1"]),
    field("MSI_CMDQ_ABT_ERR", 4, 1, &["C15", "G1"]),
    field("MSI_EVENTQ_ABT_ERR", 5, 1, &["I6", "G1"]),
    field("MSI_PRIQ_ABT_ERR", 6, 1, &["I6", "G1"]),
    field("MSI_GERROR_ABT_ERR", 7, 1, &["G1", "G4"]),
];
const CMDQ_PROD: &[Field] = &[field("WR", 0, 20, &["C9", "Q12", "Q15"])];
const CMDQ_CONS: &[Field] =
    &[field("ERR", 24, 7, &["C3", "C4"]), field("RD", 0, 20, &["C1", "C2", "C3", "Q7", "Q12"])];
const PRIQ_PROD: &[Field] =
    &[field("OVFLG", 31, 1, &["P5", "V6"]), field("WR", 0, 20, &["P1", "P6", "V1", "Q7", "Q12"])];
const PRIQ_CONS: &[Field] = &[field("OVACKFLG", 31, 1, &["P8", "R8"]), field("RD", 0, 20, &["Q12", "R8"])];

fn fields(register: Register) -> &'static [Field] {
    match register {
        Register::Cr0 => CR0,
        Register::Cr0Ack => CR0ACK,
        Register::IrqCtrl | Register::IrqCtrlAck => IRQ_CTRL,
        Register::Gerror | Register::GerrorN => GERROR,
        Register::CmdqProd => CMDQ_PROD,
        Register::CmdqCons => CMDQ_CONS,
        Register::EventqProd => PROD,
        Register::EventqCons => CONS,
        Register::PriqProd => PRIQ_PROD,
        Register::PriqCons => PRIQ_CONS,
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

    /// The bits are those that `smmuq_golden` has for the fields (6.3).
    #[test]
    fn each_field_has_its_bits_and_a_rule() {
        let flags = [
            (
                Register::Cr0,
                &[(0, "SMMUEN"), (1, "PRIQEN"), (2, "EVENTQEN"), (3, "CMDQEN"), (4, "ATSCHK")][..],
                "E1",
            ),
            (
                Register::Cr0Ack,
                &[(0, "SMMUEN"), (1, "PRIQEN"), (2, "EVENTQEN"), (3, "CMDQEN"), (4, "ATSCHK")],
                "E1",
            ),
            (Register::IrqCtrl, &[(0, "GERROR_IRQEN"), (1, "PRIQ_IRQEN"), (2, "EVENTQ_IRQEN")], "I4"),
            (Register::IrqCtrlAck, &[(0, "GERROR_IRQEN"), (1, "PRIQ_IRQEN"), (2, "EVENTQ_IRQEN")], "I4"),
            (Register::Gerror, &[(0, "CMDQ_ERR"), (2, "EVENTQ_ABT_ERR"), (3, "PRIQ_ABT_ERR")], "G1"),
            (Register::GerrorN, &[(0, "CMDQ_ERR"), (2, "EVENTQ_ABT_ERR"), (3, "PRIQ_ABT_ERR")], "G1"),
            (Register::Gerror, &[(4, "MSI_CMDQ_ABT_ERR"), (5, "MSI_EVENTQ_ABT_ERR")], "G1"),
            (Register::Gerror, &[(6, "MSI_PRIQ_ABT_ERR"), (7, "MSI_GERROR_ABT_ERR")], "G1"),
            (Register::CmdqProd, &[(0, "WR"), (19, "WR")], "Q12"),
            (Register::CmdqCons, &[(0, "RD"), (19, "RD")], "Q12"),
            (Register::CmdqCons, &[(24, "ERR"), (30, "ERR")], "C4"),
            (Register::EventqProd, &[(0, "WR"), (19, "WR")], "Q12"),
            (Register::EventqProd, &[(31, "OVFLG")], "EV4"),
            (Register::EventqCons, &[(0, "RD"), (19, "RD")], "Q12"),
            (Register::EventqCons, &[(31, "OVACKFLG")], "EV6"),
            (Register::PriqProd, &[(0, "WR"), (19, "WR")], "Q12"),
            (Register::PriqProd, &[(31, "OVFLG")], "P5"),
            (Register::PriqCons, &[(0, "RD"), (19, "RD")], "Q12"),
            (Register::PriqCons, &[(31, "OVACKFLG")], "P8"),
        ];
        for (register, fields, rule) in flags {
            for (bit, name) in fields {
                let found = difference(register, 0, 1 << bit).unwrap();
                assert_eq!(found.name, format!("{register}.{name}"), "bit {bit}");
                assert!(found.rules.contains(&rule), "{}: {:?}", found.name, found.rules);
            }
        }
    }

    #[test]
    fn bits_outside_any_field_name_the_register() {
        let found = difference(Register::EventqProd, 0, 1 << 25).unwrap();
        assert_eq!((found.name.as_str(), found.got), ("EVENTQ_PROD", 1 << 25));
        assert!(difference(Register::Idr0, 3, 3).is_none());
    }
}
