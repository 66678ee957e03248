"""The order of axes and the physical sampling along them."""

from __future__ import annotations

from dataclasses import dataclass, replace

AXES = ("t", "c", "z", "y", "x")
"""Axis order of every movie and every stored volume."""


@dataclass(frozen=True)
class Sampling:
    """Distance between neighbouring samples: micrometres in space, seconds in time (None where unknown)."""

    z_um: float | None = None
    y_um: float | None = None
    x_um: float | None = None
    interval_s: float | None = None

    @property
    def voxel_size_um(self) -> tuple[float, float, float]:
        """(z, y, x) in micrometres; ValueError if one is unknown."""
        if self.z_um is None or self.y_um is None or self.x_um is None:
            raise ValueError(f"voxel size is not complete: {self}")
        return (self.z_um, self.y_um, self.x_um)

    @property
    def voxel_volume_um3(self) -> float:
        """Volume of one voxel in cubic micrometres."""
        z_um, y_um, x_um = self.voxel_size_um
        return z_um * y_um * x_um

    def missing(self) -> tuple[str, ...]:
        """Names of the spatial samplings that are unknown."""
        return tuple(name for name in ("z_um", "y_um", "x_um") if getattr(self, name) is None)

    def override(self, voxel_size_um: tuple[float, float, float] | None, interval_s: float | None) -> Sampling:
        """Return a copy in which given values replace those read from the file."""
        sampling = self
        if voxel_size_um is not None:
            z_um, y_um, x_um = voxel_size_um
            sampling = replace(sampling, z_um=z_um, y_um=y_um, x_um=x_um)
        return sampling if interval_s is None else replace(sampling, interval_s=interval_s)
