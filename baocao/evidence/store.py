"""Where evidence is kept: one file per content, named by its SHA-256, under a directory outside static.

Written beside its place and moved in whole, so a crash leaves no half file under a hash. Files are readable
by the site's own account only.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import IO

PIECE = 1024 * 1024
_INCOMING = "incoming"
_HASH = re.compile(r"[0-9a-f]{64}")
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""How a disk says that it is full."""


class NotStored(Exception):
    """The bytes could not be kept; nothing of them is left behind. The text is for the person who waits."""


class NotKept(LookupError):
    """No file is kept under this hash."""


def place(sha256: str, root: Path) -> Path:
    if not _HASH.fullmatch(sha256):
        raise NotKept(sha256)
    return root / sha256[:2] / sha256[2:4] / sha256


def keep(file: IO[bytes], root: Path) -> tuple[str, int]:
    """Keep the bytes of ``file`` from its start; return their SHA-256 and how many they are.

    When this returns, they are on the disk. The same bytes again, also at the same time, are one file; a kept
    file that has been damaged is replaced.
    """
    try:
        return _keep(file, root)
    except OSError as error:
        reason = "hết chỗ chứa tệp" if error.errno in FULL else "không ghi được tệp"
        raise NotStored(f"Máy chủ {reason} nên chưa lưu được; báo người quản trị rồi tải lại.") from error


def _keep(file: IO[bytes], root: Path) -> tuple[str, int]:
    incoming = root / _INCOMING
    _make_directory(incoming)
    descriptor, temporary = tempfile.mkstemp(dir=incoming)  # mode 0600
    try:
        digest, size = hashlib.sha256(), 0
        with os.fdopen(descriptor, "wb") as out:
            file.seek(0)
            while piece := file.read(PIECE):
                out.write(piece)
                digest.update(piece)
                size += len(piece)
            out.flush()
            os.fsync(out.fileno())
        sha256 = digest.hexdigest()
        target = place(sha256, root)
        if not verify(sha256, root):
            _make_directory(target.parent)
            os.replace(temporary, target)
            sync_directory(target.parent)
        return sha256, size
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def open_kept(sha256: str, root: Path) -> BufferedReader:
    """Raises NotKept where there is none."""
    try:
        return place(sha256, root).open("rb")
    except FileNotFoundError:
        raise NotKept(sha256) from None


def verify(sha256: str, root: Path) -> bool:
    """Whether the kept bytes are there and still the ones that were given."""
    try:
        with open_kept(sha256, root) as kept:
            return hashlib.file_digest(kept, "sha256").hexdigest() == sha256
    except NotKept:
        return False


def forget(sha256: str, root: Path) -> None:
    """Remove what was kept, where the rows that name it were not."""
    with suppress(FileNotFoundError):
        place(sha256, root).unlink()


def sweep(root: Path, *, older_than: float = 24 * 3600) -> int:
    """Remove what a killed process left half written; how many files that were."""
    removed = 0
    for left in (root / _INCOMING).glob("*"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - older_than:
                left.unlink()
                removed += 1
    return removed


def _make_directory(path: Path) -> None:
    """Each new directory is made for the site's account alone and survives a power cut."""
    if path.is_dir():
        return
    if path.parent != path:
        _make_directory(path.parent)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
