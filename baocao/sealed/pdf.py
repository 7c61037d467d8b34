"""A report as PDF/A, tagged for readers by ear (PDF/UA): of its frozen form alone, the same each time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from baocao.sealed import fonts
from baocao.sealed.frozen import Frozen
from baocao.sealed.layout import MM_A_POINT, PARTY, VERSION, Layout
from baocao.sealed.shape import Annex, Line
from baocao.sealed.text import (
    RULE,
    annex_label,
    clean,
    instead_of,
    item_of,
    mark,
    moment,
    note_beneath,
    nothing_in,
)

MADE_WITH = f"typst {version('typst')}, bố cục {VERSION}"
_TYPESETTER = Path(__file__).with_name("typeset.py")
MOST_SECONDS = 120
_NO_GLYPH = "□"
_NO_BREAK = "\u00a0"
_BREAK = "\u200b"
_one_at_a_time = threading.Lock()


def render(frozen: Frozen, layout: Layout = PARTY) -> bytes:
    asked = {
        "report": _said(frozen, layout),
        "fonts": str(fonts.FOLDER),
        "moment": moment(frozen).isoformat(),
    }
    return typeset(json.dumps(asked).encode())


def typeset(asked: bytes) -> bytes:
    """The typesetter's own program; RuntimeError where it cannot."""
    with _one_at_a_time:
        try:
            done = subprocess.run(  # noqa: S603 - fixed words, no shell; what people wrote comes as data
                [sys.executable, "-I", str(_TYPESETTER)],
                input=asked,
                capture_output=True,
                timeout=MOST_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RuntimeError(f"typst: {error}") from None
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise RuntimeError(f"typst: {done.stderr.decode(errors='replace')[-2_000:]}")
    return done.stdout


def _said(frozen: Frozen, layout: Layout) -> dict[str, Any]:
    """What the page is told: every text as its lines, of letters that the font can draw."""
    when = moment(frozen)
    points = layout.text_width / MM_A_POINT
    left = layout.head_left / MM_A_POINT
    received = layout.recipients_width / MM_A_POINT
    head, sign = frozen.head, frozen.signature

    def bold(text: str, size: int, room: float = points) -> list[str]:
        return _rows(text, room, size, fonts.BOLD)

    def plain(text: str, size: int = layout.body, room: float = points) -> list[str]:
        return _rows(text, room, size)

    return {
        "layout": asdict(layout),
        "about": {
            "title": _line(f"{frozen.title} {frozen.subject}"),
            "author": _line(head["issuer"]),
            "date": {"year": when.year, "month": when.month, "day": when.day},
        },
        "head": {
            "parent": plain(head["parent"].upper(), layout.parent, left),
            "issuer": bold(head["issuer"].upper(), layout.issuer, left),
            "number": plain(head["number"], layout.number, left),
            "party": bold(head["party"], layout.party, points - left),
            "place_date": plain(head["place_date"], layout.place_date, points - left),
        },
        "draft": plain(mark(frozen), layout.number, left),
        "title": bold(frozen.title, layout.title),
        "subject": bold(frozen.subject, layout.subject, points - 2 * layout.subject_beside / MM_A_POINT),
        "instead": plain(instead_of(frozen)),
        "rule": RULE,
        "body": list(_body(frozen, layout.body, points)),
        "sign": {
            "for": bold(sign["for"], layout.sign, points - received),
            "post": plain(sign["post"], layout.sign, points - received),
            "name": bold(sign["name"], layout.sign, points - received),
        },
        "recipients": [plain(one, layout.recipients, received) for one in frozen.recipients],
        "annexes": [_annex(annex, layout) for annex in frozen.annexes],
        "reference": plain(frozen.annex_reference),
    }


def _body(frozen: Frozen, size: int, room: float) -> Iterator[dict[str, Any]]:
    depth = 0
    for part in frozen.parts:
        if part.level and clean(part.heading).strip():
            # A reader by ear goes down one level at a time.
            depth = min(part.level, depth + 1)
            yield {"heading": depth, "text": _rows(part.heading, room, size, fonts.BOLD)}
        for block in part.blocks:
            text = _NO_BREAK.join(item_of(block)) if block.kind == "item" else block.text
            yield {"heading": 0, "text": _rows(text, room, size)}


def _annex(annex: Annex, layout: Layout) -> dict[str, Any]:
    widths = layout.column_widths(annex)
    across = layout.room(sum(widths))
    rooms = [layout.room(width) for width in widths]

    def row(line: Line) -> dict[str, Any]:
        spans, face = ([across], fonts.BOLD) if line.band else (rooms, fonts.REGULAR)
        return {
            "band": line.band,
            "splits": layout.may_split(line, widths),
            "cells": [
                _rows(text, room, layout.cell, face) for text, room in zip(line.cells, spans, strict=True)
            ],
        }

    rows = [row(line) for line in annex.lines]
    if nothing := nothing_in(annex):
        rows.append({"band": False, "splits": False, "cells": [_rows(nothing, across, layout.cell)]})
    return {
        "title": [annex_label(annex), *_rows(annex.title, across, layout.body, fonts.BOLD)],
        "columns": [
            _rows(name, room, layout.cell, fonts.BOLD)
            for name, room in zip(annex.columns, rooms, strict=True)
        ],
        "widths": widths,
        "rows": rows,
        "note": _rows(note_beneath(annex), across, layout.recipients),
    }


def _line(text: str) -> str:
    return " ".join(_drawn(text).split())


def _rows(text: str, room: float, size: int, face: str = fonts.REGULAR) -> list[str]:
    """The lines of a text. A word that is longer than its place is given places to break at."""
    words = re.sub(r"[^\s/-]+[/-]?", lambda found: _broken(found[0], room, size, face), _drawn(text))
    # Two spaces are two spaces, as in a blank that is filled in by hand.
    return re.sub(" {2,}", lambda found: _NO_BREAK * len(found[0]), words).split("\n")


def _drawn(text: str) -> str:
    """A letter that the font lacks is a box: an emoji in a unit's words does not hold up the report."""
    drawn = fonts.letters() | {"\n"}
    plain = unicodedata.normalize("NFC", clean(text))
    seen = (letter for letter in plain if unicodedata.category(letter) != "Cf")
    return "".join(
        letter if letter in drawn else "" if unicodedata.combining(letter) else _NO_GLYPH for letter in seen
    )


def _broken(word: str, room: float, size: int, face: str) -> str:
    if fonts.width(word, size, face) <= room:
        return word
    made, left = [], room
    for letter in word:
        wide = fonts.width(letter, size, face)
        if wide > left and not unicodedata.combining(letter):
            made.append(_BREAK)
            left = room
        made.append(letter)
        left -= wide
    return "".join(made)
