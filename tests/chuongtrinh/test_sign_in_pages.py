"""Signing in and out, the pages that say what went wrong, and whether the service is alive."""

import pytest
from django.db import DatabaseError, connection
from django.template.loader import render_to_string
from django.test import Client

from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    user = UserFactory(username="thu")
    user.set_password("mat-khau-dai-08")
    user.save()
    return user


def test_the_sign_in_page_needs_no_account(client):
    page = client.get("/dang-nhap/")
    assert page.status_code == 200
    assert "Đăng nhập" in page.content.decode()


def test_a_right_password_leads_to_the_page_asked_for(client, account):
    answer = client.post(
        "/dang-nhap/", {"username": "thu", "password": "mat-khau-dai-08", "next": "/van-ban/"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/van-ban/")


def test_a_foreign_address_is_not_followed_after_sign_in(client, account):
    answer = client.post(
        "/dang-nhap/", {"username": "thu", "password": "mat-khau-dai-08", "next": "https://example.org/"}
    )
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_says_so_and_keeps_the_name(client, account):
    page = client.post("/dang-nhap/", {"username": "thu", "password": "sai"}).content.decode()
    assert "Chưa đăng nhập được" in page
    assert 'value="thu"' in page


def test_five_wrong_passwords_lock_the_account_and_the_page_says_for_how_long(client, account):
    for _ in range(5):
        page = client.post("/dang-nhap/", {"username": "thu", "password": "sai"})
    assert page.status_code == 429
    assert "15 phút" in page.content.decode()


def test_every_other_page_asks_to_sign_in(client):
    answer = client.get("/van-ban/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/dang-nhap/")


def test_signing_out_takes_a_post(client, account):
    client.force_login(account)
    assert client.get("/dang-xuat/").status_code == 405
    assert client.post("/dang-xuat/").headers["Location"] == "/dang-nhap/"
    assert client.get("/van-ban/").status_code == 302


def test_a_password_can_be_changed(client, account):
    client.force_login(account)
    assert "Mật khẩu" in client.get("/doi-mat-khau/").content.decode()
    new = "mot-mat-khau-khac-26"
    answer = client.post(
        "/doi-mat-khau/",
        {"old_password": "mat-khau-dai-08", "new_password1": new, "new_password2": new},
    )
    assert answer.status_code == 302
    account.refresh_from_db()
    assert account.check_password(new)


def test_health_needs_no_account(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_says_when_the_database_is_away(client, monkeypatch):
    def away():
        raise DatabaseError("away")

    monkeypatch.setattr(connection, "cursor", away)
    assert client.get("/healthz").status_code == 503


def test_an_unknown_address_is_answered_in_plain_words(client):
    page = client.get("/khong-co-trang-nay/")
    assert page.status_code == 404
    assert "Không tìm thấy trang này" in page.content.decode()


def test_a_stale_form_says_how_to_go_on(account):
    client = Client(enforce_csrf_checks=True)
    page = client.post("/dang-nhap/", {"username": "thu", "password": "x"})
    assert page.status_code == 403
    assert "Trang này mở đã lâu nên chưa gửi được" in page.content.decode()


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_the_last_error_pages_need_neither_user_nor_database(template):
    assert "<h1>" in render_to_string(template)
