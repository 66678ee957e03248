"""Which operating system errors speak of the disk, and not of a fault of ours."""

from __future__ import annotations

import errno

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def is_disk_fault(error: BaseException) -> bool:
    """Say whether the disk is full, read-only or closed to us."""
    return isinstance(error, OSError) and error.errno in _DISK
