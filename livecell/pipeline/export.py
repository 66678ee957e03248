"""Tables of the run to the files that users and other programs read."""

from __future__ import annotations

import pandas as pd

from livecell.errors import RunFolderError
from livecell.exchange import read_parquet, to_dynamics_tree, to_tree, write_csv, write_parquet, write_tree
from livecell.pipeline.context import Context
from livecell.pipeline.run_folder import CSV_NAMES, DYNAMICS_NAMES, RunFolder
from livecell.pipeline.track import RUN_TABLES


def export_run(context: Context) -> None:
    """Write objects/, tracks.zarr, dynamics.zarr and, when asked for, the CSV tables."""
    folder = context.folder
    found = {name: _read_table(folder, name) for name in RUN_TABLES}
    for path in folder.objects("any").parent.glob("*.parquet"):
        if path.stem not in context.names:
            path.unlink()
    for name in context.names:
        write_parquet(
            found["objects"][found["objects"]["structure"] == name], folder.objects(name), RUN_TABLES["objects"]
        )
    for name in CSV_NAMES:
        if context.settings.export.csv:
            write_csv(found[name], folder.csv(name), RUN_TABLES[name])
        else:
            folder.csv(name).unlink(missing_ok=True)
    record = folder.read_record()
    provenance = {"livecell": record["livecell"], "input": record["input"]["path"], "models": record["models"]}
    write_tree(to_tree(found["tracks"], found["tracks_summary"], provenance), folder.tracks)
    write_tree(to_dynamics_tree({name: found[name] for name in DYNAMICS_NAMES}, provenance), folder.dynamics)


def _read_table(folder: RunFolder, name: str) -> pd.DataFrame:
    path = folder.table(name)
    if not path.exists():
        raise RunFolderError(
            folder.path,
            expected="tracks",
            found="a run that has not been tracked",
            hint="run `livecell track RUN` first",
        )
    return read_parquet(path, RUN_TABLES[name])
