"""Trains the model that comes with livecell, on movies of many simulated microscopes: `make models`.

    python -m benchmarks.bundled_model            train (or go on), score, write package and figures
    python -m benchmarks.bundled_model --score    score the package that is there again
    python -m benchmarks.bundled_model --statistics   write only what its card says of the training images again

Training goes on where it was interrupted (benchmarks/work/bundled); somewhat over two hours on two cores. Scored are
movies whose seeds, and with them microscopes and cells, were neither trained on nor used to choose the weights. Writes
livecell/models/bundled/simulated/ and benchmarks/results/bundled_model.json.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.cores import side_by_side
from benchmarks.real_models import report, rounded
from livecell.config.augment import AugmentSettings
from livecell.config.pairs import SimulatedImages
from livecell.config.simulate import SimulateSettings
from livecell.config.train import FitSettings, NetworkShape, StartSettings, TrainSettings
from livecell.config.variation import CellRanges, IlluminationRanges, SimulationRanges
from livecell.metrics import ceiling, noise_variance_between, pearson_r
from livecell.models import Model, open_model, write_package
from livecell.models.card import write_card
from livecell.models.weights import WEIGHTS_NAME, read_network
from livecell.pipeline.pair_sources import simulated_frames
from livecell.pipeline.train import train
from livecell.pipeline.training_card import input_normalisation, training_statistics
from livecell.pipeline.training_pairs import training_data
from livecell.prediction import predict
from livecell.simulation import simulate
from livecell.simulation.vary import vary

HERE = Path(__file__).parent
WORK = HERE / "work" / "bundled"
PACKAGE = HERE.parent / "livecell" / "models" / "bundled" / "simulated"
RESULTS = HERE / "results" / "bundled_model.json"

TEST_SEEDS = tuple(range(8001, 8049))
"""Never trained on, never validated on, not looked at while anything was chosen: the means of 4001 to 4024 told that
the network had to learn for longer, those of 5001 to 5024 that it had to see stacks of several heights at once, those
of 7001 to 7024 that actin had to count for more, and that 24 microscopes are few for a mean."""
TEST_FRAME = 3
LARGEST_MB = 20.0

MOVIE = SimulateSettings(timepoints=6, interval_s=300.0, noisy_every=TEST_FRAME)
RANGES = SimulationRanges(
    illumination=IlluminationRanges(brightfield=0.85, phase_contrast=0.15, dic=0.0, ring_contrast=(0.2, 0.4)),
    cells=CellRanges(cover=(0.2, 0.5)),
    defocus_um=(0.1, 0.5),
    photons=(2000.0, 30000.0),
)
"""Mostly brightfield, and no DIC; fields are fuller than the default ones, so that few patches are empty. How far the
two light paths focus apart cannot be seen in the image: a wide range would only blur the predictions along z."""
AUGMENT = AugmentSettings(
    turned=0.3, contrast=0.1, gamma=0.1, brightness=0.1, noise=0.1, illumination=0.1, blur_px=0.3, defocus_planes=0.0
)
"""Weak: the microscopes themselves vary."""
DATA = SimulatedImages(
    simulate=MOVIE,
    ranges=RANGES,
    train_seeds=tuple(range(1, 151)),
    validation_seeds=tuple(range(1001, 1013)),
    frames_per_seed=2,
    buffer_gb=9.0,
)
SETTINGS = TrainSettings(
    name="simulated",
    seed=0,
    data=DATA,
    network=NetworkShape(ndim=3, depth=3, width=24),
    fit=FitSettings(
        patch=(16, 64, 64),
        batch=4,
        steps=9000,
        learning_rate=2e-3,
        weight_decay=1e-3,
        augment=AUGMENT,
        validate_every=1000,
        checkpoint_minutes=3,
    ),
    licence="BSD-3-Clause",
)
TALL = MOVIE.model_copy(update={"shape": (32, *MOVIE.shape[1:])})
"""With planes well above and below the cells, as microscopes record them."""
HEIGHTS = SETTINGS.model_copy(
    update={
        "seed": 1,
        "start": StartSettings(model=str(WORK)),
        "data": DATA.model_copy(
            update={
                "simulate": TALL,
                "ranges": RANGES.model_copy(
                    update={
                        "illumination": RANGES.illumination.model_copy(
                            update={"brightfield": 0.75, "phase_contrast": 0.25}
                        )
                    }
                ),
                "train_seeds": tuple(range(151, 391)),
                "frames_per_seed": 1,
            }
        ),
        "fit": SETTINGS.fit.model_copy(
            update={
                "patch": (32, 48, 48),
                "other_patch": (16, 64, 64),
                "places": 2,
                "importance": {"actin_filaments": 3.0},
                "steps": 5000,
                "learning_rate": 1e-3,
                "validate_every": 500,
            }
        ),
    }
)
"""On patches of two heights, of other movies, of which more are in phase contrast: a network that had seen 16 planes at
a time predicted nuclei with r 0.97 in stacks of 16 planes, and with 0.68 in stacks of 32. Actin, the structure that is
learnt last, counts for more, and places where there is something are preferred. The rate rises once more and falls
again (warm restart, Loshchilov and Hutter 2017)."""
STAGES = {WORK: SETTINGS, WORK / "heights": HEIGHTS}


def main() -> None:
    """Do what the command line asks for."""
    torch.set_num_threads(int(os.environ.get("LIVECELL_THREADS", "2")))
    if sys.argv[1:] == ["--statistics"]:
        describe_training_images(PACKAGE)
    elif sys.argv[1:] == ["--score"]:
        write_scores(open_model(PACKAGE))
    else:
        for folder, settings in STAGES.items():
            make_frames(settings, folder)
            model = train(settings, folder, on_progress=report)
        network = read_network(model.path / WEIGHTS_NAME, model.shapes)
        # Half precision: the Pearson r of every structure stays the same to four digits.
        write_scores(write_package(PACKAGE, model.card, network, "float16"))


def make_frames(settings: TrainSettings, folder: Path) -> None:
    """Simulate the frames of a stage that is not done, side by side; training would make them one by one."""
    data, frames = settings.data, folder / "training" / "frames"
    if not isinstance(data, SimulatedImages) or (folder / WEIGHTS_NAME).exists():
        return
    with side_by_side() as pool:
        for made in [
            pool.submit(make_frame, data, seed, frames) for seed in (*data.validation_seeds, *data.train_seeds)
        ]:
            made.result()


def make_frame(data: SimulatedImages, seed: int, frames: Path) -> None:
    """Simulate the frames of a movie, which stay in the folder."""
    for frame in simulated_frames(data, [seed], frames):
        frame.read()


def describe_training_images(package: Path) -> None:
    """Write into the card of a package what its training images were like, as training does."""
    frames = WORK / "heights" / "training" / "frames"
    data = training_data(HEIGHTS, input_normalisation(None).clip_percentiles, frames)
    card = open_model(package).card
    write_card(package, card.model_copy(update={"input_statistics": training_statistics(data)}))


def write_scores(model: Model) -> None:
    """Score a package on the test movies, and write the figures into its card and beside the other results."""
    with side_by_side() as pool:
        scored = [pool.submit(score, model.path, movie, seed) for movie in (MOVIE, TALL) for seed in TEST_SEEDS]
        rows = [each.result() for each in scored]
    figures = {"all": _means(rows)}
    for part in ("kind", "planes"):
        figures |= {value: _means([r for r in rows if r[part] == value]) for value in sorted({r[part] for r in rows})}
    metrics = {name: {**model.card.metrics.get(name, {}), **values} for name, values in figures["all"].items()}
    training = {**model.card.training, "test_seeds": list(TEST_SEEDS), "test_frame": TEST_FRAME}
    write_card(model.path, model.card.model_copy(update={"metrics": rounded(metrics), "training": training}))
    weights_mb = (model.path / WEIGHTS_NAME).stat().st_size / 1e6
    result: dict[str, Any] = {
        "machine": f"{torch.get_num_threads()} cores, CPU",
        "test": f"seeds {TEST_SEEDS[0]} to {TEST_SEEDS[-1]}, frame {TEST_FRAME}, each its own microscope and cells",
        "volumes": [list(movie.shape) for movie in (MOVIE, TALL)],
        "seconds_per_volume": [seconds_of(model, movie) for movie in (MOVIE, TALL)],
        "weights_mb": weights_mb,
        "microscopes": {kind: sum(row["kind"] == kind for row in rows) // 2 for kind in {r["kind"]: 0 for r in rows}},
        "structures": figures,
    }
    RESULTS.write_text(json.dumps(rounded(result), indent=2) + "\n")
    print(RESULTS.read_text(), flush=True)
    if weights_mb > LARGEST_MB:
        raise SystemExit(f"weights of {weights_mb:.1f} MB, more than {LARGEST_MB:g}")


def planes_of(movie: SimulateSettings) -> str:
    """How many planes the stacks of a movie have, in words."""
    return f"{movie.shape[0]} planes"


def seconds_of(model: Model, of: SimulateSettings) -> float:
    """Return the seconds that a volume takes on all cores, the least of three."""
    volume = simulate(of).frame(0).brightfield
    seconds = []
    for _ in range(3):
        started = time.monotonic()
        predict(volume, model)
        seconds.append(time.monotonic() - started)
    return min(seconds)


def score(package: Path, of: SimulateSettings, seed: int) -> dict[str, Any]:
    """Return r against the fluorescence without noise and with it, and the ceiling, of each structure of a movie."""
    settings = vary(of.model_copy(update={"seed": seed}), RANGES, seed)
    movie = simulate(settings)
    frame = movie.frame(TEST_FRAME)
    noisy = movie.noisy_targets(TEST_FRAME, frame.targets)
    predicted = predict(frame.brightfield, open_model(package))
    figures = {}
    for name, target in frame.targets.items():
        volume = predicted.sel(structure=name).to_numpy()
        noise = noise_variance_between(noisy[name], target)
        figures[name] = {
            "pearson_r": pearson_r(volume, target),
            "pearson_r_noisy": pearson_r(volume, noisy[name]),
            "ceiling": ceiling(noise, float(noisy[name].var(dtype=np.float64))),
        }
    kind = type(settings.optics.illumination).__name__
    return {"kind": kind, "planes": planes_of(of), "figures": figures}


def _means(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Mean of every figure over movies; a structure that a movie does not show does not count in it."""
    names = rows[0]["figures"]
    return {
        name: {key: float(np.nanmean([row["figures"][name][key] for row in rows])) for key in names[name]}
        for name in names
    }


if __name__ == "__main__":
    main()
