"""The document reader: a signed action programme as text, in; frozen facts with line numbers, out.

Pure Python, without Django and without a database. It is written for the genre (Roman parts, numbered
sections, bullets, "Phân công thực hiện" blocks, letterhead, recipients), never for one file.
"""

from .corrections import read_corrections
from .document import (
    AppliedCorrection,
    Assigned,
    Assignee,
    Citation,
    Clause,
    Closing,
    CorrectionRow,
    Document,
    Letterhead,
    PostHeld,
    Section,
    Span,
    StatedDeadline,
    Target,
    Unplaced,
    UnreadableDocument,
)
from .mirrors import mirrored
from .reading import read_document
from .text import MAX_BYTES

__all__ = [
    "MAX_BYTES",
    "AppliedCorrection",
    "Assigned",
    "Assignee",
    "Citation",
    "Clause",
    "Closing",
    "CorrectionRow",
    "Document",
    "Letterhead",
    "PostHeld",
    "Section",
    "Span",
    "StatedDeadline",
    "Target",
    "Unplaced",
    "UnreadableDocument",
    "mirrored",
    "read_corrections",
    "read_document",
]
