"""Issued once, under a number, and the same bytes for ever after."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models

from baocao import reporting
from baocao.evidence import store
from baocao.models import Letterhead, Review, SealedFile
from baocao.review import compose, drafting, freezing, sealing
from baocao.sealed import pdf
from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Part, own_blocks
from chuongtrinh.models import Recipient
from tests.baocao.review.issuing import TODAY, files_of, kept, on, text_of
from tests.factories.people import UserFactory
from tests.factories.programmes import ProgrammeFactory

State = Review.State


def refused(work, review: Review, *, number: int = 1, day: date = TODAY) -> str:
    with pytest.raises(ValidationError) as told:
        sealing.issue(review, work.secretary, number=number, issued_on=day)
    return " ".join(told.value.messages)


def test_issuing_freezes_keeps_and_says_who(work):
    review = work.issued()
    frozen = Frozen.from_bytes(review.sealed.encode())
    assert (review.state, review.number, review.symbol) == (State.ISSUED, 1, "BC/ĐUUB")
    assert (review.issued_by, review.issued_on) == (work.secretary, TODAY)
    assert review.sha256 == frozen.digest == hashlib.sha256(review.sealed.encode()).hexdigest()
    act = review.acts.get(act="issue")
    assert (act.by, act.recorded_at) == (work.secretary, review.issued_at)
    steps = review.acts.exclude(pk=act.pk)
    assert act.sha256 == freezing.seal_of(review.sha256, review.files.all(), steps)
    assert {row.format: row.sha256 for row in review.files.all()} == {
        name: hashlib.sha256(raw).hexdigest() for name, raw in files_of(review).items() if name != "json"
    }
    assert {path.name for path in kept(work.files)} == {row.sha256 for row in review.files.all()}
    assert sealing.freeze(review) == frozen


def test_the_frozen_form_says_all_as_it_is_shown(work):
    frozen = sealing.freeze(work.issued())
    assert frozen.head == {
        "parent": "ĐẢNG BỘ XÃ MẪU",
        "issuer": "ĐẢNG ỦY UBND XÃ",
        "number": "Số 01-BC/ĐUUB",
        "party": "ĐẢNG CỘNG SẢN VIỆT NAM",
        "place_date": "Xã Mẫu, ngày 05 tháng 10 năm 2026",
    }
    assert frozen.signature == {"for": "T/M ĐẢNG ỦY", "post": "BÍ THƯ", "name": "Người Ký"}
    assert frozen.recipients == ("- Ban Thường vụ Đảng ủy xã;", "- Lưu: VPĐU.")
    assert frozen.annex_reference == ("(Kèm theo Báo cáo số 01-BC/ĐUUB ngày 05/10/2026 của Đảng ủy UBND xã)")
    assert (frozen.draft, frozen.previous, frozen.replaces) == (None, None, None)
    assert frozen.period == {
        "key": "2026-09", "label": "Tháng 9/2026", "start": "2026-08-15", "end": "2026-09-14",
    }  # fmt: skip
    assert frozen.asked == 1 and frozen.missing
    assert frozen.known_at == "2026-10-05T09:00:00+07:00"


def test_a_draft_is_frozen_as_one_with_room_for_number_and_day(work):
    review = work.drafted()
    frozen = sealing.freeze(review)
    assert (frozen.draft, frozen.number, frozen.issued_on) == (1, None, None)
    assert frozen.head["number"] == "Số      -BC/ĐUUB"
    assert frozen.head["place_date"] == "Xã Mẫu, ngày     tháng 10 năm 2026"
    raw, name = sealing.open_file(review, "docx")
    assert raw[:2] == b"PK" and name == "du-thao-lan-1-bao-cao-2026-09.docx"
    assert sealing.open_file(review, "json")[0] == frozen.to_bytes()


def test_the_offices_words_are_what_is_issued_under_their_heading(work):
    review = work.drafted()
    drafting.write(review.parts.get(key="IV"), "Trọng tâm.\n- Một;\n- Hai.", work.office)
    part = next(part for part in sealing.freeze(work.issued(review)).parts if part.key == "IV")
    assert part.blocks == own_blocks("Trọng tâm.\n- Một;\n- Hai.")


@pytest.mark.parametrize(
    ("spelling", "text", "said"),
    [
        ("uỷ", "ĐẢNG ỦY, Ủy ban, cấp ủy; thủy lợi, uy tín", "ĐẢNG UỶ, Uỷ ban, cấp uỷ; thủy lợi, uy tín"),
        ("ủy", "ĐẢNG UỶ, Uỷ ban, cấp uỷ; tuỷ, UY TÍN", "ĐẢNG ỦY, Ủy ban, cấp ủy; tuỷ, UY TÍN"),
        ("ủy", "thành ủy viên, ủy-ban", "thành ủy viên, ủy-ban"),
    ],
)
def test_one_spelling_is_used(spelling, text, said):
    assert freezing.speller(spelling)(text) == said


def test_the_committees_spelling_holds_for_all_but_the_offices_own_words(work):
    head = drafting.letterhead_of(work.programme)
    head.spelling = Letterhead.Spelling.UY_TONE_ON_Y
    head.save()
    review = work.drafted()
    drafting.write(review.parts.get(key="IV"), "Đảng ủy tập trung.", work.office)
    frozen = sealing.freeze(work.issued(review))
    assert frozen.head["issuer"] == "ĐẢNG UỶ UBND XÃ" and frozen.signature["for"] == "T/M ĐẢNG UỶ"
    own = next(part for part in frozen.parts if part.key == "IV")
    assert own.blocks[0].text == "Đảng ủy tập trung."
    rest = [Part(part.key, part.level, part.heading, part.blocks) for part in frozen.parts if part != own]
    assert "ủy" not in " ".join(block.text for part in rest for block in part.blocks)
    assert all(one.ok for one in sealing.verify(Review.objects.get()))


@pytest.mark.parametrize(
    ("written", "ready"),
    [
        ("- A;\n- B.", ("- A;", "- B.")),
        ("A\n\n  – B ;\nC,", ("- A;", "- B;", "- C.")),
        ("Lưu: VT.", ("- Lưu: VT.",)),
        ("", ()),
    ],
)
def test_recipients_are_made_ready(written, ready):
    assert freezing.ready_recipients(written) == ready


# -- numbers and days --------------------------------------------------------------------------------------


def test_numbers_run_on_and_a_used_one_is_refused_with_the_next(work):
    work.issued(number=3)
    other = work.submitted(work.drafted(work.another()))
    assert sealing.next_number(other) == 4
    told = refused(work, other, number=3)
    assert "Số 03-BC/ĐUUB đã dùng cho báo cáo Tháng 9/2026 ngày 05/10/2026" in told
    assert "còn trống là 04" in told
    for wrong in (0, -1, 100_000):
        assert "còn trống là 04" in refused(work, other, number=wrong)
    # registered late: a lower number that is free
    assert sealing.issue(other, work.secretary, number=2, issued_on=TODAY).number == 2
    third = work.drafted(work.another("2026-07"))
    assert sealing.next_number(third) == 4


def test_the_office_may_begin_where_its_book_stands(work):
    head = drafting.letterhead_of(work.programme)
    head.next_number = 18
    head.save()
    review = work.submitted()
    assert sealing.next_number(review) == 18
    assert work.issued(work_again(review)).number == 18


def work_again(review: Review) -> Review:
    """Taken back, to be submitted anew."""
    drafting.recall(review, None)
    return review


def test_another_symbol_is_another_register(work):
    work.issued()
    head = drafting.letterhead_of(work.programme)
    head.symbol = "BC/ĐUX"
    head.save()
    other = work.drafted(work.another())
    assert sealing.next_number(other) == 1
    assert sealing.freeze(work.issued(other)).previous is None


def test_each_report_of_the_register_holds_the_one_before(work):
    first = work.issued()
    second = work.issued(work.drafted(work.another()))
    third = work.issued(work.corrected(first))
    assert sealing.freeze(second).previous == first.acts.get(act="issue").sha256
    assert sealing.freeze(third).previous == second.acts.get(act="issue").sha256


def test_the_day_of_issue_lies_between_its_figures_and_today(work):
    review = work.submitted()
    assert "không sau hôm nay, 05/10/2026" in refused(work, review, day=TODAY + timedelta(days=1))
    assert "trước ngày của số liệu, 14/09/2026" in refused(work, review, day=date(2026, 9, 13))
    old = sealing.issue(review, work.secretary, number=1, issued_on=date(2026, 10, 2))
    new = work.submitted(work.corrected(old))
    assert "của bản mà nó thay, 02/10/2026" in refused(work, new, number=2, day=date(2026, 10, 1))
    assert sealing.issue(new, work.secretary, number=2, issued_on=date(2026, 10, 2)).edition == 2


def test_only_what_was_submitted_and_can_be_signed_is_issued(work):
    review = work.drafted()
    assert "chưa được trình" in refused(work, review)
    review.signatory = " "
    review.save()
    work.submitted(review)
    assert "Chưa có họ và tên người ký" in refused(work, review)
    assert not work.files.exists()


def test_what_the_letterhead_lacks_is_told(work):
    head = drafting.letterhead_of(work.programme)
    head.place = ""
    head.save()
    assert "Thể thức chung chưa ghi địa danh" in refused(work, work.submitted())


def test_who_comes_second_is_told_who_issued_it_when_and_as_what(work):
    review = work.submitted()
    sealing.issue(Review.objects.get(), work.secretary, number=1, issued_on=TODAY)
    told = refused(work, review, number=2)
    assert str(work.secretary) in told and "09:00 ngày 05/10/2026" in told and "01-BC/ĐUUB" in told
    assert SealedFile.objects.count() == 3


# -- all or nothing ----------------------------------------------------------------------------------------


def test_what_fails_at_the_last_step_leaves_no_file_and_no_number(work, monkeypatch):
    review = work.submitted()

    def fails(*_args, **_named):
        raise DatabaseError("no")

    monkeypatch.setattr(models.query.QuerySet, "bulk_create", fails)
    with pytest.raises(DatabaseError):
        sealing.issue(review, work.secretary, number=1, issued_on=TODAY)
    monkeypatch.undo()
    assert kept(work.files) == []
    review.refresh_from_db()
    assert (review.state, review.number) == (State.SUBMITTED, None)
    assert work.issued(work_again(review)).number == 1


def test_a_full_disk_is_told_and_nothing_is_issued(work, monkeypatch):
    review, keep, calls = work.submitted(), store.keep, []

    def full(file, root):
        calls.append(file)
        if len(calls) == 3:
            raise store.NotStored("Máy chủ hết chỗ chứa tệp nên chưa lưu được.")
        return keep(file, root)

    monkeypatch.setattr(store, "keep", full)
    assert "hết chỗ chứa tệp" in refused(work, review)
    assert kept(work.files) == []


def test_a_file_that_cannot_be_rendered_is_told_and_nothing_is_issued(work, monkeypatch):
    def fails(asked):
        raise RuntimeError("typst: no memory")

    review = work.submitted()
    monkeypatch.setattr(pdf, "typeset", fails)
    assert "Không kết xuất được tệp PDF" in refused(work, review)
    assert kept(work.files) == []


def test_another_draft_than_the_one_that_was_read_is_not_issued(work):
    review = work.drafted()
    seen = sealing.freeze(work.submitted(review)).digest
    work_again(review)
    drafting.write(review.parts.get(key="IV"), "Thêm vào lúc lãnh đạo đang đọc.", work.office)
    work.submitted(review)
    with pytest.raises(ValidationError, match="vừa đổi") as told:
        sealing.issue(review, work.secretary, number=1, issued_on=TODAY, seen=seen)
    assert told.value.code == sealing.NOT_THE_ONE_SEEN
    seen = sealing.freeze(Review.objects.get()).digest
    assert sealing.issue(review, work.secretary, number=1, issued_on=TODAY, seen=seen).is_sealed


def test_two_programmes_of_a_committee_have_one_register(work):
    first = work.issued()
    other = ProgrammeFactory(committee=work.committee, term_start=work.programme.term_start)
    for name in ("number", "letterhead_parent", "letterhead_issuer", "signed_for", "signatory_post"):
        setattr(other, name, getattr(work.programme, name))
    other.number, other.signatory, other.place = "09-CTr/ĐUUB", "Người Ký", "Xã Mẫu"
    other.save()
    Recipient.objects.create(programme=other, ordinal=1, name="Lưu")
    second = work.submitted(work.drafted(reporting.open_period(other, "2026-09", work.office)))
    assert sealing.next_number(second) == 2
    assert "đã dùng" in refused(work, second, number=1)
    second = sealing.issue(second, work.secretary, number=2, issued_on=TODAY)
    assert sealing.freeze(second).previous == first.acts.get(act="issue").sha256
    assert all(one.ok for row in (first, second) for one in sealing.verify(row))


def test_a_file_that_is_evidence_too_is_not_forgotten(work):
    from baocao.drafting import forget_unproving

    review = work.issued()
    sha256 = review.files.get(format="pdf").sha256
    forget_unproving(sha256)
    assert store.verify(sha256, work.files)


# -- for good ----------------------------------------------------------------------------------------------


def test_what_was_issued_is_never_edited_or_deleted(work):
    review = work.issued()
    review.subject = "Khác"
    with pytest.raises(ValidationError, match="không sửa"):
        review.save()
    with pytest.raises(models.ProtectedError):
        review.delete()


def test_whatever_happens_afterwards_the_bytes_stay_and_a_new_edition_shows_it(work, monkeypatch):
    """The report is issued; then a unit is renamed, an update corrected, a recipient struck out, the
    letterhead changed and the rules are new."""
    old = work.issued()
    before = files_of(old)
    made = compose.compose(work.programme, work.period, as_of=old.as_of, known_at=old.known_at)
    sealed = [part for part in sealing.freeze(old).parts]

    with on(TODAY + timedelta(days=20)):
        work.unit.name = "Phòng Kinh tế và Hạ tầng"
        work.unit.save()
        work.mend(percent=55, content="Đã khảo sát 55 ha")
        work.programme.recipients.first().delete()
        head = drafting.letterhead_of(work.programme)
        head.issuer, head.signatory, head.spelling = "ĐẢNG ỦY XÃ MỚI", "Người Khác", "uỷ"
        head.save()
        work.late.title = "Khảo sát & đo đạc <toàn xã>"
        work.late.save()
        monkeypatch.setattr(compose, "RULES", "2")

    with on(TODAY + timedelta(days=20), 15):
        old.refresh_from_db()
        assert files_of(old) == before
        # Its own day, read again from the log, gives what was sealed.
        again = compose.compose(work.programme, work.period, as_of=old.as_of, known_at=old.known_at)
        assert (again.parts, again.annexes) == (made.parts, made.annexes)
        spelt = freezing.speller("ủy")
        assert [spelt(block.text) for part in again.parts for block in part.blocks] == [
            block.text for part in sealed for block in part.blocks
        ]

        new = work.issued(work.corrected(old), day=TODAY + timedelta(days=20))
        old.refresh_from_db()
        assert (old.state, new.state) == (State.SUPERSEDED, State.ISSUED)
        assert files_of(old) == before
        frozen = sealing.freeze(new)
        assert frozen.replaces == {
            "number": "Số 01-BC/ĐUUB", "issued_on": "2026-10-05", "edition": 1, "sha256": old.sha256,
        }  # fmt: skip
        words = json.dumps(frozen.as_json(), ensure_ascii=False)
        assert "55%" in words and "40%" not in words
        assert "Phòng Kinh tế và Hạ tầng" in words
        assert "40%" in old.sealed and "Phòng Kinh tế và Hạ tầng" not in old.sealed
        assert frozen.signature["name"] == "Người Khác"
        for one in (old, new):
            assert [finding for finding in sealing.verify(one) if not finding.ok] == []


def test_names_with_marks_and_pictures_are_issued_as_they_are(work):
    review = work.drafted()
    drafting.write(review.parts.get(key="IV"), "A & B <i>“C”</i> 😀 =1+1", work.office)
    issued = work.issued(review)
    part = next(part for part in sealing.freeze(issued).parts if part.key == "IV")
    assert part.blocks[0].text == "A & B <i>“C”</i> 😀 =1+1"
    assert [finding for finding in sealing.verify(issued) if not finding.ok] == []


def test_a_text_of_the_record_can_be_read_in_the_sentences(work):
    assert any("40%" in text_of(part) for part in work.drafted().parts.all())


def test_a_lost_or_changed_file_is_never_handed_out(work):
    review = work.issued()
    row = review.files.get(format="pdf")
    place = store.place(row.sha256, work.files)
    place.write_bytes(place.read_bytes()[:-1] + b"x")
    with pytest.raises(sealing.NotKept):
        sealing.open_file(review, "pdf")
    place.unlink()
    with pytest.raises(sealing.NotKept):
        sealing.open_file(review, "pdf")
    Review._base_manager.filter(pk=review.pk).update(sealed=review.sealed.replace("40%", "41%"))
    with pytest.raises(sealing.NotKept):
        sealing.open_file(Review.objects.get(), "json")


def test_any_leader_may_be_the_one_who_issues(work):
    other = UserFactory(committee=work.committee, role="deputy")
    review = sealing.issue(work.submitted(), other, number=1, issued_on=TODAY)
    assert review.issued_by == other
    assert sealing.open_file(review, "pdf")[1] == "bao-cao-01-bc-duub-2026-09.pdf"
