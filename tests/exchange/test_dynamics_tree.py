"""Structures over time as a tree on disk."""

from __future__ import annotations

import numpy as np
import xarray as xr

from livecell.exchange import to_dynamics_tree, write_tree
from livecell.tables import CELL_CYCLES, DYNAMICS, MSD, PAIRS, RATES, check, empty


def table(of, **columns):
    """Rows of a table of vesicles at a position of a plate; what is not given is 1."""
    rows = len(next(iter(columns.values())))
    fill = {c.name: ["a"] * rows if c.dtype == "object" else [1] * rows for c in of.columns if c.required}
    named = {"position": ["A/1/0"] * rows, "structure": ["vesicles"] * rows}
    found = empty(of).reindex(range(rows)).assign(**fill)
    return check(found.assign(**({k: v for k, v in named.items() if k in fill} | columns)), of)


def tables():
    return {
        "dynamics": table(
            DYNAMICS, cell_id=[None, None, 4], frame=[0, 1, 1], n_objects=[3, 2, 1], volume_um3=[1.0, np.nan, 2.0]
        ),
        "rates": table(RATES, cell_id=[None], kind=["fission"], rate_per_h=[0.5]),
        "msd": table(MSD, lag=[1, 2], msd_um2=[0.1, 0.2]),
        "pairs": table(PAIRS, cell_id=[None, 4], frame=[0, 0], structure_b=["dna", "dna"]),
        "cell_cycles": table(CELL_CYCLES, track_id=[7], parent_id=[None], censored=["begin"]),
    }


def test_plain_xarray_opens_what_was_written_with_units_and_axes(tmp_path):
    path = write_tree(to_dynamics_tree(tables(), {"livecell": "0.1"}), tmp_path / "dynamics.zarr")
    with xr.open_datatree(path, engine="zarr", consolidated=False) as found:
        assert found.attrs == {"livecell": "0.1", "Conventions": "CF-1.11"}
        over_time = found["A_1_0/dynamics"].to_dataset()
        assert over_time["n_objects"].sel(structure="vesicles", frame=1).item() == 2
        assert over_time["volume_um3"].attrs["units"] == "um3"
        assert np.isnan(over_time["volume_um3"].values[0, 1])
        inside = found["A_1_0/dynamics_in_cells"].to_dataset()
        assert (inside["cell_id"].values.tolist(), inside["frame"].values.tolist()) == ([4], [1])
        assert found["A_1_0/rates"]["rate_per_h"].sel(structure="vesicles", kind="fission").item() == 0.5
        assert found["A_1_0/msd"]["msd_um2"].sel(structure="vesicles", lag=2).item() == 0.2
        assert found["A_1_0/cell_cycles"]["censored"].values.tolist() == ["begin"]
        assert np.isnan(found["A_1_0/pairs"]["cell_id"].values).sum() == 1


def test_structures_of_different_lags_share_a_grid():
    msd = table(MSD, structure=["dna", "vesicles", "vesicles"], lag=[1, 1, 2], msd_um2=[0.1, 0.2, 0.3])
    found = to_dynamics_tree({"msd": msd})["A_1_0/msd"]["msd_um2"]
    assert found.dims == ("structure", "lag")
    np.testing.assert_array_equal(found.values, [[0.1, np.nan], [0.2, 0.3]])


def test_what_there_is_not_has_no_node():
    tree = to_dynamics_tree({name: found.iloc[:0] for name, found in tables().items()})
    assert not tree.children
    assert not to_dynamics_tree({}).children
    assert "rates_in_cells" not in to_dynamics_tree(tables())["A_1_0"].children
