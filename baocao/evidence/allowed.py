"""The kinds of file that are taken as evidence, and the refusal of everything else. Pure."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """A file is not taken; the text is one Vietnamese sentence for the person who chose it."""


@dataclass(frozen=True)
class Kind:
    extension: str
    """Without the dot; the kept name ends with it, whatever the upload was called."""
    mime: str
    """For the download, always as an attachment."""
    label: str
    family: str
    """Within a family a wrong ending is mended silently; across families it is refused."""


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = Kind("pdf", "application/pdf", "tài liệu PDF", "pdf")
DOCX = Kind("docx", f"{_OFFICE}.wordprocessingml.document", "văn bản Word (.docx)", "docx")
XLSX = Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", "bảng tính Excel (.xlsx)", "xlsx")
ODT = Kind("odt", "application/vnd.oasis.opendocument.text", "văn bản OpenDocument (.odt)", "odt")
JPG = Kind("jpg", "image/jpeg", "ảnh JPG", "picture")
PNG = Kind("png", "image/png", "ảnh PNG", "picture")
HEIC = Kind("heic", "image/heic", "ảnh HEIC (iPhone)", "picture")

ALLOWED = (PDF, DOCX, XLSX, ODT, JPG, PNG, HEIC)
ALLOWED_IN_WORDS = "PDF, DOCX, XLSX, ODT, JPG, PNG hoặc HEIC"
