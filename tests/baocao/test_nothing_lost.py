"""A sample of `make bench`: a real server killed in mid-write, and fifty who save one draft at once."""

import os

import pytest

from tests.bench.__main__ import measure

KILLS = os.environ.get("KILLS", "12")


@pytest.mark.django_db
def test_no_acknowledged_word_is_lost() -> None:
    rows = measure(["safety", KILLS], os.environ.get("TEST_DATABASE") or "sqlite")
    assert [row["found"] for row in rows if not row["held"]] == []
    assert len(rows) == 4
    assert rows[0]["more"]["kills"] == int(KILLS)
