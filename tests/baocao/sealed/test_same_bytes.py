"""A report is drawn the same at every drawing, on any day and machine, whatever people wrote in it."""

import hashlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import docx as python_docx
import openpyxl
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baocao.sealed import docx, pdf, xlsx
from baocao.sealed.container import unpacked
from baocao.sealed.frozen import Frozen
from baocao.sealed.text import clean
from tests.baocao.sealed.reports import DRAFT, GOLDEN, REPLACING, golden, part, report, small

FORMATS = {"docx": docx, "pdf": pdf, "xlsx": xlsx}
EXPECTED = GOLDEN.with_name("golden_files.json")
ROOT = Path(__file__).parents[3]


def fingerprint(name, raw):
    """Of a file's contents: how tightly they are packed is the machine's zlib, not ours."""
    if name == "pdf":
        return hashlib.sha256(raw).hexdigest()
    held = b"".join(f"{member}\n".encode() + inside for member, inside in unpacked(raw))
    return hashlib.sha256(held).hexdigest()


@pytest.mark.parametrize("name", FORMATS)
def test_the_golden_report_is_drawn_as_it_was(name):
    """When a library or the layout is renewed on purpose: look at the new files, then write them down with
    ``python -m tests.baocao.sealed.test_same_bytes``."""
    expected = json.loads(EXPECTED.read_text(encoding="utf-8"))[name]
    module = FORMATS[name]
    assert {"made_with": module.MADE_WITH, "sha256": fingerprint(name, module.render(golden()))} == expected


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("changes", [{}, DRAFT, REPLACING], ids=["issued", "draft", "replacing"])
def test_drawn_twice_it_is_the_same(name, changes, monkeypatch):
    first = FORMATS[name].render(report(**changes))
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert FORMATS[name].render(report(**changes)) == first


ELSEWHERE = """
import hashlib, sys
from pathlib import Path
from baocao.sealed import docx, pdf, xlsx
from baocao.sealed.container import unpacked
from baocao.sealed.frozen import Frozen
frozen = Frozen.from_bytes(Path(sys.argv[1]).read_bytes())
for module in (docx, pdf, xlsx):
    print(hashlib.sha256(module.render(frozen)).hexdigest())
assert "django" not in sys.modules
"""


def test_another_process_in_another_place_draws_the_same(tmp_path):
    elsewhere = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(GOLDEN)],
        env=os.environ | elsewhere | {"PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    here = [hashlib.sha256(module.render(golden())).hexdigest() for module in FORMATS.values()]
    assert done.stdout.split() == here


@pytest.mark.parametrize("name", FORMATS)
def test_each_file_names_what_drew_it(name):
    library, layout = FORMATS[name].MADE_WITH.split(", ")
    assert layout == "bố cục 1" and library.split()[1][0].isdigit()


NASTY = st.text(max_size=60) | st.sampled_from(
    [
        *("=1+1", "]]>", "&amp;", "\x00", "\ufffe", "\u202eđảo", "e\u0323\u0302", "👩‍🚒🇻🇳"),
        *("a\u2028b", "\r\n\r\n", " " * 9, "%PDF", "_x0041_"),
    ]
)
WRITABLE = NASTY.filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text))


def texts(document):
    return [one.text for one in document.paragraphs]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WRITABLE, min_size=3, max_size=3), st.sampled_from(["paragraph", "item"]))
def test_no_words_of_anyone_spoil_a_file(words, kind):
    body, cell, line = words
    frozen = small(
        cells=(cell, line),
        parts=(part(body, line, kind=kind, heading=cell, level=2),),
        subject=line,
        head=golden().head | {"parent": body, "place_date": cell},
        signature=golden().signature | {"name": line},
        recipients=(cell,),
        annex_reference=body,
    )
    frozen = Frozen.from_bytes(frozen.to_bytes())
    made = {name: module.render(frozen) for name, module in FORMATS.items()}
    document = python_docx.Document(io.BytesIO(made["docx"]))
    assert document.tables[2].cell(1, 1).text == clean(cell)
    assert document.paragraphs[1].text == clean(line)
    if kind == "paragraph":
        assert clean(body) in texts(document)
    sheet = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))["Phụ lục 1"]
    assert (sheet["B5"].value or "", sheet["B5"].data_type) == (clean(cell), "s" if clean(cell) else "n")
    assert len(pypdf.PdfReader(io.BytesIO(made["pdf"])).pages) >= 2


@pytest.mark.parametrize("text", ["Một đoạn dài. " * 2_143, "Ư" * 30_000], ids=["words", "one word"])
def test_thirty_thousand_letters_fit_in_every_file(text):
    frozen = small(text, cells=(text, "ngắn"))
    document = python_docx.Document(io.BytesIO(docx.render(frozen)))
    assert text in texts(document) and document.tables[2].cell(1, 1).text == text
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.render(frozen)))["Phụ lục 1"]
    assert sheet["B5"].value == text
    pages = pypdf.PdfReader(io.BytesIO(pdf.render(frozen))).pages
    found = "".join(page.extract_text() for page in pages)
    letter = text[0]
    assert found.count(letter) >= 2 * text.count(letter)


if __name__ == "__main__":
    rows = {
        name: {"made_with": module.MADE_WITH, "sha256": fingerprint(name, module.render(golden()))}
        for name, module in FORMATS.items()
    }
    EXPECTED.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
