"""The precision a device is made for; capabilities stand for hardware that is not at hand."""

from __future__ import annotations

import pytest
import torch

from livecell.errors import ConfigError
from livecell.nets import choose_precision


@pytest.mark.parametrize(
    ("units", "fastest"),
    [
        ({"avx512_bf16": True}, "bfloat16"),
        ({"amx_bf16": True, "amx_fp16": True}, "bfloat16"),
        ({"avx512_fp16": True, "avx512_bf16": False}, "float16"),
        ({"avx2": True}, "float32"),
        ({}, "float32"),
    ],
)
def test_processors(monkeypatch: pytest.MonkeyPatch, units: dict[str, bool], fastest: str) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: units, raising=False)
    assert choose_precision("auto") == fastest
    assert choose_precision("float32") == "float32"
    assert choose_precision(fastest) == fastest


@pytest.mark.parametrize(
    ("capability", "fastest", "refused"),
    [
        ((9, 0), "bfloat16", None),
        ((8, 0), "bfloat16", None),
        ((7, 5), "float16", "bfloat16"),
        ((6, 1), "float32", "float16"),
    ],
)
def test_gpus(monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], fastest: str, refused: str | None) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    assert choose_precision("auto", "cuda:0") == fastest
    assert choose_precision("float32", "cuda:0") == "float32"
    if refused:
        with pytest.raises(ConfigError, match=r"precision: expected one that cuda:0 computes in: .*float32.*use auto"):
            choose_precision(refused, "cuda:0")


def test_what_this_machine_would_have_to_emulate_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict, raising=False)
    with pytest.raises(ConfigError, match="found float16"):
        choose_precision("float16")
