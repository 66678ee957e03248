"""Electron-microscope-like and fluorescence-like tiles of one sample, aligned without being told anything.

50 tiles with a known map (any rotation, scale and shift within 15 %), of 2 to 12 nuclei per tile; 8 tiles without
a nucleus, and 8 pairs of different fields, which ought to be refused. The published result to compare with is 33
of 50 tiles within 5 pixels, and a median of 2.4 pixels over all.

    python -m benchmarks.registration
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from livecell.registration import align
from tests.scenes.two_microscopes import mean_error_px, two_images

SIDE = 256
TILES, STRANGE = 50, 8
FIRST_SEED = 1000
NEAR_PX = 5.0
RESULTS = Path(__file__).parent / "results" / "registration.json"


def main() -> None:
    """Align all pairs, print and write what came of it."""
    tiles = [_aligned(FIRST_SEED + tile, FIRST_SEED + tile, nuclei=2 + tile % 11) for tile in range(TILES)]
    empty = [_aligned(FIRST_SEED + 100 + k, FIRST_SEED + 100 + k, nuclei=0) for k in range(STRANGE)]
    strange = [_aligned(FIRST_SEED + 200 + k, FIRST_SEED + 300 + k, nuclei=4 + k) for k in range(STRANGE)]
    errors = np.array([tile["error_px"] for tile in tiles])
    accepted = np.array([tile["credible"] for tile in tiles])
    found = {
        "tiles": TILES,
        "within_5_px": int((errors <= NEAR_PX).sum()),
        "median_px": round(float(np.median(errors)), 2),
        "accepted": int(accepted.sum()),
        "accepted_within_5_px": int((accepted & (errors <= NEAR_PX)).sum()),
        "median_accepted_px": round(float(np.median(errors[accepted])), 2),
        "accepted_without_nuclei": sum(each["credible"] for each in empty),
        "accepted_of_other_fields": sum(each["credible"] for each in strange),
        "pairs": {"tiles": tiles, "without_nuclei": empty, "other_fields": strange},
    }
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps({name: value for name, value in found.items() if name != "pairs"}, indent=1))


def _aligned(fixed_seed: int, moving_seed: int, nuclei: int) -> dict[str, Any]:
    fixed, moving = (two_images(seed, SIDE, nuclei) for seed in (fixed_seed, moving_seed))
    start_s = time.process_time()
    found = align(fixed.fluorescence, moving.electrons)
    row = {
        "seed": fixed_seed,
        "nuclei": nuclei,
        "error_px": round(mean_error_px(found.plane, fixed.truth, SIDE), 2),
        "correlation": round(found.correlation, 3),
        "margin": round(found.margin, 3),
        "disagreement_px": round(found.disagreement_px, 2),
        "credible": found.credible,
        "cpu_s": round(time.process_time() - start_s, 1),
    }
    print(row, flush=True)
    return row


if __name__ == "__main__":
    main()
