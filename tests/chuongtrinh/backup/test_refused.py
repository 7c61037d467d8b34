"""What is not a whole backup of this version leaves an empty installation as empty as it was."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import resource
import stat
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from baocao.evidence import store
from chuongtrinh.backup import archive, restoring, saving
from tests.commands import manage

from .conftest import kept_files, manifest_of, rewritten, rows_of_all

TASKS = "tables/nhiemvu_task.jsonl"


def refused(path: Path) -> str:
    """Try to restore; what the command says in its one line."""
    with pytest.raises(CommandError) as error:
        call_command("restore", str(path), stdout=io.StringIO())
    told = str(error.value)
    assert "\n" not in told
    assert rows_of_all() == 0
    return told


def change_manifest(path: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    def mend(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        change(manifest)
        parts["manifest.json"] = json.dumps(manifest).encode()

    return rewritten(path, mend)


def forge(path: Path, name: str, content: bytes, rows: int | None = None) -> Path:
    """Put another content in a member's place, with a manifest that agrees to it."""

    def change(parts: dict[str, bytes]) -> None:
        manifest = json.loads(parts["manifest.json"])
        parts[name] = content
        manifest["members"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for table in manifest["tables"]:
            if f"tables/{table['name']}.jsonl" == name and rows is not None:
                table["rows"] = rows
        parts["manifest.json"] = json.dumps(manifest).encode()

    return rewritten(path, change)


# --- damage ---------------------------------------------------------------------------------------------


def test_one_changed_byte_is_seen_wherever_it_is(emptied):
    """All over the file; where the zip has room for what nobody reads, every member is still the same."""
    content = emptied.read_bytes()
    seen = 0
    for at in [*range(0, len(content), max(1, len(content) // 300)), *range(len(content) - 22, len(content))]:
        changed = bytearray(content)
        changed[at] ^= 0x55
        try:
            opened = archive.Archive(io.BytesIO(changed))
            for name in opened.manifest.members:
                opened.check(name)
        except archive.Refused:
            seen += 1
        else:
            assert opened.manifest == archive.Archive(io.BytesIO(content)).manifest, at
    assert seen > 200


@pytest.mark.parametrize("part", [0, 1, 0.3, 0.9, 0.999])
def test_a_file_cut_short_is_seen(emptied, part):
    content = emptied.read_bytes()
    emptied.write_bytes(content[: int(len(content) * part) if part != 1 else 1])
    assert "hỏng hoặc đã bị sửa" in refused(emptied)


@pytest.mark.parametrize(
    "content", [b"", b"Khong phai", b"PK\x03\x04" + bytes(300), b"PK\x05\x06" + bytes(18)], ids=range(4)
)
def test_what_is_no_archive_is_refused(emptied, content):
    emptied.write_bytes(content)
    assert "hỏng hoặc đã bị sửa" in refused(emptied)


def test_another_zip_is_refused(emptied):
    with zipfile.ZipFile(emptied, "w") as other:
        other.writestr("manifest.json", '{"format": "another"}')
    assert "không phải bản sao lưu" in refused(emptied)


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.pop(TASKS),
        lambda parts: parts.pop("manifest.json"),
        lambda parts: parts.update({"them.txt": b"x"}),
        lambda parts: parts.update({"../../../../tmp/leo-ra": b"x"}),
        lambda parts: parts.update({TASKS: parts[TASKS].replace(b"xem", b"XEM").replace(b"a", b"b", 1)}),
        lambda parts: parts.update({TASKS: b"".join(parts[TASKS].splitlines(keepends=True)[:-1])}),
        lambda parts: parts.update({next(n for n in parts if n.startswith("evidence/")): b"%PDF-1.7 khac"}),
        lambda parts: parts.update({"manifest.json": b"[" * 100_000}),
        lambda parts: parts.update({"manifest.json": b"\xff\xfe"}),
        lambda parts: parts.update({"manifest.json": b"1" * 5000}),
    ],
    ids=["table", "manifest", "more", "climbs", "word", "row", "proof", "deep", "bytes", "number"],
)
def test_members_that_are_not_as_they_were_are_seen(emptied, files, change):
    assert "hỏng hoặc đã bị sửa" in refused(rewritten(emptied, change))
    assert kept_files(files) == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("members"),
        lambda m: m.update(members=[]),
        lambda m: m.update(tables={}),
        lambda m: m.update(tables=m["tables"][:-1]),
        lambda m: m["tables"][0].update(rows=-1),
        lambda m: m["tables"][0].update(columns=["id"]),
        lambda m: m["tables"][0].update(name="../leo"),
        lambda m: m["members"][TASKS].update(size="nhiều"),
        lambda m: m["members"][TASKS].update(size=10**30),
        lambda m: m["members"][TASKS].update(sha256="0" * 64),
        lambda m: m["members"].update({"../../etc/passwd": m["members"].pop(TASKS)}),
        lambda m: m.update(migrations=None),
        lambda m: m.update(made_at="hôm qua"),
        lambda m: m.update(made_at="2026-11-23T10:00:00"),
    ],
    ids=range(14),
)
def test_a_manifest_that_does_not_fit_is_seen(emptied, change):
    assert "hỏng hoặc đã bị sửa" in refused(change_manifest(emptied, change))


