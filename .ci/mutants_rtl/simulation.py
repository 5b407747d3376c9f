"""Mutants against the search of all schedules and against random runs, without the assertions inside the RTL."""

import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from mutants_rtl.netlist import ROOT, WORK, relative

# A run that takes so many times as long as without a mutant, and so many seconds at least, hangs.
PATIENCE, LEAST_PATIENCE = 10, 20
# Exit codes of a mismatch and of a test that fails.
FAILURES = {1: "mismatch", 101: "fails"}
PROGRAM = WORK / "build/release/smmuq"
# Tests of the block that need no other build than the standard one; what they need besides is skipped.
TESTS = ("attributes", "other_offsets", "prg_codes", "turns", "tables", "same_cycle")
DRIVERS = [("linux-v6.4", "event"), ("linux-v6.4", "pri")]


def profile():
    """As `everything`, of the one build that there is."""
    text, changed = re.subn(r"(?m)^builds = .*$", "builds = { standard = 1 }", (ROOT / "profiles/everything.toml").read_text())
    if changed != 1:
        sys.exit("profiles/everything.toml has not one line of builds")
    path = WORK / "everything.toml"
    path.write_text(text)
    return path


def campaign(first, last):
    """Random runs of the seeds from `first` on and before `last`."""
    return f"campaign to {last}", [PROGRAM, "campaign", "--profile", profile(), "--first", str(first), "--seeds", str(last - first),
                                   "--jobs", "1", "--shrink", "0"]


def explore():
    return [("explore", [PROGRAM, "explore", "--target", "rtl", "--driver", driver, "--queue", queue]) for driver, queue in DRIVERS]


class Simulation:
    """Programs with many mutants in their block: the command, and tests."""

    def __init__(self, verilog, jobs):
        self.jobs = jobs
        self.environment = os.environ | {"SMMUQ_RTL": str(verilog), "SMMUQ_BUILDS": "standard",
                                         "CARGO_TARGET_DIR": str(WORK / "build"), "RUST_BACKTRACE": "0"}
        print(f"building the simulation of {relative(verilog)}", flush=True)
        self.cargo("build", "--quiet")

    def cargo(self, *arguments):
        done = subprocess.run(["cargo", *arguments, "--release"], cwd=ROOT, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"the netlist of the mutants does not build:\n{done.stderr}")
        return done.stderr

    def tests(self):
        """Those that pass without a mutant: some want another build."""
        built = self.cargo("test", "--no-run", *(word for test in TESTS for word in ("--test", test)))
        programs = {test: WORK / "build" / re.search(rf"release/deps/{test}-\w+", built)[0] for test in TESTS}
        commands = []
        for test, program in programs.items():
            _, said, _ = self.run(0, [program])
            failed = re.findall(r"^test (\S+) \.\.\. FAILED", said, re.MULTILINE)
            if said.count("there is no build") != len(failed):
                sys.exit(f"tests/{test}.rs fails without a mutant:\n{said}")
            commands.append((f"test {test}", [program, "--exact", *(word for name in failed for word in ("--skip", name))]))
        return commands

    def run(self, number, arguments, timeout=None):
        """Exit code, or None if it hangs; what it says; seconds."""
        began = time.monotonic()
        try:
            done = subprocess.run(arguments, cwd=ROOT, env=self.environment | {"SMMUQ_MUTANT": str(number)},
                                  capture_output=True, text=True, timeout=timeout)
            code, said = done.returncode, done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            code, said = None, ""
        return code, said, time.monotonic() - began

    def patience(self, commands):
        """Seconds after which each command hangs. Without a mutant nothing fails."""
        bounds = []
        for name, arguments in commands:
            code, said, seconds = self.run(0, arguments)
            if code != 0:
                sys.exit(f"{name} fails without a mutant, exit code {code}:\n{said}")
            bounds.append(max(PATIENCE * seconds, LEAST_PATIENCE))
        return bounds

    def killers(self, chosen, commands):
        """The first command that notices each mutant, and how; None if none does."""
        bounds = self.patience(commands)
        done = 0

        def killer(mutant):
            nonlocal done
            found = None
            for (name, arguments), bound in zip(commands, bounds):
                code, _, _ = self.run(mutant.number, arguments, bound)
                if code != 0:
                    how = "hangs" if code is None else FAILURES.get(code, f"exit code {code}")
                    found = {"by": name, "how": how}
                    break
            done += 1
            print(f"{done} of {len(chosen)}: {mutant.number} {mutant.module}:{mutant.line} {mutant.change}: "
                  f"{found['by'] + ', ' + found['how'] if found else 'not noticed'}", flush=True)
            return found

        with ThreadPoolExecutor(self.jobs) as pool:
            return dict(zip((mutant.number for mutant in chosen), pool.map(killer, chosen)))
