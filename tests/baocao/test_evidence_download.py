"""/minh-chung/<pk>/: only to those who may read what it proves, always as an attachment, and whole."""

from __future__ import annotations

import logging
from io import BytesIO

import pytest

from baocao import reporting
from baocao.evidence.store import keep, place
from baocao.models import Draft, Evidence
from tests.baocao.test_reporting import data, sent
from tests.baocao.test_reporting import month as month  # the fixtures
from tests.commands import close_response
from tests.phancong.test_planning import office as office

PDF = b"%PDF-1.4 bien ban"


@pytest.fixture(autouse=True)
def kept_in(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    return settings.EVIDENCE_DIR


def proof(
    kept_in, by, *, name="Biên bản họp.pdf", media_type="application/pdf", content=PDF, **of
) -> Evidence:
    sha256, size = keep(BytesIO(content), kept_in)
    return Evidence.objects.create(
        sha256=sha256, size=size, name=name, media_type=media_type, added_by=by, **of
    )


def get(client, user, row):
    client.force_login(user)
    return closed(client.get(f"/minh-chung/{row.pk}/"))


def closed(response):
    """Read to its end, as a server does."""
    response.body = b"".join(response) if response.streaming else response.content
    close_response(response)
    return response


def test_it_is_sent_as_an_attachment_with_its_own_type_and_never_shown(client, month, kept_in):
    row = proof(kept_in, month.head, update=sent(month))
    response = get(client, month.vanphong, row)
    assert response.status_code == 200
    assert response.body == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Bi%C3%AAn%20b%E1%BA%A3n")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Length"] == str(len(PDF))
    assert "no-store" in response["Cache-Control"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "", "application/pdf; x=\n"])
def test_a_type_that_is_not_taken_is_sent_as_mere_bytes(client, month, kept_in, media_type):
    row = proof(kept_in, month.head, update=sent(month), media_type=media_type)
    assert get(client, month.vanphong, row)["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ['a".pdf', "a\r\nSet-Cookie: x=1.pdf", "../../etc/passwd", "Ảnh 1;.jpg"])
def test_no_name_breaks_out_of_the_header(client, month, kept_in, name):
    row = proof(kept_in, month.head, update=sent(month), name=name)
    response = get(client, month.vanphong, row)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert "Set-Cookie: x" not in str(response.headers)


def test_what_is_not_confirmed_is_for_its_unit_and_those_who_judge(client, month, kept_in):
    update = sent(month)
    row = proof(kept_in, month.head, update=update)
    allowed = (month.head, month.vanphong, month.quantri, month.bithu, month.phobithu, month.ubkt)
    assert {get(client, user, row).status_code for user in allowed} == {200}
    assert get(client, month.nguoixem, row).status_code == 404
    reporting.confirm([update], month.vanphong)
    assert get(client, month.nguoixem, row).status_code == 200


def test_another_committee_and_strangers_find_nothing(client, month, kept_in):
    update = sent(month)
    reporting.confirm([update], month.vanphong)
    row = proof(kept_in, month.head, update=update)
    assert get(client, month.ngoai, row).status_code == 404
    client.logout()
    assert client.get(f"/minh-chung/{row.pk}/").status_code == 302


def test_a_drafts_proof_is_its_units_alone(client, month, kept_in):
    draft = reporting.save_draft(month.asked, month.head, data(), version=None)
    row = proof(kept_in, month.head, draft=draft)
    assert get(client, month.head, row).status_code == 200
    for user in (month.vanphong, month.quantri, month.bithu, month.ubkt, month.uyvien, month.nguoixem):
        assert get(client, user, row).status_code == 404


def test_what_the_office_adds_for_a_unit_it_may_open_itself(client, month, kept_in):
    draft = reporting.save_draft(month.asked, month.vanphong, data(), version=None)
    row = proof(kept_in, month.vanphong, draft=draft)
    assert get(client, month.vanphong, row).status_code == 200
    assert get(client, month.head, row).status_code == 200
    assert get(client, month.bithu, row).status_code == 404


def test_what_was_recalled_lies_with_its_update_and_stays_with_the_unit(client, month, kept_in):
    update = sent(month)
    row = proof(kept_in, month.head, update=update)
    reporting.recall(update, month.head)
    assert Draft.objects.exists()
    assert get(client, month.head, row).status_code == 200
    assert get(client, month.nguoixem, row).status_code == 404


def test_a_document_by_number_has_nothing_to_download(client, month):
    row = Evidence.objects.create(update=sent(month), number="15-TB/PKT", added_by=month.head)
    assert get(client, month.vanphong, row).status_code == 404


@pytest.mark.parametrize("fault", ["gone", "changed", "cut", "directory"])
def test_a_missing_or_damaged_file_is_said_plainly_and_logged(client, month, kept_in, fault, caplog):
    row = proof(kept_in, month.head, update=sent(month))
    path = place(row.sha256, kept_in)
    if fault == "changed":
        path.write_bytes(b"%PDF-1.4 xxxxxxxx")
    elif fault == "cut":
        path.write_bytes(PDF[:5])
    else:
        path.unlink()
        if fault == "directory":
            path.mkdir()
    with caplog.at_level(logging.ERROR, logger="baocao.views.evidence"):
        response = get(client, month.vanphong, row)
    assert response.status_code == 500
    said = response.content.decode()
    assert "bị mất hoặc hỏng" in said
    assert month.item.code in said
    assert "xxxx" not in said
    assert row.sha256 in caplog.text
    assert f"evidence {row.pk}" in caplog.text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client, month, kept_in, method):
    row = proof(kept_in, month.head, update=sent(month))
    client.force_login(month.head)
    assert getattr(client, method)(f"/minh-chung/{row.pk}/").status_code == 405
    assert closed(client.head(f"/minh-chung/{row.pk}/")).status_code == 200


def test_few_queries(client, month, kept_in, django_assert_max_num_queries):
    row = proof(kept_in, month.head, update=sent(month))
    client.force_login(month.uyvien)
    with django_assert_max_num_queries(6):
        closed(client.get(f"/minh-chung/{row.pk}/"))
