"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import settings

# Before any numerical library is imported: tests run side by side, one thread each.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# The same examples in every run, and no clock: machines differ.
settings.register_profile("livecell", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("livecell")
