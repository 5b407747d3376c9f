#!/usr/bin/env python3
"""proofs.py QUESTION AIG DEPTH MUTANT...: prints one JSON line for each mutant of a netlist; mutant 0 is none of them.

The netlist is as for src/prove/induction.py; beside it stand the names of its assertions. The questions are about the base
case and the induction step with so many steps:

broken  an assertion that can fail, or null
fails   all assertions that can fail; MUTANT:NAME,NAME... asks for these only
equal   whether no output and no register that one depends on can tell the mutant from mutant 0"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "src/prove"))
sys.dont_write_bytecode = True
import induction
from induction import TRUE, of


class Run(induction.Run):
    """The input that chooses a mutant has one value in all cycles. The same gate twice is one, so that a mutant shares what it
    does not change."""

    def __init__(self, aig):
        self.known = {}
        super().__init__(aig)
        self.mutant = {name: self.new() for name in aig.inputs if str(name).startswith("mutant[")}

    def gate(self, left, right):
        pair = (min(left, right), max(left, right))
        if pair not in self.known:
            self.known[pair] = super().gate(*pair)
        return self.known[pair]

    def cycle(self, reset=None, fixed=()):
        super().cycle(reset, self.mutant | dict(fixed))

    def bits(self, number):
        """Whether each bit of the input that chooses is set."""
        return {name: number >> int(name[7:-1]) & 1 for name in self.mutant}

    def constants(self, number):
        return {name: TRUE if is_set else -TRUE for name, is_set in self.bits(number).items()}

    def failing(self, number, wanted):
        """Those of the assertions with these numbers that can fail in the last cycle with this mutant."""
        chosen = [self.mutant[name] if is_set else -self.mutant[name] for name, is_set in self.bits(number).items()]
        left = {assertion: self.fails[-1][assertion] for assertion in wanted}
        while left:
            some = self.new()
            self.solver.add_clause([-some, *left.values()])
            if not self.solver.solve([*chosen, some]):
                return
            model = self.solver.get_model()
            found = [assertion for assertion, literal in left.items() if (model[abs(literal) - 1] > 0) == (literal > 0)]
            yield from found
            for assertion in found:
                del left[assertion]


def runs(aig, depth):
    """The induction step; then each of the first cycles after a reset, from any state. No assertion failed before."""
    run = Run(aig)
    for _ in range(depth):
        run.cycle()
        run.forbid()
    run.cycle()
    yield run
    for before in range(depth):
        run = Run(aig)
        run.cycle(-TRUE)
        for _ in range(before):
            run.cycle()
            run.forbid()
        run.cycle()
        yield run


class Comparison:
    """A mutant beside the original, in a state that the assertions allow: whether an output differs, or what a register holds
    next that an output depends on. If nothing does, the mutant is equal in all that can be observed."""

    def __init__(self, aig, depth):
        self.aig, self.run = aig, Run(aig)
        for _ in range(depth - 1):
            self.run.cycle(TRUE, self.run.constants(0))
            self.run.forbid()
        self.state = self.run.state
        self.run.cycle(fixed=self.run.constants(0))
        self.run.forbid()
        self.original, self.free = self.run.values, self.run.inputs[-1]
        outputs = [literal for name, literal in aig.outputs.items() if not re.match("(holds|looked|assumed?)_", str(name))]
        self.seen = outputs + [following for _, following in latches_of(aig, outputs)]

    def equal(self, number):
        self.run.state = self.state
        self.run.cycle(fixed=self.free | self.run.constants(number))
        differences = {self.differ(of(self.original, literal), of(self.run.values, literal)) for literal in self.seen}
        wanted = self.run.new()
        self.run.solver.add_clause([-wanted, *differences])
        return not self.run.solver.solve([wanted])

    def differ(self, left, right):
        """A literal that is true only if two are different."""
        if left == right:
            return -TRUE
        out = self.run.new()
        self.run.solver.add_clause([-out, left, right])
        self.run.solver.add_clause([-out, -left, -right])
        return out


def latches_of(aig, outputs):
    """Those latches that an output depends on, now or later."""
    needs = {literal: (left & ~1, right & ~1) for literal, left, right in aig.gates}
    needs |= {literal: (following & ~1,) for literal, following in aig.latches}
    reached, to_do = set(), [literal & ~1 for literal in outputs]
    while to_do:
        literal = to_do.pop()
        if literal not in reached:
            reached.add(literal)
            to_do.extend(needs.get(literal, ()))
    return [latch for latch in aig.latches if latch[0] in reached]


def can_fail(attempts, names, number, wanted):
    """Names of assertions, each once."""
    found = set()
    for run in attempts:
        left = [assertion for assertion in run.fails[-1] if names[assertion] in wanted - found]
        for assertion in run.failing(number, left):
            if names[assertion] not in found:
                found.add(names[assertion])
                yield names[assertion]


def answers(question, path, depth, asked):
    aig = induction.read(path)
    names = json.loads(Path(path).with_suffix(".names.json").read_text())
    if question == "equal":
        comparison = Comparison(aig, depth)
        yield from (comparison.equal(int(number)) for number in asked)
        return
    attempts = list(runs(aig, depth))
    for each in asked:
        number, _, listed = each.partition(":")
        failing = can_fail(attempts, names, int(number), set(listed.split(",")) if listed else set(names))
        yield next(failing, None) if question == "broken" else sorted(failing)


def main(question, path, depth, *asked):
    for answer in answers(question, path, int(depth), asked):
        print(json.dumps({question: answer}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
