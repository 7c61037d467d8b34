"""Whatever stored byte of an issued report is changed, by whatever hand, it is told."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from baocao.evidence import store
from baocao.models import Review, ReviewAct, ReviewPart, SealedFile
from baocao.review import drafting, freezing, proving, sealing
from baocao.sealed import container, docx, pdf
from tests.factories.people import UserFactory
from tests.factories.programmes import ProgrammeFactory


@pytest.fixture
def work(work):
    """Two reports are issued."""
    work.review = work.issued()
    work.next = work.issued(work.drafted(work.another()))
    return work


@pytest.fixture
def quick(monkeypatch):
    """Without rendering again: it is asked of by tests of their own."""
    monkeypatch.setattr(proving, "RENDERERS", {})
    monkeypatch.setattr(proving, "_files", lambda *_: [])


def wrong(review: Review) -> list[str]:
    return [one.what for one in sealing.verify(review) if not one.ok]


def flipped(text: str, at: int) -> str:
    """Another character in its place."""
    char = text[at]
    return text[:at] + ("0" if char != "0" else "1") + text[at + 1 :]


def other_value(row: models.Model, field: models.Field) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, models.ForeignKey):
        others = field.related_model._base_manager.exclude(pk=value)
        return others.values_list("pk", flat=True).first()
    if isinstance(field, models.JSONField):
        return [*value, "x"] if isinstance(value, list) else {**value, "x": 1}
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, int):
        return value + 1
    if field.name == "state":
        return "superseded" if value == "issued" else "issued"
    return flipped(value, len(value) - 1) if value else "x"


def change(model: type[models.Model], pk: int, **now: Any) -> None:
    """As somebody with the database's password would: past the models and their histories."""
    model._base_manager.filter(pk=pk).update(**now)


def test_what_nobody_touched_is_whole(work):
    said = {one.what: one.said for one in sealing.verify(work.review)}
    assert wrong(work.review) == wrong(work.next) == []
    assert work.review.sha256 in said["Nội dung niêm phong"]
    assert said["Tệp PDF"] == "Nguyên vẹn; kết xuất lại giống từng byte."


def test_a_byte_of_the_sealed_text_anywhere(work, quick):
    text = work.review.sealed
    places = [*random.Random(6).sample(range(len(text)), 60), 0, len(text) - 1]
    for at in places:
        change(Review, work.review.pk, sealed=flipped(text, at))
        assert "Nội dung niêm phong" in wrong(work.review), at
    for now in (text + " ", text + "\n", text[:-1], "{}", "null", "x", text.replace('":', '": ', 1)):
        change(Review, work.review.pk, sealed=now)
        assert "Nội dung niêm phong" in wrong(work.review), now[:20]


def test_a_text_and_its_hash_changed_together_are_told_by_the_act_and_the_next_report(work, quick):
    """Whoever changes the text and its SHA-256 in the row, in the act and in the history still meets the
    chain."""
    text = work.review.sealed.replace("40%", "41%")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    change(Review, work.review.pk, sealed=text, sha256=sha256)
    assert {"Dấu niêm phong", "Lịch sử sửa đổi"} <= {*wrong(work.review)}
    reseal(work.review)
    Review.history.filter(id=work.review.pk, state="issued").update(sha256=sha256)
    assert {"Các phần và phụ lục", "Chuỗi báo cáo trong sổ"} <= {*wrong(work.review)}
    assert "Chuỗi báo cáo trong sổ" in wrong(work.next)


def reseal(review: Review) -> None:
    """The act of issuing is written over too, to fit what is there now."""
    review.refresh_from_db()
    steps = review.acts.exclude(act="issue")
    seal = freezing.seal_of(review.sha256, review.files.all(), steps)
    ReviewAct._base_manager.filter(review=review, act="issue").update(sha256=seal)


@pytest.mark.parametrize("made_with", ["python-docx 1.1, bố cục 0", None], ids=["other renderer", "same"])
def test_a_file_its_row_and_its_renderers_name_changed_together(work, made_with):
    """Another file under its own hash, said to be of an older version, that no rendering can disprove."""
    row = work.review.files.get(format="docx")
    raw = container.repacked(with_word(store.place(row.sha256, work.files).read_bytes(), "40%", "41%"))
    sha256, size = store.keep(io.BytesIO(raw), work.files)
    change(SealedFile, row.pk, sha256=sha256, size=size, made_with=made_with or row.made_with)
    assert "Dấu niêm phong" in wrong(work.review)
    assert "Chuỗi báo cáo trong sổ" in wrong(work.review)
    assert ("Tệp DOCX" in wrong(work.review)) == (made_with is None)
    reseal(work.review)
    assert "Dấu niêm phong" not in wrong(work.review)
    assert "Chuỗi báo cáo trong sổ" in wrong(work.review) and "Chuỗi báo cáo trong sổ" in wrong(work.next)


