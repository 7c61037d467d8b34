"""The files a programme comes from: its text and its corrections."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chuongtrinh.reader import (
    MAX_BYTES,
    CorrectionRow,
    Document,
    UnreadableDocument,
    read_corrections,
    read_document,
)

_DATA = Path(__file__).resolve().parent.parent / "data"
BUNDLED = _DATA / "08-CTr-DUUB.txt"
BUNDLED_CORRECTIONS = _DATA / "corrections.tsv"


class LoadError(Exception):
    """Why a document cannot be loaded: Vietnamese, one line and, for a refusal, what differs below it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One document as read, with its bytes."""

    name: str
    data: bytes
    document: Document


def read_source(file: Path | None = None, corrections: Path | None = None) -> Source:
    """Read a document, by default the bundled one with its corrections; touches no database.

    Raises LoadError where a file cannot be opened or is no such text.
    """
    if file is None:
        file, corrections = BUNDLED, corrections or BUNDLED_CORRECTIONS
    data = _read(file)
    rows: tuple[CorrectionRow, ...] = ()
    if corrections is not None:
        table = _read(corrections)
        try:
            rows = read_corrections(table)
        except UnreadableDocument as error:
            raise LoadError(f"{corrections}: {error}") from None
    try:
        document = read_document(data, rows, filename=file.name)
    except UnreadableDocument as error:
        raise LoadError(f"{file}: {error}") from None
    return Source(file.name, data, document)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        reason = "không có tệp này. Hãy kiểm tra lại đường dẫn."
    except IsADirectoryError:
        reason = "đây là thư mục. Hãy chỉ rõ một tệp .txt hoặc .md."
    except PermissionError:
        reason = "không có quyền đọc tệp này."
    except (OSError, ValueError) as error:
        reason = f"không đọc được tệp ({getattr(error, 'strerror', None) or 'đường dẫn sai'})."
    raise LoadError(f"{path}: {reason}")
