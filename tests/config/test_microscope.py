from __future__ import annotations

import pytest

from livecell.config import SimulateSettings
from livecell.config.loading import parse_settings
from livecell.config.microscope import (
    Brightfield,
    Confocal,
    Dic,
    FluorescenceSettings,
    OpticsSettings,
    PhaseContrast,
    Widefield,
)
from livecell.config.variation import SimulationRanges
from livecell.errors import ConfigError

RING = {"ring_inner_na": 0.3, "ring_outer_na": 0.4}


@pytest.mark.parametrize(
    ("values", "kind"),
    [({}, Brightfield), ({"condenser_na": 0.3}, Brightfield), (RING, PhaseContrast), ({"shear_um": 0.2}, Dic)],
)
def test_the_keys_say_which_illumination_is_meant(values: dict[str, float], kind: type) -> None:
    optics = OpticsSettings.model_validate({"illumination": values})
    assert type(optics.illumination) is kind
    assert OpticsSettings.model_validate(optics.model_dump(mode="json")) == optics


@pytest.mark.parametrize(("values", "kind"), [({}, Widefield), ({"pinhole_airy": 2.0}, Confocal)])
def test_the_keys_say_which_detection_is_meant(values: dict[str, float], kind: type) -> None:
    assert type(FluorescenceSettings.model_validate({"detection": values}).detection) is kind


def test_a_misspelt_key_is_looked_for_in_the_illumination_that_was_meant() -> None:
    with pytest.raises(ConfigError, match="did you mean 'ring_outer_na'"):
        parse_settings({"optics": {"illumination": {"ring_inner_na": 0.3, "ring_outr_na": 0.4}}}, SimulateSettings)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"objective_na": 1.4}, "below medium_index"),
        ({"illumination": {"condenser_na": 1.4}}, "below medium_index"),
        ({"illumination": {"ring_inner_na": 0.4, "ring_outer_na": 0.4}}, "below ring_outer_na"),
        ({"illumination": RING, "objective_na": 0.35}, "must not exceed objective_na"),
    ],
)
def test_apertures_have_to_fit(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_settings(values, OpticsSettings)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"contrast": [2.0, 1.0]}, "lower end"),
        ({"illumination": {"brightfield": 0, "phase_contrast": 0, "dic": 0}}, "must be above 0"),
        ({"illumination": {"ring": [0.02, 0.5]}}, "inside the objective's aperture"),
    ],
)
def test_ranges_have_to_make_sense(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parse_settings(values, SimulationRanges)
