"""`make bench`: every measure on every database it concerns, as a table and as var/bench.json."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

MEASURES = [(["safety", os.environ.get("KILLS", "200")], ("sqlite", "postgres"))]
"""A measure with its numbers, and the databases to run it on."""
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
OWN = ("TEST_VAR_DIR", "TEST_DATABASE_URL", "TEST_DATABASE")


def measure(command: list[str], database: str) -> list[dict]:
    """The rows of one measure, run in a process of its own; one row that says so where it broke down."""
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.run", *command],
        env={**environment, "TEST_DATABASE": database},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    try:
        return json.loads(done.stdout)
    except ValueError:
        broke = f"dừng giữa chừng, mã {done.returncode}"
        return [{"what": " ".join(command), "must": "chạy đến cùng", "found": broke, "held": False}]


def main() -> int:
    rows = [
        {"database": NAMES[database], **row}
        for command, databases in MEASURES
        for database in databases
        for row in measure(command, database)
    ]
    for row in rows:
        print(f"{'ĐẠT ' if row['held'] else 'HỎNG'}  {row['database']:<10}  {row['what']}: {row['found']}")
    kept = Path(os.environ.get("VAR_DIR", "var")) / "bench.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    told = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "rows": rows}
    kept.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"Số liệu: {kept}")
    return 0 if all(row["held"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
