"""The frozen form: one report, one byte string; nothing else is read back."""

import hashlib
import json

import pytest

from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Annex, Block, Line, Part, Sentence
from tests.baocao.sealed.reports import DRAFT, GOLDEN, REPLACING, golden, report


def canonical(said) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_what_is_read_back_is_what_was_frozen():
    raw = GOLDEN.read_bytes()
    frozen = Frozen.from_bytes(raw)
    assert frozen.to_bytes() == raw
    assert frozen.digest == hashlib.sha256(raw).hexdigest()
    assert canonical(json.loads(raw)) == raw
    for one in (report(**DRAFT), report(**REPLACING)):
        assert Frozen.from_bytes(one.to_bytes()) == one


def mended(change):
    said = json.loads(GOLDEN.read_bytes())
    change(said)
    return canonical(said)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda said: said.update(schema=2), "mẫu 2"),
        (lambda said: said.pop("subject"), "thiếu hoặc thừa subject"),
        (lambda said: said.update(extra=1), "thiếu hoặc thừa extra"),
        (lambda said: said["head"].pop("party"), "head thiếu hoặc thừa party"),
        (lambda said: said.update(title=7), "title phải là str"),
        (lambda said: said.update(edition=True), "edition phải là int"),
        (lambda said: said.update(edition=1.0), "edition phải là int"),
        (lambda said: said.update(parts={}), "parts phải là list"),
        (lambda said: said["parts"][1]["blocks"][0]["sentences"][0].update(text=None), "text phải là str"),
        (lambda said: said["parts"][1]["blocks"][0].update(kind="table"), "không rõ loại"),
        (lambda said: said["parts"][1].update(level=4), "cấp đề mục 4"),
        (lambda said: said["figures"].update(rows="53"), "figures.rows phải là int"),
        (lambda said: said.update(as_of="14/06/2026"), "as_of không phải ngày"),
        (lambda said: said.update(as_of="20260614"), "as_of không phải ngày"),
        (lambda said: said.update(known_at="2026-06-16T09:30:00"), "múi giờ"),
        (lambda said: said.update(number=None), "bản ban hành phải có số"),
        (lambda said: said.update(draft=1), "bản ban hành phải có số"),
        (lambda said: said.update(issued_on=None), "bản ban hành phải có số"),
        (lambda said: said.update(edition=2), "bản từ lần 2"),
        (lambda said: said["annexes"][0]["lines"][0]["cells"].append("thừa"), "số ô không khớp"),
        (lambda said: said["annexes"][0]["widths"].pop(), "độ rộng"),
        (lambda said: said["annexes"].pop(0), "đánh số 1, 2, 3"),
    ],
)
def test_what_is_not_a_report_is_refused_with_its_reason(change, why):
    with pytest.raises(ValueError, match=why):
        Frozen.from_bytes(mended(change))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"{",
        b"[" * 100_000,
        GOLDEN.read_bytes().decode().encode("utf-16"),
    ],
)
def test_other_bytes_are_refused(raw):
    with pytest.raises(ValueError, match="không hợp lệ"):
        Frozen.from_bytes(raw)


@pytest.mark.parametrize(
    "other",
    [
        lambda raw: raw + b"\n",
        lambda raw: json.dumps(json.loads(raw)).encode(),
        lambda raw: raw.replace(b'"asked":7', b'"asked":7,"asked":7'),
        lambda raw: (
            json.dumps(json.loads(raw), ensure_ascii=False, separators=(",", ":"))
            .encode()
            .replace(b"{", b"{ ")
        ),
    ],
    ids=["line end", "escaped", "twice", "spaces"],
)
def test_the_same_report_written_another_way_is_refused(other):
    with pytest.raises(ValueError, match="dạng chuẩn"):
        Frozen.from_bytes(other(GOLDEN.read_bytes()))


def test_a_wrong_report_cannot_be_made():
    with pytest.raises(ValueError, match="số ô"):
        report(annexes=(Annex(1, "", ("A", "B"), (1, 1), (Line(("một",)),)),))
    with pytest.raises(ValueError, match="UTF-8"):
        report(parts=(Part("I", 1, "", (Block((Sentence("\ud800"),)),)),))


def test_any_changed_letter_changes_the_digest():
    assert report(subject=golden().subject + ".").digest != golden().digest
