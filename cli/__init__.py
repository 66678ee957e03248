"""The command line: options in, library calls out."""

import os

# Arrow's own pool keeps what it once had: a run reads thousands of small tables, and would grow with every one.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
