"""The bundled programme, read once, and the invented texts beside these tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chuongtrinh.reader import Document, read_corrections, read_document

DATA = Path(__file__).parents[3] / "chuongtrinh" / "data"
TEXTS = Path(__file__).parent / "texts"


@pytest.fixture(scope="session")
def signed_bytes() -> bytes:
    return (DATA / "08-CTr-DUUB.txt").read_bytes()


@pytest.fixture(scope="session")
def correction_bytes() -> bytes:
    return (DATA / "corrections.tsv").read_bytes()


@pytest.fixture(scope="session")
def programme(signed_bytes: bytes, correction_bytes: bytes) -> Document:
    return read_document(signed_bytes, read_corrections(correction_bytes), filename="08-CTr-DUUB.txt")


@pytest.fixture(scope="session")
def read_text() -> Callable[[str], Document]:
    def read(name: str) -> Document:
        return read_document((TEXTS / name).read_bytes(), filename=name)

    return read
