"""In which precision networks compute."""

from __future__ import annotations

import torch

from livecell.config.predict import Precision
from livecell.errors import ConfigError

_CPU_UNITS = {"bfloat16": ("avx512_bf16", "amx_bf16", "bf16"), "float16": ("avx512_fp16", "amx_fp16")}
"""Names of the arithmetic units of processors, as torch and Linux call them, by the type they are made for."""

_FIRST_WITH_BFLOAT16 = (8, 0)
"""CUDA compute capability from which tensor cores take bfloat16; those before (from 7.0 on) take float16 only."""
_FIRST_WITH_FLOAT16 = (7, 0)


def choose_precision(name: Precision = "auto", device: str = "cpu") -> str:
    """Return float32, bfloat16 or float16; `auto` is the fastest that the device has arithmetic units for.

    bfloat16 goes before float16: it has the range of float32, so that no activation can overflow. Raises ConfigError
    for a precision in which the device can only compute slowly.
    """
    fast = _fast_on(device)
    if name == "auto":
        return fast[0]
    if name not in fast:
        raise ConfigError(
            "precision", expected=f"one that {device} computes in: {', '.join(fast)}", found=name, hint="use auto"
        )
    return name


def _fast_on(device: str) -> list[str]:
    """Precisions that a device is made for, the fastest first."""
    place = torch.device(device)
    if place.type == "cuda":
        capability = torch.cuda.get_device_capability(place)
        half = ["float16"] if capability >= _FIRST_WITH_FLOAT16 else []
        return ["bfloat16", *half, "float32"] if capability >= _FIRST_WITH_BFLOAT16 else [*half, "float32"]
    units = _cpu_units()
    return [name for name, needed in _CPU_UNITS.items() if units.intersection(needed)] + ["float32"]


def _cpu_units() -> set[str]:
    # Since torch 2.6; older ones are told nothing and compute in float32.
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()
    return {name for name, there in capabilities.items() if there is True}
