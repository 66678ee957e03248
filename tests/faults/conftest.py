"""What the faults are visited upon."""

from __future__ import annotations

import pytest

from tests.scenes.faults import Scene, lay_out


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return lay_out(tmp_path_factory.mktemp("scene"))
