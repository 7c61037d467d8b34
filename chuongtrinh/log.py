"""What the console shows: a refused page is one line, only a failure of our own brings its traceback."""

from __future__ import annotations

import logging


def without_traceback(record: logging.LogRecord) -> bool:
    """Django logs a 403 or 404 with the exception that said so; an answer foreseen needs no traceback."""
    if 400 <= getattr(record, "status_code", 500) < 500:
        record.exc_info = record.exc_text = None
    return True
