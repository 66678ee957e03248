"""What a training learnt from, as it lay on the disk: to tell whether that is still so, without reading all of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from livecell.config.pairs import ListedImages, SimulatedImages
from livecell.config.train import TrainSettings
from livecell.errors import LivecellError
from livecell.pipeline.manifest import listed_pairs

SAMPLE_BYTES = 4096
GONE = ""
"""Identity of what is not there."""
Identity = dict[str, str]
"""Path of each file or folder that is learnt from, and a digest that changes when it is written anew."""


def data_identity(settings: TrainSettings) -> Identity:
    """Return the identity of recorded images and of the CSV file that lists them; of simulated ones, nothing.

    Simulated images follow from the settings. An image is known by the names and sizes of its files, and by samples of
    what is in them; not by their times, so that a training goes on with images that were copied anew.
    """
    data = settings.data
    if isinstance(data, SimulatedImages):
        return {}
    listed = {data.manifest: _content(Path(data.manifest))} if isinstance(data, ListedImages) else {}
    try:
        pairs = listed_pairs(data)
    except LivecellError:
        # What is wrong with the file is said where its pairs are read.
        return listed
    images = (image for pair in pairs for image in (pair.source, *pair.targets.values(), pair.scored) if image)
    return {**listed, **{path: _files(path) for path in dict.fromkeys(image.path for image in images)}}


def changes(before: Identity, now: Identity) -> list[str]:
    """Say of each file or folder what has become of it."""
    return list(_in_words(before, now, sorted(before.keys() | now.keys())))


def _in_words(before: Identity, now: Identity, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if path not in before:
            yield f"{path}, which was not learnt from"
        elif path not in now:
            yield f"no {path}, which was learnt from"
        elif before[path] != now[path]:
            yield f"{path}, which {'is no longer there' if now[path] == GONE else 'has changed since'}"


def _content(path: Path) -> str:
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
    except OSError:
        return GONE


def _files(image: str) -> str:
    """Digest of the names, sizes and samples of a file, or of all files of a folder."""
    path = Path(image)
    if not path.exists():
        # Also what lies in an object store, which is told by its address alone.
        return GONE
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        if file.is_file():
            digest.update(f"{file.relative_to(path)} {file.stat().st_size}\n".encode())
            digest.update(_samples(file))
    return digest.hexdigest()


def _samples(file: Path) -> bytes:
    """Return what stands at the beginning, in the middle and at the end of a file."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        if size <= 3 * SAMPLE_BYTES:
            return opened.read()
        parts = []
        for start in (0, (size - SAMPLE_BYTES) // 2, size - SAMPLE_BYTES):
            opened.seek(start)
            parts.append(opened.read(SAMPLE_BYTES))
        return b"".join(parts)
