"""Contact and colocalisation of two structures over time."""

from __future__ import annotations

import pandas as pd

from livecell.tables import CONTACTS, PAIRS, TRACKS, check, concat

_PAIR = ["structure_a", "structure_b"]
_SIZES = {"contact_um3": "volume_um3", "contact_um2": "area_um2"}


def pairs_over_time(contacts: pd.DataFrame, tracks: pd.DataFrame) -> pd.DataFrame:
    """Return the PAIRS table: contacts of each pair of structures in each frame, in the whole field and in each cell.

    Pairs that touch at no time of a position have no rows; those that do have one for every frame in which there is any
    object (of a cell: in which it has any), with 0 where they do not touch. A contact lies in the cell of its first
    object. The shares are Manders' colocalisation coefficients (Manders, Verbeek & Aten, J. Microsc. 169, 375, 1993) of
    the labels: how much of one structure lies in the other; NaN where there is none of it.

    Parameters
    ----------
    contacts, tracks : CONTACTS and TRACKS tables.
    """
    contacts, tracks = check(contacts, CONTACTS), check(tracks, TRACKS)
    parts = []
    for position, found in contacts.groupby("position"):
        rows = tracks[tracks["position"] == position]
        whole = _of_places(found.assign(cell_id=0), rows.assign(cell_id=0))
        parts.append(whole.assign(position=position, cell_id=pd.array([pd.NA] * len(whole), dtype="Int64")))
        if "cell_id" in rows:
            inside = _in_cells(found, rows)
            parts.append(_of_places(inside, rows[rows["cell_id"].notna()]).assign(position=position))
    return concat(parts, PAIRS)


def _in_cells(contacts: pd.DataFrame, tracks: pd.DataFrame) -> pd.DataFrame:
    keys = {"structure": "structure_a", "track_id": "track_id_a"}
    cells = tracks[["frame", *keys, "cell_id"]].rename(columns=keys)
    found = contacts.merge(cells, how="left", on=["frame", *keys.values()])
    return found[found["cell_id"].notna()]


def _of_places(contacts: pd.DataFrame, tracks: pd.DataFrame) -> pd.DataFrame:
    place = ["cell_id", "frame"]
    groups = contacts.groupby([*place, *_PAIR])
    kinds = [name for name in _SIZES if name in contacts and _SIZES[name] in tracks]
    found = groups.size().rename("n_contacts").to_frame().join(groups[kinds].sum(min_count=1)).reset_index()
    every = tracks.groupby(place)["t_s"].first().reset_index().merge(contacts[_PAIR].drop_duplicates(), how="cross")
    found = every.merge(found, how="left", on=[*place, *_PAIR])
    found["n_contacts"] = found["n_contacts"].fillna(0).astype("int64")
    kinds = [name for name in kinds if contacts[name].notna().any()]
    found[kinds] = found[kinds].fillna(0.0)
    for kind in kinds:
        sizes = tracks.groupby([*place, "structure"])[_SIZES[kind]].sum().rename("size").reset_index()
        for side in "ab":
            of_side = sizes.rename(columns={"structure": f"structure_{side}", "size": f"size_{side}"})
            found = found.merge(of_side, how="left", on=[*place, f"structure_{side}"])
            size = found.pop(f"size_{side}")
            found[f"share_{side}"] = found[kind] / size.where(size > 0)
    return found
