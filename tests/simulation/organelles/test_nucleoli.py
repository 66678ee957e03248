from __future__ import annotations

import numpy as np

from livecell.simulation.organelles.nucleoli import Nucleoli
from tests.scenes.organelles import dividing_cell, organelles_of, resting_cells


def test_one_to_five_stay_inside_each_nucleus() -> None:
    cells = resting_cells(10, 12)
    nucleoli = organelles_of(cells, vesicles=0, mitochondria=0)["nucleoli"]
    assert isinstance(nucleoli, Nucleoli)
    owner = nucleoli.cell
    assert set(np.bincount(owner)) <= {1, 2, 3, 4, 5}
    for t in (0, 9):
        beads = nucleoli.beads(t)
        offset = beads.centre_um - cells.centre_um[t, owner]
        turned = (offset[:, 1] + 1j * offset[:, 2]) * np.exp(1j * cells.angle[t, owner])
        scaled = np.stack([offset[:, 0], turned.real, turned.imag], axis=1) / cells.semi_axes_um[t, owner]
        assert (np.linalg.norm(scaled, axis=1) + beads.radius_um / 4.5).max() < 1


def test_they_dissolve_before_division_and_form_anew() -> None:
    nucleoli = organelles_of(dividing_cell())["nucleoli"]
    mother, daughters = set(nucleoli.beads(0).label), set(nucleoli.beads(11).label)
    assert mother
    assert daughters
    assert not mother & daughters
    assert not len(nucleoli.beads(6).label)
    events = nucleoli.events.set_index("kind")
    assert {int(one) for one in events.loc[["disappearance"], "parents"]} == mother
    assert {int(one) for one in events.loc[["appearance"], "children"]} == daughters
    assert set(events.loc[["disappearance"], "frame"]) == {5}
    assert set(events.loc[["appearance"], "frame"]) == {8}