def test_two_members_of_one_name_are_refused(emptied):
    with zipfile.ZipFile(emptied, "a") as more, pytest.warns(UserWarning, match="Duplicate"):
        more.writestr(TASKS, b"[]\n")
    assert "hai tệp cùng tên" in refused(emptied)


# --- forged so that every checksum agrees ------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [b"[]\n", b"{}\n", b"[1]\n", b"khong\n", b"\n", b"[" * 3000 + b"\n", b'["a"'],
    ids=["short", "object", "too short", "words", "blank", "deep", "unfinished"],
)
def test_a_forged_line_is_refused(emptied, line):
    assert "hỏng hoặc đã bị sửa" in refused(forge(emptied, "tables/baocao_dayoff.jsonl", line, rows=1))


@pytest.mark.parametrize(
    "value", ["không phải số", 10**400, [], {"a": 1}, -(10**30), "2026-99-99"], ids=range(6)
)
def test_a_value_that_no_column_takes_is_refused(emptied, value):
    columns = next(row for row in manifest_of(emptied)["tables"] if row["name"] == "baocao_dayoff")["columns"]
    row = {"id": 1, "day": "2026-01-01", "name": "Nghỉ", "worked": False, "committee_id": 1}
    wrong = {"day": value} if value == "2026-99-99" else {"id": value}
    line = json.dumps([{**row, **wrong}[name] for name in columns]).encode() + b"\n"
    told = refused(forge(emptied, "tables/baocao_dayoff.jsonl", line, rows=1))
    assert "hỏng hoặc đã bị sửa" in told or "không nhận" in told


def test_rows_that_point_at_nothing_are_refused(emptied):
    assert "hỏng hoặc đã bị sửa" in refused(forge(emptied, "tables/chuongtrinh_section.jsonl", b"", rows=0))


def test_proofs_that_no_row_names_are_refused(emptied, files):
    name = f"evidence/{'a' * 64}"
    assert "hỏng hoặc đã bị sửa" in refused(forge(emptied, name, b"x"))
    assert kept_files(files) == {}


def test_a_proof_under_another_hash_is_refused(emptied, files):
    (sha256,) = [name for name in manifest_of(emptied)["members"] if name.startswith("evidence/")]
    assert "hỏng hoặc đã bị sửa" in refused(forge(emptied, sha256, b"%PDF-1.7 khac"))
    assert kept_files(files) == {}


def test_a_bomb_does_not_go_off(emptied, monkeypatch):
    """A line without end is given up where it is longer than any honest one."""
    monkeypatch.setattr(archive, "LONGEST_LINE", 1024)
    line = b'["' + b"0" * 1_000_000 + b'"]\n'
    assert "hỏng hoặc đã bị sửa" in refused(forge(emptied, "tables/baocao_dayoff.jsonl", line, rows=1))


