#!/usr/bin/env python3
"""induction.py prove|search|cover AIG CYCLES: k-induction over a netlist; or a failure, or a run for each cover, within so
many cycles; prints JSON.

The netlist is binary AIGER with symbols. Its outputs holds_N and looked_N are assertion N and whether it is looked at,
assume_N and assumed_N an assumption, cover_N and covering_N a cover. The input rst_ni is low in the first cycle of a run; in
a search and for covers it is high from then on."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from pysat.solvers import Solver

TRUE = 1


@dataclass
class Aig:
    """Literals are those of AIGER: 2 * variable, plus 1 if inverted; 0 is false."""

    inputs: dict  # name, or index if it has none: literal
    latches: list  # (literal, literal of the next value)
    outputs: dict  # name: literal
    gates: list  # (literal, left, right), in an order that can be evaluated

    def pairs(self, kind, when):
        """By number: what holds, and whether it is looked at."""
        found = re.compile(rf"{kind}_(\d+)$")
        numbers = [int(match[1]) for name in self.outputs if (match := found.match(str(name)))]
        return {number: (self.outputs[f"{kind}_{number}"], self.outputs[f"{when}_{number}"]) for number in sorted(numbers)}


def read(path):
    data = Path(path).read_bytes()
    end = data.index(b"\n")
    inputs, latches, outputs, ands = map(int, data[:end].split()[2:6])
    lines = []
    position = end + 1
    for _ in range(latches + outputs):
        end = data.index(b"\n", position)
        lines.append(int(data[position:end].split()[0]))
        position = end + 1

    def delta():
        nonlocal position
        value, shift = 0, 0
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    gates = []
    for index in range(ands):
        literal = 2 * (inputs + latches + index + 1)
        left = literal - delta()
        gates.append((literal, left, left - delta()))
    symbols = re.findall(rb"^([io])(\d+) (\S+)$", data[position:], re.MULTILINE)
    names = {(kind, int(index)): name.decode() for kind, index, name in symbols}
    return Aig(
        {names.get((b"i", index), index): 2 * (index + 1) for index in range(inputs)},
        [(2 * (inputs + index + 1), literal) for index, literal in enumerate(lines[:latches])],
        {names.get((b"o", index), index): literal for index, literal in enumerate(lines[latches:])},
        gates,
    )


def of(values, literal):
    value = values[literal & ~1]
    return -value if literal & 1 else value


class Run:
    """Cycles of a netlist as clauses, from any state on."""

    def __init__(self, aig):
        self.aig = aig
        self.solver = Solver(name="cadical153")
        self.solver.add_clause([TRUE])
        self.variables = TRUE
        self.state = {literal: self.new() for literal, _ in aig.latches}
        self.asserted = aig.pairs("holds", "looked")
        self.assumed = aig.pairs("assume", "assumed")
        self.covers = aig.pairs("cover", "covering")
        self.inputs = []  # by cycle: name to variable
        self.fails = []  # by cycle: number of an assertion to a literal that is true if it fails
        self.reached = {}  # in the last cycle: number of a cover to a literal that is true if it is reached

    def new(self):
        self.variables += 1
        return self.variables

    def gate(self, left, right):
        if left == -TRUE or right == -TRUE or left == -right:
            return -TRUE
        if left == TRUE or left == right:
            return right
        if right == TRUE:
            return left
        out = self.new()
        self.solver.add_clause([-out, left])
        self.solver.add_clause([-out, right])
        self.solver.add_clause([out, -left, -right])
        return out

    def cycle(self, reset=None, fixed=()):
        """One more cycle, in which the assumptions hold; `reset` is the value of rst_ni, any if None; `fixed` has other inputs."""
        inputs = {name: self.new() for name in self.aig.inputs} | dict(fixed)
        if reset is not None:
            inputs["rst_ni"] = reset
        values = self.values = {0: -TRUE, **self.state}
        values |= {literal: inputs[name] for name, literal in self.aig.inputs.items()}
        for literal, left, right in self.aig.gates:
            values[literal] = self.gate(of(values, left), of(values, right))
        for holds, looked in self.assumed.values():
            self.solver.add_clause([of(values, holds), -of(values, looked)])
        self.state = {literal: of(values, following) for literal, following in self.aig.latches}
        self.inputs.append(inputs)
        self.fails.append({
            number: self.gate(-of(values, holds), of(values, looked)) for number, (holds, looked) in self.asserted.items()
        })
        self.reached = {
            number: self.gate(of(values, met), of(values, looked)) for number, (met, looked) in self.covers.items()
        }

    def forbid(self):
        """No assertion fails in the last cycle."""
        for literal in self.fails[-1].values():
            self.solver.add_clause([-literal])

    def one_of(self, literals):
        """A run in which one of the literals is true: the numbers of all that are, and the inputs of all cycles. One after
        the other, which is faster than all at once: what is shown to be false helps with the next."""
        for literal in literals.values():
            if self.solver.solve([literal]):
                return self.run_of_model(literals)
            self.solver.add_clause([-literal])
        return None

    def run_of_model(self, literals):
        model = set(self.solver.get_model())
        is_set = lambda literal: literal == TRUE or literal in model
        met = [number for number, literal in literals.items() if is_set(literal)]
        named = lambda inputs: {name: int(is_set(literal)) for name, literal in inputs.items() if isinstance(name, str)}
        return {"met": met, "inputs": [named(inputs) for inputs in self.inputs]}


def from_reset(aig, cycles, reset):
    """A failure in the first cycles after a reset, which may come in any state."""
    run = Run(aig)
    run.cycle(-TRUE)
    for _ in range(cycles):
        run.cycle(reset)
        if found := run.one_of(run.fails[-1]):
            return found
    return None


def step(aig, cycles):
    """A failure after cycles in which nothing failed, in any state."""
    run = Run(aig)
    for _ in range(cycles):
        run.cycle()
        run.forbid()
    run.cycle()
    return run.one_of(run.fails[-1])


def covered(aig, cycles):
    """Runs from a reset, as short as can be, that reach covers in their last cycle; each cover is met by one run at most."""
    run = Run(aig)
    run.cycle(-TRUE)
    left = set(run.covers)
    for _ in range(cycles):
        run.cycle(TRUE)
        while found := run.one_of({number: run.reached[number] for number in left}):
            left -= set(found["met"])
            yield found


def main(question, path, cycles):
    aig = read(path)
    cycles = int(cycles)
    answer = {"verdict": "none"}
    if question == "search":
        found = from_reset(aig, cycles, TRUE)
        answer = {"verdict": "refuted", **found} if found else answer
    elif question == "cover":
        answer = list(covered(aig, cycles))
    elif found := from_reset(aig, cycles, None):
        answer = {"verdict": "refuted", **found}
    elif found := step(aig, cycles):
        answer = {"verdict": "open", **found}
    else:
        answer = {"verdict": "proved"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
