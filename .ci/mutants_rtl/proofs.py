#!/usr/bin/env python3
"""proofs.py QUESTION AIG DEPTH MUTANT...: prints one JSON line for each mutant of a netlist; mutant 0 is none of them.

The netlist is binary AIGER; its assertions are the bad states. The questions:

broken  the base case or the induction step with so many steps that has a counterexample, or null: all assertions hold
equal   whether no output and no register that one depends on can tell the mutant from mutant 0"""

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

    inputs: dict  # name, or literal if it has none: literal
    latches: list  # (literal, literal of the next value)
    outputs: list
    bads: list
    gates: list  # (literal, left, right), in an order that can be evaluated

    def latches_of_outputs(self):
        """Those latches that an output depends on, now or later."""
        needs = {literal: (left & ~1, right & ~1) for literal, left, right in self.gates}
        needs |= {literal: (following & ~1,) for literal, following in self.latches}
        reached, to_do = set(), [literal & ~1 for literal in self.outputs]
        while to_do:
            literal = to_do.pop()
            if literal not in reached:
                reached.add(literal)
                to_do.extend(needs.get(literal, ()))
        return [latch for latch in self.latches if latch[0] in reached]


def read(path):
    data = Path(path).read_bytes()
    end = data.index(b"\n")
    _, _, inputs, latches, outputs, ands, bads, *_ = data[:end].decode().split() + ["0"]
    inputs, latches, outputs, ands, bads = map(int, (inputs, latches, outputs, ands, bads))
    lines = []
    position = end + 1
    for _ in range(latches + outputs + bads):
        end = data.index(b"\n", position)
        lines.append(data[position:end].decode().split())
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
    names = re.findall(rb"^i(\d+) (\S+)$", data[position:], re.MULTILINE)
    names = {int(number): name.decode() for number, name in names}
    return Aig(
        {names.get(index, index): 2 * (index + 1) for index in range(inputs)},
        [(2 * (inputs + index + 1), int(line[0])) for index, line in enumerate(lines[:latches])],
        [int(line[0]) for line in lines[latches:latches + outputs]],
        [int(line[0]) for line in lines[latches + outputs:]],
        gates,
    )


class Cycles:
    """Cycles of a netlist as clauses. The input that chooses a mutant has one value in all of them."""

    def __init__(self, aig):
        self.aig = aig
        self.solver = Solver(name="cadical153")
        self.solver.add_clause([TRUE])
        self.variables = TRUE
        # The same gate twice is one, so that a mutant shares what it does not change.
        self.known = {}
        self.mutant = {name: self.new() for name in aig.inputs if str(name).startswith("mutant[")}

    def new(self):
        self.variables += 1
        return self.variables

    def any_state(self):
        return {literal: self.new() for literal, _ in self.aig.latches}

    def any_inputs(self, **fixed):
        return {name: fixed[name] if name in fixed else self.new() for name in self.aig.inputs}

    def cycle(self, state, inputs):
        """What each literal is in a cycle. Of the inputs, the mutant is that of the whole, if it is not 0."""
        values = {0: -TRUE, **state}
        values |= {literal: inputs[name] for name, literal in self.aig.inputs.items()}
        add = self.solver.add_clause
        for literal, left, right in self.aig.gates:
            left, right = of(values, left), of(values, right)
            if left == -TRUE or right == -TRUE or left == -right:
                values[literal] = -TRUE
            elif left == TRUE or left == right:
                values[literal] = right
            elif right == TRUE:
                values[literal] = left
            else:
                pair = (left, right) if left < right else (right, left)
                out = self.known.get(pair)
                if not out:
                    out = self.known[pair] = self.new()
                    add([-out, left])
                    add([-out, right])
                    add([out, -left, -right])
                values[literal] = out
        return values

    def following(self, values):
        return {literal: of(values, following) for literal, following in self.aig.latches}

    def bads(self, values):
        return [of(values, bad) for bad in self.aig.bads]

    def forbid(self, literals):
        for literal in literals:
            self.solver.add_clause([-literal])

    def differ(self, left, right):
        """A literal that is true only if two are different."""
        if left == right:
            return -TRUE
        out = self.new()
        self.solver.add_clause([-out, left, right])
        self.solver.add_clause([-out, -left, -right])
        return out

    def chosen(self, number):
        """Whether each bit of the input that chooses is set."""
        return {name: number >> bit & 1 for bit, name in ((int(name[7:-1]), name) for name in self.mutant)}

    def solvable(self, number):
        """Whether there is what the clauses ask for, with this mutant."""
        chosen = self.chosen(number)
        return self.solver.solve([literal if chosen[name] else -literal for name, literal in self.mutant.items()])


