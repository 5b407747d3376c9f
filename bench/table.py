"""`table.py RESULTS RECORDS`: lines of a tool and a JSON object each, as a table. Speeds and ratios are medians of the rounds."""

import json
import sys
from statistics import median

path, records = sys.argv[1], int(sys.argv[2])
runs = {}
for line in open(path):
    tool, text = line.split(" {", 1)
    runs.setdefault(tool, []).append(json.loads("{" + text))
for tool, rounds in runs.items():
    if any(run["records"] != records for run in rounds):
        sys.exit(f"{tool}: {rounds[0]['records']} records came through, not {records}")

speeds = {tool: [run["cycles"] / run["seconds"] for run in rounds] for tool, rounds in runs.items()}
print(f"{'tool':<12} {'records':>8} {'cycles':>8} {'cycles/s':>10} {'of lock-step':>12}")
for tool, rounds in runs.items():
    ratio = median(mine / lockstep for mine, lockstep in zip(speeds[tool], speeds["lock-step"]))
    print(f"{tool:<12} {records:>8} {rounds[0]['cycles']:>8} {median(speeds[tool]):>10.0f} {ratio:>12.2f}")
