"""Model packages: read, write, and the bundled ones."""

from livecell.models.bundled import bundled_models
from livecell.models.card import (
    InputNormalisation,
    ModelCard,
    NetworkSettings,
    OutputScale,
    read_card,
    write_card,
)
from livecell.models.folding import fold
from livecell.models.package import Model, check_distinct, open_model, open_models, write_package

__all__ = [
    "InputNormalisation",
    "Model",
    "ModelCard",
    "NetworkSettings",
    "OutputScale",
    "bundled_models",
    "check_distinct",
    "fold",
    "open_model",
    "open_models",
    "read_card",
    "write_card",
    "write_package",
]
