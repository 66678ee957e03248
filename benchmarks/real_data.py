"""The real images of `LIVECELL_REAL_DATA` as pairs that `livecell train` takes: TIFFs of sources, targets and masks.

Nothing is chosen here but what the images are: where masks of cells can be trusted, and where a clock was burnt in.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray
from scipy import ndimage
from skimage.io import imread

WORK = Path(__file__).parent / "work" / "real_data"
ISL_STAINS = {"dna": "dapi_max", "dendrites": "map2_max", "axons": "nfh_max"}
ISL_VOXEL_UM = (1.0, 0.5, 0.5)
"""Pixels of about 0.5 um; the distance of the planes is not stated, and is assumed here."""
ALLEN_VOXEL_UM = (0.290, 0.331, 0.294)
ALLEN_NEAR_UM = 2.0
"""Only complete cells are labelled: beyond this distance from them, nothing is known."""
A549_CLOCK = (slice(1110, 1200), slice(0, 350))
"""Rows and columns of the burnt-in time, with room for the shift of a pair."""


def real_data() -> Path:
    """Return the folder of real images; exits with a message when it is not given."""
    folder = os.environ.get("LIVECELL_REAL_DATA")
    if not folder:
        raise SystemExit("set LIVECELL_REAL_DATA to the folder of real images")
    return Path(folder)


def isl_neurons() -> dict[str, Path]:
    """Write 13 phase-contrast planes and three projected stains; returns the files by role."""
    folder = real_data() / "isl_neurons"
    images = {"source": np.stack([imread(folder / f"phase_z{z:02}.png") for z in range(13)])}
    images |= {name: imread(folder / f"{file}.png")[None] for name, file in ISL_STAINS.items()}
    return _write("isl_neurons", images)


def allen_hipsc() -> dict[str, Path]:
    """Write a brightfield stack, the masks of nuclei and of filled cells, and where these can be trusted."""
    stack, masks, near = read_allen(real_data() / "allen_hipsc_tubulin")
    return _write("allen_hipsc", {"source": stack, **masks, "mask": near.astype(np.uint8)})


def a549_green(index: int) -> dict[str, Path]:
    """Write one of six pairs of phase contrast and whole-cell dye, and the mask that leaves out its clock."""
    folder = real_data() / "a549_green"
    images = {role: tifffile.imread(folder / f"pair{index:02}_{file}.tif") for role, file in _A549_FILES.items()}
    mask = np.ones(images["source"].shape, dtype=np.uint8)
    mask[A549_CLOCK] = 0
    return _write(f"a549_green_{index}", {**images, "mask": mask})


_A549_FILES = {"source": "brightfield", "cell_bodies": "green"}


def read_allen(folder: Path) -> tuple[NDArray[np.uint8], dict[str, NDArray[np.generic]], NDArray[np.bool_]]:
    """Return the brightfield stack, the masks of nuclei and cells, and where these can be trusted, all (z, y, x)."""
    stack = tifffile.imread(folder / "AICS-12_881_Bright_100.tif")
    nuclei, cells = (
        largest_parts(tifffile.imread(folder / f"AICS-12_881_SEG_{name}_labels.tif")) for name in ("DNA", "Memb")
    )
    known = (nuclei > 0) | (cells > 0)
    near = ndimage.distance_transform_edt(~known, sampling=ALLEN_VOXEL_UM) <= ALLEN_NEAR_UM
    masks = {"dna": (nuclei > 0).astype(np.float32), "cell_bodies": known.astype(np.float32)}
    return stack, masks, near


def largest_parts(labels: NDArray[np.integer]) -> NDArray[np.integer]:
    """Keep the largest connected component of every label: the rest are crumbs of the resampling."""
    kept = np.zeros_like(labels)
    for label in np.unique(labels[labels > 0]):
        parts, _ = ndimage.label(labels == label)
        kept[parts == 1 + np.bincount(parts.ravel())[1:].argmax()] = label
    return kept


def _write(name: str, images: dict[str, NDArray[np.generic]]) -> dict[str, Path]:
    folder = WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    paths = {role: folder / f"{role}.tif" for role in images}
    for role, path in paths.items():
        # Axes are stated, or a reader could take planes for timepoints.
        axes = "ZYX"[-images[role].ndim :]
        tifffile.imwrite(path, images[role], metadata={"axes": axes})
    return paths
