"""Errors survive the way from a worker to the driver, and are one line."""

from __future__ import annotations

import pickle

import pytest

from livecell import errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.LivecellError)]


@pytest.mark.parametrize("kind", KINDS)
def test_pickling_and_text(kind: type[errors.LivecellError]) -> None:
    error = kind("a.tif", expected="a\npage", found="none", hint="copy it again")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error) == "a.tif: expected a page, found none; copy it again"
