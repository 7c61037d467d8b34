"""Evidence is kept once under its hash, whole or not at all, for nobody else's eyes."""

import errno
import hashlib
import io
import os
import stat
import threading
from pathlib import Path

import pytest

from baocao.evidence import store
from baocao.evidence.store import NotKept, NotStored, keep, open_kept, place, sweep, verify

CONTENT = "Báo cáo kết quả".encode() * 100_000
HASH = hashlib.sha256(CONTENT).hexdigest()


def everything(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def test_bytes_come_back_as_they_were(tmp_path: Path) -> None:
    file = io.BytesIO(CONTENT)
    file.seek(100)
    root = tmp_path / "evidence"
    assert keep(file, root) == (HASH, len(CONTENT))
    assert everything(root) == [root / HASH[:2] / HASH[2:4] / HASH]
    with open_kept(HASH, root) as kept:
        assert kept.read() == CONTENT
    assert verify(HASH, root)


def test_only_the_sites_account_may_read(tmp_path: Path) -> None:
    root = tmp_path / "evidence"
    keep(io.BytesIO(CONTENT), root)
    assert stat.S_IMODE(place(HASH, root).stat().st_mode) == 0o600
    assert {stat.S_IMODE(path.stat().st_mode) for path in (root, *root.rglob("*")) if path.is_dir()} == {
        0o700
    }


def test_the_same_content_twice_is_one_file(tmp_path: Path) -> None:
    keep(io.BytesIO(CONTENT), tmp_path)
    first = place(HASH, tmp_path).stat().st_ino
    keep(io.BytesIO(CONTENT), tmp_path)
    assert len(everything(tmp_path)) == 1
    assert place(HASH, tmp_path).stat().st_ino == first


def test_the_same_content_at_the_same_time_is_one_file(tmp_path: Path) -> None:
    start, results = threading.Barrier(16), []

    def one() -> None:
        start.wait()
        results.append(keep(io.BytesIO(CONTENT), tmp_path))

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [(HASH, len(CONTENT))] * 16
    assert everything(tmp_path) == [place(HASH, tmp_path)]
    assert verify(HASH, tmp_path)


def test_damage_is_seen_and_mended_by_the_same_file_again(tmp_path: Path) -> None:
    keep(io.BytesIO(CONTENT), tmp_path)
    place(HASH, tmp_path).write_bytes(CONTENT[:-1] + b"?")
    assert not verify(HASH, tmp_path)
    keep(io.BytesIO(CONTENT), tmp_path)
    assert verify(HASH, tmp_path)


@pytest.mark.parametrize(
    "sha256", ["", "a" * 64, "A" * 64, "../../../etc/passwd", "a" * 63 + "\n", "/etc/passwd"]
)
def test_only_a_kept_hash_opens_anything(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(NotKept):
        open_kept(sha256, tmp_path)
    assert not verify(sha256, tmp_path)


class FullDisk(io.BytesIO):
    """Gives a piece, then the disk is full."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().read(size)


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotStored, match="hết chỗ"):
        keep(FullDisk(CONTENT), tmp_path)
    assert everything(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize(("fault", "told"), [(errno.ENOSPC, "hết chỗ"), (errno.EIO, "không ghi được")])
def test_a_disk_that_fails_at_any_step_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, fault: int, told: str
) -> None:
    def fails(*_: object) -> None:
        raise OSError(fault, os.strerror(fault))

    (tmp_path / "incoming").mkdir()
    monkeypatch.setattr(store.os, step, fails)
    with pytest.raises(NotStored, match=told):
        keep(io.BytesIO(CONTENT), tmp_path)
    assert everything(tmp_path) == []


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep(Broken(CONTENT), tmp_path)
    assert everything(tmp_path) == []


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    keep(io.BytesIO(CONTENT), tmp_path)
    old, fresh = tmp_path / "incoming" / "old", tmp_path / "incoming" / "fresh"
    for left in (old, fresh):
        left.write_bytes(b"half")
    os.utime(old, (1_000_000, 1_000_000))
    assert sweep(tmp_path) == 1
    assert everything(tmp_path) == sorted([fresh, place(HASH, tmp_path)])
