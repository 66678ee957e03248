"""Which predictions can be told in counts."""

from __future__ import annotations

from livecell.models import OutputScale, output_scales
from tests.scenes.models import card_of

SCALE = OutputScale(offset=3.0, scale=20.0)


def test_structures_whose_models_know_it_have_a_scale() -> None:
    known = card_of("dna", "golgi", output_scale={"dna": SCALE})
    assert output_scales([known], ("golgi", "dna")) == {"dna": SCALE}


def test_the_mean_of_several_models_has_the_scale_of_the_first() -> None:
    one = card_of("dna", output_scale={"dna": SCALE})
    other = card_of("golgi", "dna", output_scale={"dna": OutputScale(offset=0.0, scale=1.0)})
    assert output_scales([one, other], ("dna",)) == {"dna": SCALE}
    assert output_scales([other, one], ("dna",)) == {"dna": OutputScale(offset=0.0, scale=1.0)}
    assert output_scales([other, one], ("golgi", "vesicles")) == {}
