"""Where networks run."""

from __future__ import annotations

import torch

from livecell.errors import ConfigError


def choose_device(name: str = "auto") -> str:
    """Return the device of that name; `auto` is the first GPU if there is one, else the CPU.

    Raises ConfigError when a GPU is asked for that is not there.
    """
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ConfigError(
            "device", expected="a GPU that torch can use", found=f"none called {name}", hint="use auto or cpu"
        )
    return name
