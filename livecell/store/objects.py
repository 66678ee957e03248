"""Places in an object store, such as `s3://bucket/overnight.ome.zarr`: what reading asks of a path.

Credentials, region and endpoint are those of the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION,
AWS_ENDPOINT_URL; for a public bucket AWS_SKIP_SIGNATURE=true.
"""

from __future__ import annotations

import os
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

_RETRY = {"max_retries": 3, "retry_timeout": timedelta(seconds=20)}
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

        with _errors(self):
            return any(list_objects(_bucket(self.bucket), f"{self.key}/", chunk_size=1))

    def exists(self) -> bool:
        """Whether there is anything."""
        return self.is_file() or self.is_dir()

    def stat(self) -> ObjectStatus:
        """Return the status of an object; MissingPathError where there is none."""
        from obstore import head

        with _errors(self):
            return _status(head(_bucket(self.bucket), self.key))

    def read_text(self, encoding: str = "utf-8") -> str:
        """Return the content of an object."""
        from obstore import get

        with _errors(self):
            return bytes(get(_bucket(self.bucket), self.key).bytes()).decode(encoding)

    def statuses(self) -> Mapping[str, ObjectStatus]:
        """Return all objects below this place, by their whole path; asks once for a thousand of them."""
        from obstore import list as list_objects

        with _errors(self):
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
        return Path(path)
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


def for_zarr(place: Location) -> Any:
    """Return what zarr opens a place by, for reading."""
    if isinstance(place, Path):
        return str(place)
    from zarr.storage import ObjectStore

    return ObjectStore(_bucket(place.url), read_only=True)


@lru_cache(maxsize=256)
def _bucket(url: str) -> Any:
    from obstore.store import S3Store

    # Whoever names a server without TLS means it.
    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    return S3Store.from_url(url, client_options={**_CLIENT, "allow_http": plain}, retry_config=_RETRY)


def _status(meta: Mapping[str, Any]) -> ObjectStatus:
    return ObjectStatus(int(meta["size"]), meta["last_modified"].timestamp(), str(meta.get("e_tag")))


@contextmanager
def _errors(place: ObjectPath) -> Iterator[None]:
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
