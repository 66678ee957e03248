"""Model packages: read, write, import, export, and the bundled ones."""

from livecell.models.bundled import bundled_models
from livecell.models.card import (
    InputNormalisation,
    ModelCard,
    NetworkSettings,
    OutputScale,
    read_card,
    write_card,
)
from livecell.models.fnet import UNKNOWN_LICENCE, import_fnet
from livecell.models.folding import fold
from livecell.models.foreign import Foreignness, average_statistics, foreignness, summarise_statistics
from livecell.models.onnx_export import OnnxExport, export_onnx
from livecell.models.package import Model, check_distinct, open_model, open_models, write_package
from livecell.models.scales import output_scales

__all__ = [
    "UNKNOWN_LICENCE",
    "Foreignness",
    "InputNormalisation",
    "Model",
    "ModelCard",
    "NetworkSettings",
    "OnnxExport",
    "OutputScale",
    "average_statistics",
    "bundled_models",
    "check_distinct",
    "export_onnx",
    "fold",
    "foreignness",
    "import_fnet",
    "open_model",
    "open_models",
    "output_scales",
    "read_card",
    "summarise_statistics",
    "write_card",
    "write_package",
]
