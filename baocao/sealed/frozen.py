"""The frozen form of a report: canonical JSON with all that its files show, and no other source for them.

Canonical: UTF-8, keys in order, no spaces. One report has one byte string, so its SHA-256 speaks for it. A
``Frozen`` cannot be made of the wrong things, and bytes are read back only if they are what it would write.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, NoReturn, Self, TypedDict

from baocao.sealed.shape import Annex, Part, blocks_of

SCHEMA = 1


class ProgrammeNamed(TypedDict):
    number: str
    title: str
    issued_on: str | None


class PeriodNamed(TypedDict):
    key: str
    label: str
    start: str
    end: str


class Replaced(TypedDict):
    """The edition that this one stands instead of."""

    number: str
    issued_on: str
    edition: int
    sha256: str


class Head(TypedDict):
    parent: str
    issuer: str
    number: str
    party: str
    place_date: str


Signature = TypedDict("Signature", {"for": str, "post": str, "name": str})


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """A report as it is issued, or as a draft would be. Days and moments are ISO text.

    ``sample`` says that what it tells is invented. ``draft`` is the draft's ordinal and None once issued;
    ``previous`` is the seal of the report issued before it in the committee's register, so that the register
    is a chain.
    """

    rules: str
    sample: bool
    programme: ProgrammeNamed
    kind: str
    period: PeriodNamed
    edition: int
    draft: int | None
    replaces: Replaced | None
    because: str
    previous: str | None
    head: Head
    title: str
    subject: str
    parts: tuple[Part, ...]
    signature: Signature
    recipients: tuple[str, ...]
    annexes: tuple[Annex, ...]
    annex_reference: str
    figures: dict[str, int]
    missing: tuple[str, ...]
    asked: int
    as_of: str
    known_at: str
    number: int | None
    symbol: str
    issued_on: str | None
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        try:
            raw = self.to_bytes()
        except UnicodeEncodeError:
            _refuse("có ký tự không ghi được bằng UTF-8")
        _check(json.loads(raw))

    def as_json(self) -> dict[str, Any]:
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return said | {
            "parts": [
                {
                    "key": part.key,
                    "level": part.level,
                    "heading": part.heading,
                    "blocks": [block.as_json() for block in part.blocks],
                }
                for part in self.parts
            ],
            "annexes": [annex.as_json() for annex in self.annexes],
        }

    def to_bytes(self) -> bytes:
        return json.dumps(
            self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
        ).encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """ValueError, saying what is wrong, for anything but the very bytes of ``to_bytes``."""
        try:
            said = json.loads(raw.decode())
        except UnicodeDecodeError:
            _refuse("không phải UTF-8")
        except (ValueError, RecursionError):
            _refuse("không phải JSON")
        _check(said)
        frozen = cls(
            **said
            | {
                "parts": tuple(
                    Part(part["key"], part["level"], part["heading"], blocks_of(part["blocks"]))
                    for part in said["parts"]
                ),
                "annexes": tuple(Annex.read(annex) for annex in said["annexes"]),
                "recipients": tuple(said["recipients"]),
                "missing": tuple(said["missing"]),
            }
        )
        if frozen.to_bytes() != raw:
            _refuse("không ở dạng chuẩn (thứ tự khóa, dấu cách hoặc cách ghi ký tự)")
        return frozen


def _refuse(why: str) -> NoReturn:
    raise ValueError(f"Nội dung niêm phong không hợp lệ: {why}.")


# A type; a dict of named values; [of one kind]; (any of these). dict[str, int] has whatever names it has.
_SOURCE = {"label": str, "url": str}
_BLOCK = {"kind": str, "sentences": [{"text": str, "sources": [_SOURCE]}]}
_COUNTS = dict[str, int]
_SHAPE: dict[str, Any] = {
    "schema": int,
    "rules": str,
    "sample": bool,
    "programme": {"number": str, "title": str, "issued_on": (None, date)},
    "kind": str,
    "period": {"key": str, "label": str, "start": date, "end": date},
    "edition": int,
    "draft": (None, int),
    "replaces": (None, {"number": str, "issued_on": date, "edition": int, "sha256": str}),
    "because": str,
    "previous": (None, str),
    "head": {"parent": str, "issuer": str, "number": str, "party": str, "place_date": str},
    "title": str,
    "subject": str,
    "parts": [{"key": str, "level": int, "heading": str, "blocks": [_BLOCK]}],
    "signature": {"for": str, "post": str, "name": str},
    "recipients": [str],
    "annexes": [
        {
            "number": int,
            "title": str,
            "columns": [str],
            "widths": [int],
            "lines": [{"cells": [str], "band": bool, "sources": [_SOURCE]}],
            "note": str,
        }
    ],
    "annex_reference": str,
    "figures": _COUNTS,
    "missing": [str],
    "asked": int,
    "as_of": date,
    "known_at": datetime,
    "number": (None, int),
    "symbol": str,
    "issued_on": (None, date),
}


def _check(said: Any) -> None:
    if isinstance(said, dict) and "schema" in said and said["schema"] != SCHEMA:
        _refuse(f"bản ghi theo mẫu {said['schema']!r}, phần mềm này đọc mẫu {SCHEMA}")
    _walk(said, _SHAPE, "")
    if (said["draft"] is None) != (said["number"] is not None) or (
        (said["number"] is None) != (said["issued_on"] is None)
    ):
        _refuse("bản ban hành phải có số và ngày, dự thảo thì phải có lần và không có số, ngày")
    if (said["edition"] == 1) != (said["replaces"] is None):
        _refuse("bản từ lần 2 trở đi phải ghi bản mà nó thay, bản đầu thì không")
    for part in said["parts"]:
        if part["level"] not in range(4):
            _refuse(f"phần {part['key']} có cấp đề mục {part['level']}, chỉ được từ 0 đến 3")
        if any(block["kind"] not in ("paragraph", "item") for block in part["blocks"]):
            _refuse(f"phần {part['key']} có đoạn không rõ loại")
    if [annex["number"] for annex in said["annexes"]] != [*range(1, len(said["annexes"]) + 1)]:
        _refuse("phụ lục phải được đánh số 1, 2, 3 liền nhau")
    for annex in said["annexes"]:
        wide = len(annex["columns"])
        if not wide or len(annex["widths"]) != wide or min(annex["widths"]) < 1:
            _refuse(f"phụ lục {annex['number']}: mỗi cột cần một tên và một độ rộng")
        for at, line in enumerate(annex["lines"], start=1):
            if len(line["cells"]) != (1 if line["band"] else wide):
                _refuse(f"phụ lục {annex['number']}, dòng {at}: số ô không khớp số cột")


def _walk(value: Any, shape: Any, where: str) -> None:
    if isinstance(shape, tuple):
        if value is not None:
            _walk(value, shape[1], where)
    elif isinstance(shape, list):
        _is(value, list, where)
        for at, one in enumerate(value):
            _walk(one, shape[0], f"{where}[{at}]")
    elif isinstance(shape, dict):
        _is(value, dict, where)
        if value.keys() != shape.keys():
            odd = ", ".join(sorted(value.keys() ^ shape.keys()))
            _refuse(f"{where or 'bản ghi'} thiếu hoặc thừa {odd}")
        for name, one in value.items():
            _walk(one, shape[name], f"{where}.{name}".lstrip("."))
    elif shape is _COUNTS:
        _is(value, dict, where)
        for name, one in value.items():
            _is(one, int, f"{where}.{name}")
    elif shape in (date, datetime):
        _is(value, str, where)
        try:
            read = shape.fromisoformat(value)
        except ValueError:
            _refuse(f"{where} không phải ngày: {value!r}")
        if shape is date and read.isoformat() != value:
            _refuse(f"{where} không phải ngày: {value!r}")
        if isinstance(read, datetime) and read.utcoffset() is None:
            _refuse(f"{where} thiếu múi giờ")
    else:
        _is(value, shape, where)


def _is(value: Any, kind: type, where: str) -> None:
    # type() and not isinstance: True is an int to Python, and not to a reader of the file.
    if type(value) is not kind:
        _refuse(f"{where or 'bản ghi'} phải là {kind.__name__}, không phải {type(value).__name__}")
