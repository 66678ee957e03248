"""Electron-microscope-like and fluorescence-like tiles of one sample, aligned without knowing where they lie.

50 tiles with a known map (any rotation, scale and shift within 15 %), of 2 to 12 nuclei per tile; 6 tiles without
a nucleus, and 6 pairs of different fields, which ought to be refused. The published result to compare with is 33
of 50 tiles within 5 pixels, and a median of 2.4 pixels over all; there, too, the prediction was learnt beforehand.
Here it is learnt from 8 other tiles whose maps are known ("learnt"), or from each pair itself ("itself").

    python -m benchmarks.registration [learnt] [itself]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from livecell.registration import Example, align, learn
from tests.scenes.two_microscopes import mean_error_px, two_images

SIDE = 256
TILES, STRANGE, EXAMPLES = 50, 6, 8
FIRST_SEED, FIRST_EXAMPLE = 1000, 500
NEAR_PX = 5.0
RESULTS = Path(__file__).parent / "results" / "registration.json"
Predict = Callable[[NDArray[np.float64]], NDArray[np.float64] | None]


def main() -> None:
    """Align all pairs, print and write what came of it."""
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for kind in sys.argv[1:] or ["learnt", "itself"]:
        found[kind] = _judged(PREDICTIONS[kind]())
        RESULTS.write_text(json.dumps(found, indent=1) + "\n")
        print(kind, json.dumps({name: value for name, value in found[kind].items() if name != "pairs"}, indent=1))


def _learnt() -> Predict:
    others = [two_images(FIRST_EXAMPLE + k, SIDE, nuclei=2 + k % 11) for k in range(EXAMPLES)]
    return learn(Example(each.fluorescence, each.electrons, each.truth) for each in others)


def _itself() -> Predict:
    return lambda moving: None


PREDICTIONS: dict[str, Callable[[], Predict]] = {"learnt": _learnt, "itself": _itself}


def _judged(predict: Predict) -> dict[str, Any]:
    tiles = [_aligned(FIRST_SEED + k, FIRST_SEED + k, 2 + k % 11, predict) for k in range(TILES)]
    empty = [_aligned(FIRST_SEED + 100 + k, FIRST_SEED + 100 + k, 0, predict) for k in range(STRANGE)]
    strange = [_aligned(FIRST_SEED + 200 + k, FIRST_SEED + 300 + k, 4 + k, predict) for k in range(STRANGE)]
    errors = np.array([tile["error_px"] for tile in tiles])
    accepted = np.array([tile["credible"] for tile in tiles])
    return {
        "tiles": TILES,
        "within_5_px": int((errors <= NEAR_PX).sum()),
        "median_px": round(float(np.median(errors)), 2),
        "accepted": int(accepted.sum()),
        "accepted_within_5_px": int((accepted & (errors <= NEAR_PX)).sum()),
        "median_accepted_px": round(float(np.median(errors[accepted])), 2) if accepted.any() else None,
        "accepted_without_nuclei": sum(each["credible"] for each in empty),
        "accepted_of_other_fields": sum(each["credible"] for each in strange),
        "pairs": {"tiles": tiles, "without_nuclei": empty, "other_fields": strange},
    }


def _aligned(fixed_seed: int, moving_seed: int, nuclei: int, predict: Predict) -> dict[str, Any]:
    fixed = two_images(fixed_seed, SIDE, nuclei)
    moving = fixed if moving_seed == fixed_seed else two_images(moving_seed, SIDE, nuclei)
    start_s = time.process_time()
    found = align(fixed.fluorescence, moving.electrons, predicted=predict(moving.electrons))
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
