"""Office files are ZIP archives: packed the same way every time, whatever the clock and the machine."""

from __future__ import annotations

import io
import zipfile
import zlib

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"


def unpacked(raw: bytes) -> list[tuple[str, bytes]]:
    """The members and what they hold, whatever compressed them; none where it is no such archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as kept:
            return [(name, kept.read(name)) for name in kept.namelist()]
    except (zipfile.BadZipFile, zlib.error):
        return []


def repacked(raw: bytes) -> bytes:
    """The same members in the order of their names, the list of types first, without times."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as then, zipfile.ZipFile(kept, "w") as now:
        for name in sorted(then.namelist(), key=lambda name: (name != _FIRST, name)):
            member = zipfile.ZipInfo(name, _NO_TIME)
            member.create_system = 0
            member.external_attr = 0
            member.compress_type = zipfile.ZIP_DEFLATED
            now.writestr(member, then.read(name), compresslevel=6)
    return kept.getvalue()
