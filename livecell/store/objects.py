"""Places in an object store, such as `s3://bucket/overnight.ome.zarr`: what the store asks of a path.

A file in the place of a folder `*.ome.zarr` that holds such an address stands for what is there.

Credentials, region and endpoint are those of the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION,
AWS_ENDPOINT_URL; for a public bucket AWS_SKIP_SIGNATURE=true.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from livecell.errors import ConfigError, MissingPathError, StorageError

SCHEME = "s3://"
LINKED = ".ome.zarr"

_RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
_AT_ONCE = 1000
"""Objects that may be deleted by one request."""
_CLIENT = {"connect_timeout": "5s", "timeout": "120s"}


@dataclass(frozen=True)
class ObjectStatus:
    """Size of an object, and what changes when it is written again."""

    st_size: int
    st_mtime: float
    version: str


@dataclass(frozen=True)
class ObjectPath:
    """A place in an object store; objects are its files, and what their names have in common its folders."""

    url: str

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> ObjectPath:
        return ObjectPath(f"{self.url}/{name}")

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.url.rsplit("/", 1)[-1]

    @property
    def key(self) -> str:
        """Name within the bucket."""
        return self.url.removeprefix(SCHEME).partition("/")[2]

    @property
    def bucket(self) -> str:
        """The bucket, as an address."""
        return SCHEME + self.url.removeprefix(SCHEME).partition("/")[0]

    def resolve(self) -> ObjectPath:
        """Return the path itself: there are no relative ones."""
        return self

    def relative_to(self, folder: ObjectPath) -> str:
        """Return the rest of the path below a folder."""
        return self.url.removeprefix(folder.url).lstrip("/")

    def is_file(self) -> bool:
        """Whether there is an object of that name."""
        try:
            self.stat()
        except FileNotFoundError:
            return False
        return True

    def is_dir(self) -> bool:
        """Whether there are objects below that name."""
        from obstore import list as list_objects

        with object_errors(self):
            return any(list_objects(_bucket(self.bucket), f"{self.key}/", chunk_size=1))

    def exists(self) -> bool:
        """Whether there is anything."""
        return self.is_file() or self.is_dir()

    def stat(self) -> ObjectStatus:
        """Return the status of an object; MissingPathError where there is none."""
        from obstore import head

        with object_errors(self):
            return _status(head(_bucket(self.bucket), self.key))

    def read_text(self, encoding: str = "utf-8") -> str:
        """Return the content of an object."""
        from obstore import get

        with object_errors(self):
            return bytes(get(_bucket(self.bucket), self.key).bytes()).decode(encoding)

    def write_text(self, content: str, encoding: str = "utf-8") -> None:
        """Write an object, as a whole or not at all."""
        from obstore import put

        with object_errors(self):
            put(_bucket(self.bucket), self.key, content.encode(encoding))

    def unlink(self, missing_ok: bool = True) -> None:
        """Delete an object; nothing happens where there is none."""
        from obstore import delete

        del missing_ok  # deleting what is not there is no error of an object store
        with object_errors(self):
            delete(_bucket(self.bucket), self.key)

    def remove_below(self) -> None:
        """Delete all objects below this place."""
        from obstore import delete

        names = [place.removeprefix(f"{self.bucket}/") for place in self.statuses()]
        with object_errors(self):
            for first in range(0, len(names), _AT_ONCE):
                delete(_bucket(self.bucket), names[first : first + _AT_ONCE])

    def statuses(self) -> Mapping[str, ObjectStatus]:
        """Return all objects below this place, by their whole path; asks once for a thousand of them."""
        from obstore import list as list_objects

        with object_errors(self):
            pages = list_objects(_bucket(self.bucket), f"{self.key}/")
            return {f"{self.bucket}/{meta['path']}": _status(meta) for page in pages for meta in page}


Location = Path | ObjectPath
"""A path on a file system, or in an object store."""


def locate(path: str | Path | ObjectPath) -> Location:
    """Return where a path leads: `s3://...` into an object store, all else to a file system.

    Raises ConfigError for an address of another kind, or where what it needs is not installed.
    """
    if isinstance(path, ObjectPath):
        return path
    scheme, separator, _ = str(path).partition("://")
    if not separator:
        return _followed(Path(path))
    if f"{scheme}://" != SCHEME:
        raise ConfigError(
            path,
            expected="a path, or an address s3://bucket/name",
            found=f"{scheme}://",
            hint="copy it to one of these",
        )
    if find_spec("obstore") is None:
        raise ConfigError(
            path, expected="the package obstore", found="it is not installed", hint="pip install 'livecell[s3]'"
        )
    return ObjectPath(str(path).rstrip("/"))


def _followed(path: Path) -> Location:
    """Follow a file that stands for an image elsewhere."""
    for depth, part in enumerate(path.parts, 1):
        if part.endswith(LINKED) and (link := Path(*path.parts[:depth])).is_file():
            return locate("/".join([link.read_text(encoding="utf-8").strip(), *path.parts[depth:]]))
    return path


def link(path: Path, address: str) -> None:
    """Let a file at `path`, whose name ends in .ome.zarr, stand for what is at an address; what was there goes."""
    shutil.rmtree(path, ignore_errors=True)
    path.write_text(f"{locate(address)}\n", encoding="utf-8")


def remove(path: Path) -> None:
    """Remove all that is stored at a path, wherever that leads, and what stands for it."""
    place = locate(path)
    if isinstance(place, ObjectPath):
        place.remove_below()
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(place, ignore_errors=True)


def for_zarr(place: Location, *, read_only: bool = True) -> Any:
    """Return what zarr opens a place by."""
    if isinstance(place, Path):
        return str(place)
    from zarr.storage import ObjectStore

    return ObjectStore(_bucket(place.url), read_only=read_only)


@lru_cache(maxsize=256)
def _bucket(url: str) -> Any:
    from obstore.store import S3Store

    # Whoever names a server without TLS means it.
    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    return S3Store.from_url(url, client_options={**_CLIENT, "allow_http": plain}, retry_config=_RETRY)


def _status(meta: Mapping[str, Any]) -> ObjectStatus:
    return ObjectStatus(int(meta["size"]), meta["last_modified"].timestamp(), str(meta.get("e_tag")))


@contextmanager
def object_errors(place: ObjectPath) -> Iterator[None]:
    """Say in our words what an object store has to say."""
    from obstore.exceptions import BaseError, NotFoundError

    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise MissingPathError(
            place, expected="an object", found="none of that name", hint="check bucket and name"
        ) from error
    except (BaseError, OSError) as error:
        raise StorageError(
            place,
            expected="an object store that answers, and lets us read",
            found=_first_line(error),
            hint="check the bucket, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL "
            "(AWS_SKIP_SIGNATURE=true where it is public)",
        ) from error


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
