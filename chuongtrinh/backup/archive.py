"""The file of a backup: a zip whose manifest names every member with its size and SHA-256. Pure.

Whatever is read is taken for hostile: names, sizes and lengths are judged before anything is believed, and
no member is ever held whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import IO, Any, cast

FORMAT, VERSION = "chuongtrinh-backup", 1
MANIFEST = "manifest.json"
PIECE = 1024 * 1024
LONGEST_LINE = 64 * PIECE
_LARGEST_MANIFEST = 64 * PIECE
_TIGHTEST = 1032  # no honest deflate stream grows by more
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # read in pieces: the others unpack all at once
_NAME = re.compile(r"tables/[a-z0-9_]+\.jsonl|evidence/[0-9a-f]{64}")
_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    RecursionError,
)


class Refused(Exception):
    """What stands in the way of backing up or restoring, in one line for whoever runs the command."""


class Damaged(Refused):
    """The archive is not the one that was written."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Bản sao lưu hỏng hoặc đã bị sửa: {what}. Chưa ghi gì; hãy dùng bản khác.")


@dataclass(frozen=True, slots=True)
class Member:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    columns: list[str]
    rows: int

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl"


@dataclass(slots=True)
class Manifest:
    """``missing`` are the hashes of evidence files that could not be read when the backup was made."""

    made_at: str
    migrations: dict[str, list[str]]
    tables: list[Table] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def files(self) -> list[str]:
        """The hashes of the evidence that it holds."""
        return [name.removeprefix("evidence/") for name in self.members if name.startswith("evidence/")]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)

    def written(self) -> bytes:
        told = {"format": FORMAT, "version": VERSION, **asdict(self)}
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, text: bytes) -> Manifest:
        told = json.loads(text)
        if not isinstance(told, dict) or told.pop("format", None) != FORMAT:
            raise Damaged("không phải bản sao lưu của phần mềm này")
        if (version := told.pop("version", None)) != VERSION:
            raise Refused(f"Bản sao lưu ở dạng {version!r}, phần mềm này chỉ đọc dạng {VERSION}.")
        try:
            manifest = cls(
                made_at=str(told["made_at"]),
                migrations={str(app): [str(one) for one in done] for app, done in told["migrations"].items()},
                tables=[Table(row["name"], list(row["columns"]), row["rows"]) for row in told["tables"]],
                members={name: Member(row["size"], row["sha256"]) for name, row in told["members"].items()},
                missing=[str(one) for one in told["missing"]],
            )
        except (KeyError, TypeError, AttributeError):
            raise Damaged(f"{MANIFEST} thiếu mục") from None
        whole = (*(row.size for row in manifest.members.values()), *(row.rows for row in manifest.tables))
        if not all(type(number) is int and number >= 0 for number in whole):
            raise Damaged(f"{MANIFEST} ghi sai số lượng")
        if datetime.fromisoformat(manifest.made_at).utcoffset() is None:
            raise Damaged(f"{MANIFEST} ghi sai giờ")
        if not all(_NAME.fullmatch(name) for name in manifest.members):
            raise Damaged(f"{MANIFEST} có tên tệp lạ")
        if any(manifest.members[f"evidence/{sha256}"].sha256 != sha256 for sha256 in manifest.files):
            raise Damaged(f"{MANIFEST} gọi sai tên minh chứng")
        if {row.member for row in manifest.tables} != manifest.members.keys() - {
            f"evidence/{sha256}" for sha256 in manifest.files
        }:
            raise Damaged(f"{MANIFEST} không khớp các bảng")
        return manifest


class Writer:
    """Members one after the other, the manifest last; nothing is whole that was left by an error."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.manifest = manifest

    def add(self, name: str, pieces: Iterator[bytes], *, pack: bool) -> Member:
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
        with self.zip.open(info, "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
        member = self.manifest.members[name] = Member(size, digest.hexdigest())
        return member

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.zip.writestr(zipfile.ZipInfo(MANIFEST), self.manifest.written(), zipfile.ZIP_DEFLATED)
            self.zip.close()
            return
        with suppress(OSError, ValueError):  # what failed fails again while it is put away
            self.zip.close()


class Archive:
    """An archive to be read: its manifest is judged when it is opened, every byte by ``check``."""

    def __init__(self, file: IO[bytes]) -> None:
        with _judged("không đọc được mục lục"):
            self.zip = zipfile.ZipFile(file)
            rows = self.zip.infolist()
            self.infos = {info.filename: info for info in rows}
            if len(self.infos) != len(rows):
                raise Damaged("hai tệp cùng tên")
            manifest = self.infos.pop(MANIFEST, None)
            if manifest is None:
                raise Damaged(f"không có {MANIFEST}")
            if any(info.compress_type not in _PACKED for info in rows):
                raise Damaged("có tệp nén theo cách lạ")
            if manifest.file_size > _LARGEST_MANIFEST:
                raise Damaged(f"{MANIFEST} quá lớn")
            with self.zip.open(manifest) as member:
                self.manifest = Manifest.read(b"".join(iter(lambda: member.read(PIECE), b"")))
            size = file.seek(0, io.SEEK_END)
        if self.infos.keys() != self.manifest.members.keys():
            raise Damaged(f"thiếu hoặc thừa tệp so với {MANIFEST}")
        if sum(info.compress_size for info in rows) > size:
            raise Damaged("các tệp chồng lên nhau")
        for name, info in self.infos.items():
            grown = info.file_size > _TIGHTEST * info.compress_size + 1024
            if grown or info.file_size != self.manifest.members[name].size:
                raise Damaged(f"{name} không đúng dung lượng")

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        with _judged(name), self.zip.open(self.infos[name]) as member:
            yield member

    def check(self, name: str) -> None:
        """Raises Damaged unless the member is, byte for byte, what the manifest says."""
        digest, size = hashlib.sha256(), 0
        with self.open(name) as member:
            while piece := member.read(PIECE):
                digest.update(piece)
                size += len(piece)
        if (size, digest.hexdigest()) != (self.infos[name].file_size, self.manifest.members[name].sha256):
            raise Damaged(f"{name} không khớp mã kiểm tra")

    def rows(self, table: Table) -> Iterator[list[Any]]:
        """The rows of a table: each as long as it has columns, and as many as the manifest says."""
        count = 0
        with self.open(table.member) as member:
            lines = io.BufferedReader(cast(io.RawIOBase, member))
            while line := lines.readline(LONGEST_LINE):
                row = json.loads(line)
                if not isinstance(row, list) or len(row) != len(table.columns) or line[-1:] != b"\n":
                    raise Damaged(f"{table.member}, dòng {count + 1}")
                yield row
                count += 1
        if count != table.rows:
            raise Damaged(f"{table.member} có {count} dòng, {MANIFEST} ghi {table.rows}")


@contextmanager
def _judged(what: str) -> Iterator[None]:
    """A zip library fails in many ways over bytes that are not its own; here they are one."""
    try:
        yield
    except _BROKEN:
        raise Damaged(what) from None
