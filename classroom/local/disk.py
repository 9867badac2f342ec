"""Whether a disk has room, and the words for one that has not."""

import errno
import os
from pathlib import Path

# PostgreSQL writes its log in pieces of 16 MB, so with less than that nothing is recorded.
LEAST_FREE_BYTES = 20 * 1024 * 1024


def is_full(folder: Path) -> bool:
    """Also where only the number of files is used up."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize < LEAST_FREE_BYTES or (found.f_files > 0 and found.f_favail == 0)


def means_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def words(folder: Path) -> str:
    return f"The disk that holds {folder} is full: less than {LEAST_FREE_BYTES // 1024**2} MB are free."
