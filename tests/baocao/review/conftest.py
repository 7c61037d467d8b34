"""What every test of reports shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from baocao.sealed import pdf
from chuongtrinh.models import Programme
from tests.baocao.review.issuing import TODAY, Issuing, on
from tests.baocao.review.reading import Reading
from tests.record import NOW

SET: dict[bytes, bytes] = {}


@pytest.fixture(autouse=True)
def set_once(monkeypatch) -> None:
    """What is the same to a letter is set in type once in a run: that it comes out the same each time is
    asked in tests/baocao/sealed."""
    typeset = pdf.typeset

    def once(asked: bytes) -> bytes:
        if asked not in SET:
            SET[asked] = typeset(asked)
        return SET[asked]

    monkeypatch.setattr(pdf, "typeset", once)


@pytest.fixture
def work(db, settings, tmp_path) -> Iterator[Issuing]:
    """A committee whose report of September may be drafted; files are kept in ``files``."""
    settings.VAR_DIR, settings.EVIDENCE_DIR = tmp_path, tmp_path / "evidence"
    made = Issuing()
    made.files = settings.EVIDENCE_DIR
    with on(TODAY):
        yield made


@pytest.fixture
def reading(db, settings, tmp_path) -> Iterator[Reading]:
    """The same with a draft begun, and clients of those who read it."""
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    made = Reading()
    with on(TODAY):
        yield made


@pytest.fixture
def office(reading: Reading) -> Client:
    return reading.client(reading.office)


@pytest.fixture
def leader(reading: Reading) -> Client:
    return reading.client(reading.secretary)


@pytest.fixture
def reader(reading: Reading) -> Client:
    return reading.client(reading.viewer)


@pytest.fixture(scope="module")
def told(demo_record: Programme) -> Iterator[Programme]:
    """The demo's record on its last day."""
    with time_machine.travel(NOW, tick=False):
        yield demo_record
