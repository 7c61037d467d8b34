"""Signing in and out, the pages that say what went wrong, and whether the service is alive."""

import re
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from chuongtrinh.models import User
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


def test_the_lock_page_says_when_the_lock_ends(client, account, monkeypatch):
    """Fifteen minutes after the last of the five, and not later for being tried meanwhile."""
    tried = timezone.make_aware(datetime(2026, 11, 23, 9, 0))
    clock = iter(tried + timedelta(minutes=minute) for minute in (0, 0, 0, 0, 2, 10))
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: next(clock))
    pages = [wrong_password(client, "thu").content.decode() for _ in range(6)]
    assert all("Đăng nhập lại được sau <b>09:17</b> ngày 23/11/2026" in page for page in pages[4:])


def wrong_password(client: Client, username: str, **headers: str):
    return client.post("/dang-nhap/", {"username": username, "password": "sai"}, **headers)


def shown(response, name: str) -> str:
    """The page without the name that was typed and the token that is new in every answer."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return page.replace(f'value="{name}"', "")


def test_twenty_failures_lock_the_address_for_every_account(client, account):
    """One address that tries one password on many accounts, none of them five times."""
    answers = [wrong_password(client, f"ai-do-{number}").status_code for number in range(20)]
    assert answers == [200] * 19 + [429]
    right = {"username": "thu", "password": "mat-khau-dai-08"}
    assert client.post("/dang-nhap/", right).status_code == 429
    assert client.post("/dang-nhap/", right, REMOTE_ADDR="203.0.113.9").status_code == 302


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_a_forged_address_changes_nothing(client, account, header):
    """Whoever says that each attempt comes from elsewhere is locked out as if he had said nothing."""
    for number in range(20):
        answer = wrong_password(client, f"ai-do-{number}", **{header: f"203.0.113.{number}"})
    assert answer.status_code == 429
    right = {"username": "thu", "password": "mat-khau-dai-08"}
    assert client.post("/dang-nhap/", right, **{header: "203.0.113.99"}).status_code == 429


def test_an_unknown_account_is_answered_like_a_known_one(account, monkeypatch):
    """Nobody learns by guessing which accounts there are, or which of them were disabled."""
    moment = timezone.now()
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: moment)
    UserFactory(username="tat", is_active=False)
    for _ in range(5):
        pages = []
        for name in ("thu", "khong-co-ai", "tat"):
            answer = wrong_password(Client(), name)
            pages.append((answer.status_code, shown(answer, name)))
        assert pages[0] == pages[1] == pages[2]
    assert pages[0][0] == 429


def test_what_is_tried_during_the_lock_does_not_make_it_longer(client, account, monkeypatch):
    start = timezone.now()
    clock = iter(start + timedelta(minutes=minute) for minute in (0, 0, 0, 0, 0, 10, 14, 16))
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: next(clock))
    answers = [wrong_password(client, "thu").status_code for _ in range(7)]
    assert answers == [200, 200, 200, 200, 429, 429, 429]
    right = {"username": "thu", "password": "mat-khau-dai-08"}
    assert client.post("/dang-nhap/", right).status_code == 302


def test_every_other_page_asks_to_sign_in(client):
    answer = client.get("/van-ban/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/dang-nhap/")


def test_signing_out_takes_a_post(client, account):
    client.force_login(account)
    asked = client.get("/dang-xuat/")
    assert asked.status_code == 200
    assert 'action="/dang-xuat/"' in asked.content.decode().split("<main")[1]
    assert client.get("/doi-mat-khau/").status_code == 200
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


@pytest.mark.parametrize(
    ("new", "again", "field", "told"),
    [
        ("1", "1", "id_new_password1", "ngắn"),
        ("mat-khau-dai-08", "mat-khau-dai-08", "id_new_password1", "phải khác mật khẩu đang dùng"),
        ("mot-mat-khau-khac-26", "mot-mat-khau-khac-27", "id_new_password2", ""),
    ],
)
def test_what_is_wrong_with_a_new_password_is_told_at_its_field(client, account, new, again, field, told):
    client.force_login(account)
    sent = {"old_password": "mat-khau-dai-08", "new_password1": new, "new_password2": again}
    page = BeautifulSoup(client.post("/doi-mat-khau/", sent).content, "html.parser")
    links = page.select(".error-summary a")
    assert {link["href"] for link in links} == {f"#{field}"}
    assert told in links[0].text
    assert page.select(f"#{field}_error") and told in page.select(f"#{field}_error")[0].text
    account.refresh_from_db()
    assert account.check_password("mat-khau-dai-08")


def guess_old_password(client: Client, old: str):
    new = "mot-mat-khau-khac-26"
    return client.post("/doi-mat-khau/", {"old_password": old, "new_password1": new, "new_password2": new})


def test_guessing_the_old_password_locks_the_account(client, account):
    """A page that somebody left open is no way round the limit of five."""
    client.force_login(account)
    answers = [guess_old_password(client, f"doan-{number}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert "Mật khẩu cũ" in answers[0].content.decode()
    assert guess_old_password(client, "mat-khau-dai-08").status_code == 429
    account.refresh_from_db()
    assert account.check_password("mat-khau-dai-08")


def test_health_needs_no_account(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_health_says_when_the_database_is_away(client, monkeypatch):
    def away():
        raise DatabaseError("away")

    monkeypatch.setattr(connection, "cursor", away)
    assert client.get("/healthz").status_code == 503


def test_every_page_says_when_the_database_is_away(account, monkeypatch):
    """The database stops between two clicks of somebody who is signed in."""
    client = Client(raise_request_exception=False)
    client.force_login(account)

    def away(self):
        raise OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(SessionStore, "_get_session_from_db", away)
        answer = client.get("/nhiem-vu/")
    assert answer.status_code == 503
    assert "Chưa kết nối được cơ sở dữ liệu" in answer.content.decode()
    assert client.get("/doi-mat-khau/").status_code == 200


def test_any_other_error_is_told_without_its_cause(account, monkeypatch):
    def broken(self):
        raise RuntimeError("bí mật")

    monkeypatch.setattr(User, "get_short_name", broken)
    monkeypatch.setattr(User, "get_role_display", broken)
    client = Client(raise_request_exception=False)
    client.force_login(account)
    answer = client.get("/doi-mat-khau/")
    assert answer.status_code == 500
    assert "Máy chủ gặp lỗi" in answer.content.decode()
    assert "bí mật" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/dang-nhap/", "/quan-tri/", "/khong-co/"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_an_undeclared_host_is_refused_in_plain_words(account, path, signed_in):
    client = Client()
    if signed_in:
        client.force_login(account)
    answer = client.get(path, headers={"host": "ten-la.example"})
    assert answer.status_code == 400
    assert "tên máy chủ chưa được khai báo" in answer.content.decode()


def test_an_unknown_address_is_answered_in_plain_words(client):
    page = client.get("/khong-co-trang-nay/")
    assert page.status_code == 404
    assert "Không tìm thấy trang này" in page.content.decode()


def test_a_stale_form_says_how_to_go_on(account):
    client = Client(enforce_csrf_checks=True)
    page = client.post("/dang-nhap/", {"username": "thu", "password": "x"})
    assert page.status_code == 403
    assert "Trang này mở đã lâu nên chưa gửi được" in page.content.decode()


@pytest.mark.parametrize("template", ["400.html", "500.html", "503.html", "507.html"])
def test_the_last_error_pages_need_neither_user_nor_database(template):
    assert "<h1>" in render_to_string(template)
