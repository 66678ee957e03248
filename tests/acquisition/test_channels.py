"""Which channel is meant."""

from __future__ import annotations

import pytest

from livecell.acquisition.channels import find_channel
from livecell.errors import AcquisitionError


@pytest.mark.parametrize(
    ("names", "channel", "expected"),
    [
        (("GFP",), None, 0),
        (("GFP", "TL Brightfield"), None, 1),
        (("Phase", "GFP"), None, 0),
        (("GFP", "BF"), None, 1),
        (("GFP", "gfp"), "gfp", 1),
        (("GFP", "RFP"), "rfp", 1),
        (("1", "0"), "0", 1),
        (("1", "0"), 0, 0),
        (("GFP", "RFP"), "1", 1),
    ],
)
def test_one_channel_is_meant(names: tuple[str, ...], channel: str | int | None, expected: int) -> None:
    assert find_channel("movie", names, channel) == expected


@pytest.mark.parametrize(
    ("names", "channel"),
    [
        (("GFP", "RFP"), None),
        (("Brightfield", "Phase"), None),
        (("GFP", "gfp"), "Gfp"),
        (("GFP", "RFP"), 2),
        (("GFP", "RFP"), -1),
        (("GFP", "RFP"), "-1"),
        (("GFP", "RFP"), "CFP"),
    ],
)
def test_none_or_several_could_be_meant(names: tuple[str, ...], channel: str | int | None) -> None:
    with pytest.raises(AcquisitionError, match=f"0: '{names[0]}', 1: '{names[1]}'.*--channel"):
        find_channel("movie", names, channel)
