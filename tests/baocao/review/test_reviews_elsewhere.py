"""Reports in the export, the audit, the entry pages, the backup and the permissions; fonts at the start."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client
from django.urls import reverse

from baocao.exporters.programme import programme_json
from baocao.models import Review
from baocao.review import drafting, sealing
from baocao.sealed import fonts
from phancong.permissions import can_issue_reviews, can_write_reviews, visible_reviews
from tests.baocao.review.issuing import TODAY, Issuing, files_of, kept, on
from tests.factories.people import UserFactory

DAY = timedelta(days=1)


# -- the export --------------------------------------------------------------------------------------------


def exported(work, day) -> list[dict]:
    return programme_json(work.programme, day)["reports"]


def test_the_export_tells_each_edition_as_each_day_knew_it(work):
    review = work.drafted()
    with on(TODAY + DAY):
        drafting.submit(review, work.office)
    with on(TODAY + 2 * DAY):
        sealing.issue(review, work.secretary, number=1, issued_on=TODAY + 2 * DAY)
    with on(TODAY + 3 * DAY):
        new = work.corrected(review)
    with on(TODAY + 4 * DAY):
        drafting.refresh(new, work.office)
        work.issued(new, day=TODAY + 4 * DAY)
    states = [[row["state"] for row in exported(work, TODAY + n * DAY)] for n in range(-1, 5)]
    assert states == [
        [], ["draft"], ["submitted"], ["issued"], ["issued", "draft"], ["superseded", "issued"],
    ]  # fmt: skip
    assert exported(work, TODAY + DAY) == [
        {
            "id": review.pk, "number": None, "kind": "month", "period": "Tháng 9/2026", "edition": 1,
            "replaces": None, "state": "submitted", "issued_on": None, "sha256": None,
        }
    ]  # fmt: skip
    old, made = exported(work, TODAY + 4 * DAY)
    review.refresh_from_db()
    new.refresh_from_db()
    assert (old["number"], old["issued_on"], old["sha256"]) == ("Số 01-BC/ĐUUB", "2026-10-07", review.sha256)
    assert (made["number"], made["replaces"], made["sha256"]) == ("Số 02-BC/ĐUUB", review.pk, new.sha256)


def test_of_three_editions_the_last_is_in_force(work):
    review = work.issued()
    for _ in range(2):
        review = work.issued(work.corrected(review))
    assert [row["state"] for row in exported(work, TODAY)] == ["superseded", "superseded", "issued"]


# -- who reads and who acts --------------------------------------------------------------------------------


def test_who_reads_what(work):
    draft = work.drafted()
    submitted = work.submitted(work.drafted(work.another()))
    issued = work.issued(work.drafted(work.another("2026-07")))
    outsider = UserFactory(role="office")
    sees = {
        "all": (work.office, work.secretary, work.deputy),
        "submitted": (work.admin, work.inspector),
        "issued": (work.member, work.head, work.viewer),
        "none": (outsider,),
    }
    wanted = {"all": {draft, submitted, issued}, "submitted": {submitted, issued}, "issued": {issued}}
    for what, users in sees.items():
        for user in users:
            assert set(visible_reviews(user)) == wanted.get(what, set()), user.role
    everyone = [user for users in sees.values() for user in users]
    assert [user for user in everyone if can_write_reviews(user)] == [work.office, outsider]
    assert [user for user in everyone if can_issue_reviews(user)] == [work.secretary, work.deputy]


# -- the audit and the entry pages -------------------------------------------------------------------------


def lines(user, **asked) -> list[str]:
    client = Client()
    client.force_login(user)
    page = client.get(reverse("nhat-ky"), asked)
    rows = BeautifulSoup(page.content, "html.parser").select(".audit-table tbody tr")
    return [" ".join(row.get_text(" ").split()) for row in rows]


def test_the_audit_tells_each_step_once_and_what_the_office_wrote(work):
    review = work.drafted()
    drafting.write(review.parts.get(key="IV"), "Trọng tâm của văn phòng", work.office)
    drafting.submit(review, work.office)
    drafting.send_back(review, work.secretary, "Nêu rõ hơn")
    work.issued(review)
    steps = lines(work.office, loai="reviewact")
    assert len(steps) == 5
    assert "Duyệt và ban hành" in steps[0] and "Tháng 9/2026, bản 1" in steps[0]
    assert "Lý do: Nêu rõ hơn" in steps[2]
    (wrote,) = lines(work.office, loai="reviewpart")
    assert "Trọng tâm của văn phòng" in wrote
    assert lines(work.office, loai="review") == []
    head = drafting.letterhead_of(work.programme)
    head.save()
    head.place = "Nơi khác"
    head.save()
    assert "Nơi khác" in lines(work.office, loai="letterhead")[0]
    assert len(lines(work.office, loai="reviewact", q="9/2026")) == 5


def test_of_a_draft_the_audit_tells_nobody_who_may_not_read_it(work):
    review = work.drafted()
    drafting.write(review.parts.get(key="IV"), "Trọng tâm", work.office)
    for kind in ("reviewact", "reviewpart"):
        assert lines(work.inspector, loai=kind) == lines(work.admin, loai=kind) == []
        assert len(lines(work.office, loai=kind)) == 1


def test_the_entry_pages_show_and_change_nothing(work):
    review, draft = work.issued(), work.drafted(work.another())
    drafting.letterhead_of(work.programme).save()
    client = Client()
    client.force_login(work.admin)
    for model in ("review", "letterhead"):
        assert client.get(reverse(f"admin:baocao_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:baocao_{model}_add")).status_code == 403
    page = client.get(reverse("admin:baocao_review_change", args=[review.pk]))
    assert review.sha256 in page.content.decode()
    assert client.get(reverse("admin:baocao_review_change", args=[draft.pk])).status_code in (302, 404)
    sent = client.post(reverse("admin:baocao_review_change", args=[review.pk]), {"subject": "Khác"})
    assert sent.status_code == 403
    assert Review.objects.get(pk=review.pk).subject == review.subject


# -- fonts -------------------------------------------------------------------------------------------------


def test_without_its_fonts_the_site_does_not_start(monkeypatch, tmp_path):
    assert [one for one in checks.run_checks() if one.id == "baocao.E001"] == []
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    with pytest.raises(SystemCheckError) as error:
        call_command("check")
    assert "Tinos_400Regular.ttf" in str(error.value) and "make vendor" in str(error.value)


# -- the backup --------------------------------------------------------------------------------------------


def test_a_restored_office_has_every_file_of_its_reports(transactional_db, settings, tmp_path: Path):
    settings.VAR_DIR, settings.EVIDENCE_DIR = tmp_path, tmp_path / "evidence"
    work = Issuing()
    with on(TODAY):
        review = work.issued()
        new = work.issued(work.corrected(review))
        before, files = files_of(review), kept(settings.EVIDENCE_DIR)
        call_command("backup", str(tmp_path / "saved.zip"), stdout=io.StringIO())
        call_command("flush", interactive=False, verbosity=0)
        settings.EVIDENCE_DIR.rename(tmp_path / "gone")
        call_command("restore", str(tmp_path / "saved.zip"), stdout=io.StringIO())
        assert kept(settings.EVIDENCE_DIR) == files
        again = Review.objects.get(pk=review.pk)
        assert files_of(again) == before
        for one in (again, Review.objects.get(pk=new.pk)):
            assert [finding for finding in sealing.verify(one) if not finding.ok] == []
