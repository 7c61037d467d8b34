"""Run one measure in a process of its own, on the database that TEST_DATABASE names: its rows as JSON.

`python -m tests.bench.run safety 20` calls tests.bench.safety.measure(20).
"""

import json
import os
import sys
from dataclasses import asdict
from importlib import import_module

import django


def main(name: str, *numbers: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    rows = import_module(f"tests.bench.{name}").measure(*map(int, numbers))
    json.dump([asdict(row) for row in rows], sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
