"""livecell: organelle dynamics from label-free movies.

The verbs below are imported when they are first used: `import livecell` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livecell.acquisition import open_movie
    from livecell.measurement import measure
    from livecell.models import open_model
    from livecell.pipeline.convert import convert
    from livecell.pipeline.evaluate import evaluate
    from livecell.pipeline.open_run import open_run
    from livecell.pipeline.process import process
    from livecell.pipeline.train import train
    from livecell.prediction import predict
    from livecell.segmentation import segment
    from livecell.simulation import simulate
    from livecell.tracking import track

_VERBS = {
    "convert": "livecell.pipeline.convert",
    "evaluate": "livecell.pipeline.evaluate",
    "measure": "livecell.measurement",
    "open_model": "livecell.models",
    "open_movie": "livecell.acquisition",
    "open_run": "livecell.pipeline.open_run",
    "predict": "livecell.prediction",
    "process": "livecell.pipeline.process",
    "segment": "livecell.segmentation",
    "simulate": "livecell.simulation",
    "track": "livecell.tracking",
    "train": "livecell.pipeline.train",
}

__all__ = [
    "convert",
    "evaluate",
    "measure",
    "open_model",
    "open_movie",
    "open_run",
    "predict",
    "process",
    "segment",
    "simulate",
    "track",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _VERBS:
        raise AttributeError(f"module 'livecell' has no attribute {name!r}")
    return getattr(importlib.import_module(_VERBS[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_VERBS])
