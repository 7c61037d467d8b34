"""Run as a program of its own: sets a report's page in type, JSON in, PDF out.

Apart from the server because typst takes 80 MB for a long report and keeps a good part of it.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

import typst

SOURCE = Path(__file__).with_name("report.typ")


def main() -> None:
    asked = json.load(sys.stdin.buffer)
    made = typst.compile(
        SOURCE.read_bytes(),
        format="pdf",
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[asked["fonts"]]
        ),
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(asked["report"], ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=datetime.fromisoformat(asked["moment"]),
    )
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