def of(values, literal):
    value = values[literal & ~1]
    return -value if literal & 1 else value


def base(aig, depth):
    """An assertion that fails in the first cycles after reset."""
    cycles = Cycles(aig)
    values = cycles.cycle(cycles.any_state(), cycles.any_inputs(rst_ni=-TRUE, **cycles.mutant))
    bads = []
    for _ in range(depth):
        values = cycles.cycle(cycles.following(values), cycles.any_inputs(rst_ni=TRUE, **cycles.mutant))
        bads += cycles.bads(values)
    cycles.solver.add_clause(bads)
    return cycles


def step(aig, depth):
    """An assertion that fails after cycles in which none did."""
    cycles = Cycles(aig)
    state = cycles.any_state()
    for _ in range(depth):
        values = cycles.cycle(state, cycles.any_inputs(rst_ni=TRUE, **cycles.mutant))
        cycles.forbid(cycles.bads(values))
        state = cycles.following(values)
    values = cycles.cycle(state, cycles.any_inputs(rst_ni=TRUE, **cycles.mutant))
    cycles.solver.add_clause(cycles.bads(values))
    return cycles


class Comparison:
    """A mutant beside the original, in a state that the assertions allow: whether an output differs, or what a register holds
    next that an output depends on. If nothing does, the mutant is equal in all that can be observed."""

    def __init__(self, aig, depth):
        self.aig, self.cycles = aig, Cycles(aig)
        self.state = self.cycles.any_state()
        none = self.inputs(0)
        for _ in range(depth - 1):
            values = self.cycles.cycle(self.state, self.cycles.any_inputs(rst_ni=TRUE, **none))
            self.cycles.forbid(self.cycles.bads(values))
            self.state = self.cycles.following(values)
        self.free = self.cycles.any_inputs(**none)
        self.original = self.cycles.cycle(self.state, self.free)
        self.cycles.forbid(self.cycles.bads(self.original))
        self.seen = aig.outputs + [following for _, following in aig.latches_of_outputs()]

    def inputs(self, number):
        return {name: TRUE if is_set else -TRUE for name, is_set in self.cycles.chosen(number).items()}

    def equal(self, number):
        mutant = self.cycles.cycle(self.state, self.free | self.inputs(number))
        differences = {self.cycles.differ(of(self.original, literal), of(mutant, literal)) for literal in self.seen}
        wanted = self.cycles.new()
        self.cycles.solver.add_clause([-wanted, *differences])
        return not self.cycles.solver.solve([wanted])


def answers(question, aig, depth, numbers):
    if question == "equal":
        comparison = Comparison(aig, depth)
        for number in numbers:
            yield {"mutant": number, "equal": comparison.equal(number)}
    else:
        attempts = {"base case": base(aig, depth), "induction step": step(aig, depth)}
        for number in numbers:
            broken = next((name for name, cycles in attempts.items() if cycles.solvable(number)), None)
            yield {"mutant": number, "broken": broken}


def main(question, path, depth, *numbers):
    for answer in answers(question, read(path), int(depth), map(int, numbers)):
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
