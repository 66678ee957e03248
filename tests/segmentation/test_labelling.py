from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from livecell.segmentation.labelling import drop_small, renumber

SMALL = arrays(np.int32, st.tuples(*[st.integers(1, 4)] * 3), elements=st.integers(0, 9))


@given(SMALL)
def test_renumbering_keeps_objects_and_orders_them(labels: np.ndarray) -> None:
    renumbered = renumber(labels)
    pairs = dict.fromkeys(zip(labels.ravel().tolist(), renumbered.ravel().tolist(), strict=True))
    assert len({before for before, _ in pairs}) == len(pairs), "an object was torn or joined with another"
    assert [after for _, after in pairs if after] == list(range(1, len([a for _, a in pairs if a]) + 1))
    assert ((labels == 0) == (renumbered == 0)).all()


@pytest.mark.parametrize(("depth", "smallest"), [(3, 4.19), (1, 3.14)])
def test_smallest_object_is_a_ball_or_a_disc(depth: int, smallest: float) -> None:
    labels = np.zeros((depth, 1, 12), np.int32)
    labels[0, 0, : int(smallest)] = 1
    labels[0, 0, 6 : 6 + int(smallest) + 1] = 2
    kept = drop_small(labels, 2.0, (1.0, 1.0, 1.0))
    assert set(np.unique(kept)) == {0, 2}
