"""An overnight recording, unattended: ten hours of brightfield to tables, against the truth.

    python -m benchmarks.overnight [simulate] [process] [compare] [--minutes M]

simulate   600 timepoints of 32 x 256 x 256, one a minute, four structures (benchmarks/work/overnight)
process    `livecell process` with the bundled model; after M minutes it is sent SIGTERM, as a batch system does, and
           goes on with the next call
compare    counts, speeds and diffusion of every hour, beside the same figures of the true tracks

Without a name, all of them. Writes benchmarks/results/overnight.json, docs/overnight.md and its pictures.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pandas as pd

from benchmarks.overnight_page import write_page
from livecell import tables
from livecell.config import SimulateSettings
from livecell.dynamics import ensemble_msd
from livecell.exchange import read_csv
from livecell.pipeline.evaluate import evaluate
from livecell.pipeline.simulate import simulate_acquisition, truth_path

HERE = Path(__file__).parent
WORK = HERE / "work" / "overnight"
RESULTS = HERE / "results" / "overnight.json"
SOURCE, RUN, SITTINGS = WORK / "night.ome.zarr", WORK / "run", WORK / "sittings.json"
PARTS = ("simulate", "process", "compare")
STRUCTURES = ("dna", "mitochondria", "vesicles", "golgi")
NIGHT = SimulateSettings(
    seed=6001, timepoints=600, shape=(32, 256, 256), interval_s=60.0, structures=STRUCTURES, noisy_every=0
)
HOUR_FRAMES = 60
STOPPED = 128 + signal.SIGTERM


def main() -> None:
    """Do what the command line asks for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    asked.add_argument("--minutes", type=float, help="how long to process in this sitting")
    given = asked.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        asked.error(f"parts are {', '.join(PARTS)}, not {', '.join(sorted(unknown))}")
    for part in given.parts or PARTS:
        if part == "simulate":
            simulate_night()
        elif part == "process" and not process_night(given.minutes):
            return
        elif part == "compare":
            compare_night()


def simulate_night() -> None:
    """Write the recording and its truth, or what is missing of them."""
    if not (truth_path(SOURCE) / "run.json").exists():
        WORK.mkdir(parents=True, exist_ok=True)
        simulate_acquisition(SOURCE, NIGHT, scheduler="local")


def process_night(minutes: float | None) -> bool:
    """Process until all is done or the time is over; keeps beginning, minutes and exit code of every sitting.

    Returns whether all is done.
    """
    line = ["process", SOURCE, "-o", RUN, "--structures", ",".join(STRUCTURES), "--workers", "2"]
    command = [sys.executable, "-c", "from livecell_cli.main import main; main()", *map(str, line)]
    earlier = past_sittings()
    own = {"began": time.time()}
    SITTINGS.write_text(json.dumps([*earlier, own]))
    running = subprocess.Popen(command)
    try:
        code = running.wait(None if minutes is None else 60 * minutes)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGTERM)
        code = running.wait()
    own |= {"minutes": round((time.time() - own["began"]) / 60, 1), "exit_code": code}
    SITTINGS.write_text(json.dumps([*earlier, own]))
    print(own, flush=True)
    if code not in (0, STOPPED, -signal.SIGTERM):
        raise SystemExit(code)
    return code == 0


def past_sittings() -> list[dict[str, float]]:
    """Return the sittings so far; one that was cut off with the machine lasted until the run's last line of log."""
    sittings: list[dict[str, float]] = json.loads(SITTINGS.read_text()) if SITTINGS.exists() else []
    log = RUN / ".livecell" / "log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    times = [datetime.fromisoformat(line[:19]).timestamp() for line in lines if line[:2] == "20"]
    for own, end in zip(sittings, [*(each["began"] for each in sittings[1:]), float("inf")], strict=True):
        if "minutes" not in own:
            last = max((at for at in times if at < end), default=own["began"])
            own["minutes"] = round(max(last - own["began"], 0.0) / 60, 1)
    return sittings


def compare_night() -> None:
    """Compare run and truth, hour by hour and as a whole, and write figures and page."""
    found, true = (read_csv(folder / "tracks.csv", tables.TRACKS) for folder in (RUN, truth_path(SOURCE)))
    scores = evaluate(RUN, truth_path(SOURCE)).set_index("structure").round(4)
    provenance = json.loads((RUN / "run.json").read_text())
    result = {
        "machine": f"{os.cpu_count()} cores, CPU",
        "seed": NIGHT.seed,
        "shape": [NIGHT.timepoints, *NIGHT.shape],
        "interval_s": NIGHT.interval_s,
        "sittings": past_sittings(),
        "stages": provenance["stages"],
        "model": provenance["models"][0]["digest"],
        "hours": {name: {"found": by_hour(found, name), "true": by_hour(true, name)} for name in STRUCTURES},
        "scores": {name: scores.loc[name].dropna().to_dict() for name in STRUCTURES},
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    write_page(result, RUN / "report.html")


def by_hour(tracks: pd.DataFrame, structure: str) -> list[dict[str, float]]:
    """Objects per frame, median speed, and diffusion coefficient of a structure, of every hour.

    Speed is that of a minute's displacement, median over all. Diffusion is a sixth of the slope of the ensemble's mean
    squared displacement between lags of one and two frames, in which localisation errors cancel (Berg 1993).
    """
    own = tracks[tracks["structure"] == structure]
    return [
        _figures_of_hour(own[own["frame"] // HOUR_FRAMES == hour]) for hour in range(NIGHT.timepoints // HOUR_FRAMES)
    ]


def _figures_of_hour(own: pd.DataFrame) -> dict[str, float]:
    nan = float("nan")
    if own.empty:
        return {"objects": 0.0, "speed_um_min": nan, "diffusion_um2_min": nan}
    rows = own.sort_values(["track_id", "frame"])
    step = rows.groupby("track_id")[["frame", "z_um", "y_um", "x_um"]].diff()
    next_one = step[step["frame"] == 1]
    lengths_um = (next_one[["z_um", "y_um", "x_um"]] ** 2).sum(axis=1) ** 0.5
    msd = ensemble_msd(rows).set_index("lag")["msd_um2"]
    slope = msd.get(2, nan) - msd.get(1, nan)
    minutes = NIGHT.interval_s / 60
    return {
        "objects": round(len(rows) / HOUR_FRAMES, 2),
        "speed_um_min": round(float(lengths_um.median()) / minutes, 4),
        "diffusion_um2_min": round(float(slope) / 6 / minutes, 5),
    }


if __name__ == "__main__":
    main()