def repacked(path: Path, name: str, packed: int, *, true: int, told: int) -> Path:
    """The archive with one member of so many zeros, whose size is told otherwise."""
    with zipfile.ZipFile(path) as old:
        parts = {member: old.read(member) for member in old.namelist() if member != name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member, content in parts.items():
            new.writestr(member, content)
        bomb = zipfile.ZipInfo(name)
        bomb.compress_type = packed
        with new.open(bomb, "w") as out:
            for _ in range(0, true, archive.PIECE):
                out.write(bytes(archive.PIECE))
        bomb.file_size = told
    return path


@pytest.mark.parametrize("name", ["manifest.json", TASKS])
def test_a_member_that_lies_of_its_size_is_never_unpacked_whole(emptied, name):
    """A zip library may unpack all that is packed before it cuts it to the size that was told."""
    path = repacked(emptied, name, zipfile.ZIP_DEFLATED, true=128 * 1024**2, told=5000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "hỏng hoặc đã bị sửa" in refused(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 48 * 1024  # kB


@pytest.mark.parametrize("name", ["manifest.json", TASKS])
@pytest.mark.parametrize("packed", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_in_pieces_is_not_unpacked(emptied, name, packed):
    path = repacked(emptied, name, packed, true=archive.PIECE, told=archive.PIECE)
    assert "nén theo cách lạ" in refused(path)


def test_more_than_the_disk_holds_is_refused_before_anything(emptied, monkeypatch):
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda path: type("Disk", (), {"free": 1000}))
    assert "Không đủ chỗ" in refused(emptied)


# --- another version ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "told"),
    [(["0001_initial", "0099_later"], "phiên bản mới hơn"), ([], "phiên bản cũ hơn")],
    ids=["newer", "older"],
)
def test_another_versions_backup_says_how_to_go_on(emptied, monkeypatch, done, told):
    here = {"nhiemvu": ["0001_initial"]}
    monkeypatch.setattr(restoring, "migrations_done", lambda: here)
    path = change_manifest(emptied, lambda manifest: manifest.update(migrations={"nhiemvu": done}))
    assert told in refused(path)


def test_another_format_is_refused(emptied):
    assert "dạng 2" in refused(change_manifest(emptied, lambda manifest: manifest.update(version=2)))


def test_an_installation_that_is_not_migrated_is_told_so(tmp_path):
    environment = {"VAR_DIR": str(tmp_path), "SECRET_KEY": "x", "ALLOWED_HOSTS": "a"}
    for command in ("backup", "restore"):
        (tmp_path / "co.zip").write_bytes(b"x")
        path = tmp_path / ("co.zip" if command == "restore" else "moi.zip")
        done = manage(command, str(path), **environment)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name or path.name == "moi.zip"] == []


# --- the disk -------------------------------------------------------------------------------------------


def test_a_restore_that_fails_at_the_last_file_leaves_nothing(emptied, files, monkeypatch):
    def full(*_: Any) -> Any:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(store.os, "replace", full)
    assert "hết chỗ" in refused(emptied)
    assert kept_files(files) == {}


def test_a_restore_that_is_stopped_after_the_files_leaves_nothing(emptied, files, monkeypatch):
    def stopped(*_: Any) -> Any:
        assert kept_files(files)
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "_compare", stopped)
    with pytest.raises(KeyboardInterrupt):
        call_command("restore", str(emptied), stdout=io.StringIO())
    assert rows_of_all() == 0
    assert kept_files(files) == {}


def test_of_two_restores_at_once_one_is_told_that_there_is_something(emptied):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite trong bộ nhớ có một kết nối duy nhất")
    told: list[str] = []

    def run() -> None:
        try:
            call_command("restore", str(emptied), stdout=io.StringIO())
        except CommandError as error:
            told.append(str(error))
        finally:
            connection.close()

    runs = [threading.Thread(target=run) for _ in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert len(told) == 1 and "Chỉ phục hồi vào nơi chưa có dữ liệu" in told[0]
    assert rows_of_all()


def test_rows_that_come_out_different_are_taken_back(emptied, files, monkeypatch):
    usual = restoring.tables.lines
    monkeypatch.setattr(
        restoring.tables, "lines", lambda model: (line.replace(b"II.3", b"II.4") for line in usual(model))
    )
    assert "không giống bản sao lưu" in refused(emptied)
    assert kept_files(files) == {}


def backup_refused(path: Path) -> str:
    with pytest.raises(CommandError) as error:
        call_command("backup", str(path), stdout=io.StringIO())
    return str(error.value)


def test_a_backup_never_writes_over_a_file(office, tmp_path):
    path = tmp_path / "co.zip"
    path.write_bytes(b"cu")
    assert "đã có" in backup_refused(path)
    assert path.read_bytes() == b"cu"


def test_a_backup_into_nowhere_is_told(office, tmp_path):
    assert f"Không có {tmp_path / 'khong-co'}" in backup_refused(tmp_path / "khong-co" / "a.zip")
    assert "đã có" in backup_refused(tmp_path)


def test_a_restore_from_nowhere_is_told(transactional_db, tmp_path):
    for name in ("khong-co.zip", "khong-co"):
        assert refused(tmp_path / name).endswith(f"Không có {tmp_path / name}.")
    assert "Không đọc, ghi được" in refused(tmp_path)


def test_a_disk_that_fills_up_leaves_no_half_backup(office, tmp_path):
    """The operating system itself refuses the bytes beyond a limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        told = backup_refused(tmp_path / "a.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "Hết chỗ trên đĩa" in told
    assert [path.name for path in tmp_path.iterdir()] == ["evidence"]


def test_a_backup_that_does_not_read_back_gets_no_name(office, tmp_path, monkeypatch):
    usual = saving.os.fsync

    def spoiled(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.pwrite(handle, b"?" * 100, 5000)
        usual(handle)

    monkeypatch.setattr(saving.os, "fsync", spoiled)
    assert "hỏng" in backup_refused(tmp_path / "a.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["evidence"]


def test_the_database_goes_on_as_before_after_a_backup(office, tmp_path):
    before = getattr(connection, "transaction_mode", None)
    call_command("backup", str(tmp_path / "a.zip"), stdout=io.StringIO())
    assert getattr(connection, "transaction_mode", None) == before
    assert not connection.in_atomic_block
