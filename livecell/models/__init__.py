"""Model packages: read, write, and the bundled ones."""

from livecell.models.bundled import bundled_models
from livecell.models.card import (
    InputNormalisation,
    ModelCard,
    NetworkSettings,
    OutputScale,
    read_card,
    scale_mismatch,
    write_card,
)
from livecell.models.folding import fold
from livecell.models.foreign import Foreignness, average_statistics, foreignness, summarise_statistics
from livecell.models.package import Model, check_distinct, open_model, open_models, write_package
from livecell.models.scales import output_scales

__all__ = [
    "Foreignness",
    "InputNormalisation",
    "Model",
    "ModelCard",
    "NetworkSettings",
    "OutputScale",
    "average_statistics",
    "bundled_models",
    "check_distinct",
    "fold",
    "foreignness",
    "open_model",
    "open_models",
    "output_scales",
    "read_card",
    "scale_mismatch",
    "summarise_statistics",
    "write_card",
    "write_package",
]