def with_word(raw: bytes, old: str, new: str) -> bytes:
    """The same Word file with one word changed."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as now:
        for name, held in container.unpacked(raw):
            now.writestr(name, held.replace(old.encode(), new.encode()))
    assert kept.getvalue() != raw
    return kept.getvalue()


def test_a_file_that_another_machine_compresses_otherwise_is_the_same(work, monkeypatch):
    render = docx.render

    def packed(frozen):
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as now:
            for name, held in container.unpacked(render(frozen)):
                now.writestr(name, held)
        return kept.getvalue()

    monkeypatch.setattr(docx, "render", packed)
    found = {one.what: one for one in sealing.verify(work.review)}["Tệp DOCX"]
    assert found.ok and "chỉ khác cách nén" in found.said


def test_a_content_that_no_file_can_be_made_of_is_told(work, monkeypatch):
    def fails(frozen):
        raise RuntimeError("typst")

    monkeypatch.setattr(pdf, "render", fails)
    assert wrong(work.review) == ["Tệp PDF"]


FIELDS = [field.name for field in Review._meta.concrete_fields if field.name != "id"]


@pytest.mark.parametrize("edition", [1, 2])
def test_any_column_of_the_row(work, quick, edition):
    review = work.review
    if edition == 2:
        review = work.issued(work.corrected(review))
    UserFactory(committee=work.committee)
    ProgrammeFactory()
    before = Review._base_manager.filter(pk=review.pk).values().get()
    refused = set()
    for name in FIELDS:
        field = Review._meta.get_field(name)
        try:
            with transaction.atomic():
                change(Review, review.pk, **{field.attname: other_value(review, field)})
        except IntegrityError:
            refused.add(name)
            continue
        assert wrong(review), name
        change(Review, review.pk, **{field.attname: before[field.attname]})
    assert refused <= {"edition", "replaces", "programme", "period", "state", "number"}
    assert wrong(review) == []


def test_any_column_of_its_last_line_in_the_history(work, quick):
    line = Review.history.filter(id=work.review.pk).latest("history_id")
    for field in line._meta.concrete_fields:
        if field.name.startswith("history") or field.name == "id":
            continue
        now = 999_999 if isinstance(field, models.ForeignKey) else other_value(line, field)
        was = getattr(line, field.attname)
        type(line)._base_manager.filter(pk=line.pk).update(**{field.attname: now})
        assert wrong(work.review) == ["Lịch sử sửa đổi"], field.name
        type(line)._base_manager.filter(pk=line.pk).update(**{field.attname: was})
    type(line)._base_manager.filter(id=work.review.pk).delete()
    assert wrong(work.review) == ["Lịch sử sửa đổi"]


def test_any_column_of_the_act_of_issuing_and_the_steps_before(work, quick):
    act = work.review.acts.get(act="issue")
    for now in (
        {"act": "submit"},
        {"reason": "x"},
        {"by": work.deputy},
        {"by": None},
        {"recorded_at": act.recorded_at + timedelta(microseconds=1)},
        {"review": work.next},
    ):
        change(ReviewAct, act.pk, **now)
        assert "Bước ban hành" in wrong(work.review), now
        was = {name: getattr(act, name) for name in now}
        change(ReviewAct, act.pk, **was)
    assert wrong(work.review) == []
    change(ReviewAct, act.pk, sha256=flipped(act.sha256, 5))
    assert wrong(work.review) == ["Dấu niêm phong"]
    assert wrong(work.next) == ["Chuỗi báo cáo trong sổ"]
    change(ReviewAct, act.pk, sha256=act.sha256)
    for step in work.review.acts.exclude(act="issue"):
        for now in (
            {"reason": "x"},
            {"by": work.deputy},
            {"recorded_at": act.recorded_at - timedelta(days=1)},
        ):
            change(ReviewAct, step.pk, **now)
            assert wrong(work.review) == ["Dấu niêm phong", "Chuỗi báo cáo trong sổ"], now
            change(ReviewAct, step.pk, **{name: getattr(step, name) for name in now})
    assert wrong(work.review) == []
    ReviewAct._base_manager.filter(review=work.review, act="submit").delete()
    assert wrong(work.review) == ["Bước ban hành", "Dấu niêm phong", "Chuỗi báo cáo trong sổ"]
    ReviewAct._base_manager.filter(review=work.review).delete()
    assert "Bước ban hành" in wrong(work.review)


def test_any_word_of_the_parts_that_it_was_frozen_from(work, quick):
    for part in work.review.parts.all():
        for now in (
            {"heading": f"{part.heading}x"},
            {"level": (part.level + 1) % 3},
            {"own": "Khác"},
            {"key": "khac"},
            {"composed": [*part.composed, *part.composed] or [{"kind": "paragraph", "sentences": []}]},
        ):
            change(ReviewPart, part.pk, **now)
            assert wrong(work.review) == ["Các phần và phụ lục"], (part.key, now)
            change(ReviewPart, part.pk, **{name: getattr(part, name) for name in now})
    work.review.parts.first().delete()
    assert wrong(work.review) == ["Các phần và phụ lục"]


def test_any_byte_of_a_file(work):
    for row in work.review.files.all():
        place = store.place(row.sha256, work.files)
        raw = place.read_bytes()
        for at in (0, len(raw) // 2, len(raw) - 1):
            place.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
            assert wrong(work.review) == [f"Tệp {row.format.upper()}"]
        for now in (raw[:-1], raw + b"\n", b""):
            place.write_bytes(now)
            assert wrong(work.review) == [f"Tệp {row.format.upper()}"]
        place.unlink()
        assert wrong(work.review) == [f"Tệp {row.format.upper()}"]
        place.write_bytes(raw)
    assert wrong(work.review) == []


def test_any_column_of_a_files_row(work):
    row = work.review.files.get(format="docx")
    for now in (
        {"sha256": flipped(row.sha256, 9)},
        {"sha256": "khong phai ma"},
        {"sha256": work.review.files.get(format="pdf").sha256},
        {"size": row.size + 1},
        {"format": "doc"},
        {"made_with": "x"},
    ):
        change(SealedFile, row.pk, **now)
        assert "Dấu niêm phong" in wrong(work.review), now
        assert ("Tệp DOCX" in wrong(work.review)) == ("made_with" not in now), now
        change(SealedFile, row.pk, **{name: getattr(row, name) for name in now})
    SealedFile._base_manager.filter(pk=row.pk).delete()
    assert wrong(work.review) == ["Dấu niêm phong", "Chuỗi báo cáo trong sổ", "Tệp DOCX"]


def test_another_version_of_the_renderer_is_told_and_is_no_tampering(work, monkeypatch):
    monkeypatch.setattr(docx, "MADE_WITH", "python-docx 9.9, bố cục 2")
    monkeypatch.setattr(docx, "render", lambda frozen: b"another layout")
    found = {one.what: one for one in sealing.verify(work.review)}["Tệp DOCX"]
    assert found.ok and "phiên bản khác" in found.said and "python-docx 9.9" in found.said


def test_the_same_version_that_renders_otherwise_is_told(work, monkeypatch):
    monkeypatch.setattr(docx, "render", lambda frozen: b"another layout")
    assert wrong(work.review) == ["Tệp DOCX"]


def test_a_report_put_between_or_taken_out_of_the_register(work, quick):
    third = work.issued(work.drafted(work.another("2026-07")))
    ReviewAct._base_manager.filter(review=work.next, act="issue").update(act="submit")
    assert wrong(work.review) == wrong(third) == ["Chuỗi báo cáo trong sổ"]


def test_the_link_between_editions(work, quick):
    new = work.issued(work.corrected(work.review))
    assert wrong(work.review) == wrong(new) == []
    change(Review, new.pk, state="superseded")
    assert "Bản thay và bản được thay" in wrong(new)
    change(Review, new.pk, state="issued")
    change(Review, new.pk, replaces=work.next)
    assert "Bản thay và bản được thay" in wrong(new)
    assert "Bản thay và bản được thay" in wrong(work.review)


def test_what_is_mended_by_right_is_no_tampering(work):
    work.programme.number = "08-CTr/ĐUUBX"
    work.programme.save()
    head = drafting.letterhead_of(work.programme)
    head.spelling, head.place, head.issuer = "uỷ", "Nơi khác", "ĐẢNG ỦY MỚI"
    head.save()
    work.programme.term_start = work.programme.term_start - 1
    work.programme.save()
    assert wrong(work.review) == []
