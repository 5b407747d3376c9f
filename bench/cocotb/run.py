"""Builds the block and runs the test, as cocotb's users do: `run.py BUILD-DIRECTORY`, or `run.py BUILD-DIRECTORY build`."""

import sys
from pathlib import Path

from cocotb_tools.check_results import get_results
from cocotb_tools.runner import get_runner

here = Path(__file__).resolve().parent
rtl = here.parent.parent / "rtl"
package = rtl / "smmuq_pkg.sv"
sources = [package, *sorted(set(rtl.glob("*.sv")) - {package})]
# The features that `smmuq` has in its standard build.
features = {"Pri": "1'b1", "Msi": "1'b1", "Sev": "1'b1", "Ats": "1'b1"}

build = Path(sys.argv[1]).resolve()
runner = get_runner("verilator")
runner.build(
    sources=sources,
    hdl_toplevel="smmuq",
    parameters=features,
    build_args=["-O3", "--assert", "-Wno-fatal"],
    build_dir=build,
)
if "build" not in sys.argv[2:]:
    results = runner.test(
        hdl_toplevel="smmuq",
        test_module="test_events",
        test_dir=here,
        build_dir=build,
        results_xml=build / "results.xml",
    )
    _, failed = get_results(results)
    sys.exit(failed > 0)
