"""Stacks of a specimen on a stage that drifts by a known amount: debris on the glass, and cells that walk over it."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from livecell.registration import Landmarks, landmarks_of

VOXEL_UM = (0.5, 0.3, 0.2)
SHAPE = (8, 112, 112)
ROOM = 24
"""Voxels around the field along y and x from which things may drift in."""


def recording(
    place_um: np.ndarray, debris: float = 1.0, cells: int = 0, speed_um: float = 0.6, seed: int = 0
) -> list[np.ndarray]:
    """Stacks (z, y, x) in counts; `place_um` (frames, 3) is where a fixed thing lies, `speed_um` a cell's step."""
    rng = np.random.default_rng(seed)
    texture = gaussian_filter(
        rng.normal(size=(SHAPE[0] + 16, SHAPE[1] + 2 * ROOM, SHAPE[2] + 2 * ROOM)), (1.2, 1.6, 1.6)
    )
    texture = 60 * debris * texture / texture.std()
    grain = [gaussian_filter(rng.normal(size=(SHAPE[0] + 16, 40, 40)), (1.2, 1.5, 1.5)) for _ in range(cells)]
    centres = rng.uniform(10, 100, (cells, 2))
    headings = rng.uniform(0, 2 * np.pi, cells)
    dust = 1 - 0.1 * np.exp(-sum((i - 40) ** 2 for i in np.indices(SHAPE[1:])) / 60)
    stacks = []
    for shift in place_um / VOXEL_UM:
        volume = _window(texture, shift)
        for own, centre in zip(grain, centres, strict=True):
            _lay(volume, own, shift, centre)
        noise = rng.normal(0, 15, SHAPE)
        stacks.append((1000 + volume + noise) * dust)
        headings += rng.normal(0, 0.3, cells)
        centres += speed_um / VOXEL_UM[1] * np.stack([np.sin(headings), np.cos(headings)], axis=1)
    return stacks


def landmarks(stacks: list[np.ndarray]) -> list[Landmarks]:
    """Landmarks of each stack."""
    return [landmarks_of(stack) for stack in stacks]


def _window(texture: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """What the microscope sees of a texture that has moved by `shift` voxels."""
    phase = sum(
        np.fft.fftfreq(n).reshape([-1 if axis == i else 1 for i in range(3)]) * by
        for axis, (n, by) in enumerate(zip(texture.shape, shift, strict=True))
    )
    moved = np.fft.ifftn(np.fft.fftn(texture) * np.exp(-2j * np.pi * phase)).real
    return moved[8 : 8 + SHAPE[0], ROOM:-ROOM, ROOM:-ROOM].copy()


def _lay(volume: np.ndarray, own: np.ndarray, shift: np.ndarray, centre: np.ndarray) -> None:
    """Put a cell over the debris, at a whole voxel."""
    y, x = (round(float(c + s)) for c, s in zip(centre, shift[1:], strict=True))
    planes = own[8 + round(-float(shift[0])) :][: SHAPE[0]]
    v, u = np.indices((40, 40)) - 20
    inside = v**2 + u**2 < 15**2
    rows, columns = np.arange(40) + y - 20, np.arange(40) + x - 20
    seen = np.ix_((rows >= 0) & (rows < SHAPE[1]), (columns >= 0) & (columns < SHAPE[2]))
    at = np.ix_(rows[(rows >= 0) & (rows < SHAPE[1])], columns[(columns >= 0) & (columns < SHAPE[2])])
    for z, plane in enumerate(planes):
        volume[z][at] = np.where(inside[seen], 300 * (plane / own.std())[seen], volume[z][at])
