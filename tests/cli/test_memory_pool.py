"""Thousands of small tables are read by a run: what they took is given back."""

from __future__ import annotations

import subprocess
import sys


def test_arrow_takes_memory_from_the_system_and_keeps_none() -> None:
    code = "import livecell_cli.main, pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "system"
