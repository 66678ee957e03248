"""Tables and datasets to files, and back."""

from livecell.exchange.csv import read_csv, write_csv
from livecell.exchange.ctc import write_ctc
from livecell.exchange.ctc_folder import CtcFolder, find_ctc, read_ctc
from livecell.exchange.dataset import dense, to_dataset
from livecell.exchange.dynamics_tree import to_dynamics_tree
from livecell.exchange.parquet import is_whole_parquet, read_parquet, write_parquet
from livecell.exchange.tree import node_path, read_tree, to_tree, write_tree

__all__ = [
    "CtcFolder",
    "dense",
    "find_ctc",
    "is_whole_parquet",
    "node_path",
    "read_csv",
    "read_ctc",
    "read_parquet",
    "read_tree",
    "to_dataset",
    "to_dynamics_tree",
    "to_tree",
    "write_csv",
    "write_ctc",
    "write_parquet",
    "write_tree",
]
