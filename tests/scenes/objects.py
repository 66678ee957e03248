"""An object store on this computer, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

BUCKET = "scope"


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def object_store() -> Iterator[dict[str, str]]:
    """Give the environment by which a store with the bucket `scope` is reached."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    code = "from moto.server import main; main()"
    command = [sys.executable, "-c", code, "-H", "127.0.0.1", "-p", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as server:  # type: ignore[call-overload]
        try:
            while not _made(f"{address}/{BUCKET}"):
                assert server.poll() is None, "the object store does not start"
                time.sleep(0.1)
            yield {
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
                "AWS_REGION": "us-east-1",
                "AWS_ENDPOINT_URL": address,
                "AWS_ALLOW_HTTP": "true",
            }
        finally:
            server.terminate()


def _made(bucket: str) -> bool:
    request = urllib.request.Request(bucket, method="PUT")
    try:
        with urllib.request.urlopen(request):
            return True
    except (URLError, ConnectionError):
        return False


def upload(folder: Path, name: str) -> str:
    """Copy a folder into the bucket of the environment; returns its address."""
    from obstore import put
    from obstore.store import S3Store

    bucket = S3Store.from_url(f"s3://{BUCKET}")
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        put(bucket, f"{name}/{file.relative_to(folder).as_posix()}", file.read_bytes())
    return f"s3://{BUCKET}/{name}"


def forget_stores() -> None:
    """Forget how stores were reached in another environment."""
    from livecell.store import objects

    objects._bucket.cache_clear()
