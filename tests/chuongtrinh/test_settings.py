"""The settings of a real office: what a wrong value says, and who may ask what by which name."""

import pytest

from tests.commands import manage

OFFICE = {"SECRET_KEY": "k3y" * 30, "ALLOWED_HOSTS": "van-phong.example"}


def told(code: str, tmp_path, **environment: str) -> str:
    """What a line of Python prints under an office's settings."""
    done = manage("shell", "-v0", "-c", code, VAR_DIR=str(tmp_path), **OFFICE, **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SSL_REDIRECT", "co"),
        ("SAMPLE_DATA", "minh-hoa"),
        ("DATABASE_URL", "postgre://nguoidung:mat-khau@may:5432/ten"),
        ("DATABASE_URL", "postgres://nguoidung:mat-khau@may:cong/ten"),
        ("DATABASE_URL", "postgres://nguoidung:mat-khau@may"),
        ("DATABASE_URL", "/var/lib/chuongtrinh.sqlite3"),
        ("EMAIL_URL", "http://nguoidung:mat-khau@thu.example"),
        ("EMAIL_URL", "smtp+tls://nguoidung:mat-khau@thu.example:cong"),
        ("EMAIL_URL", "smtp://"),
        ("SITE_URL", "chuongtrinh.example"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_in_one_line(name, value, tmp_path):
    done = manage("check", VAR_DIR=str(tmp_path), **OFFICE, **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"Chưa chạy được: {name} phải ")
    assert len(done.stderr.splitlines()) == 1
    assert "mat-khau" not in done.stderr, "a password does not belong in a log"


@pytest.mark.parametrize(
    ("environment", "seconds", "subdomains"),
    [({}, "31536000", True), ({"HSTS_SUBDOMAINS": "false"}, "31536000", False)],
)
def test_an_office_decides_whether_https_binds_its_subdomains_too(environment, seconds, subdomains, tmp_path):
    code = (
        "from django.test import Client; "
        "print(Client().get('/healthz', secure=True, headers={'host': 'van-phong.example'})"
        "['Strict-Transport-Security'])"
    )
    header = told(code, tmp_path, **environment)
    assert f"max-age={seconds}" in header
    assert ("includeSubDomains" in header, "preload" in header) == (subdomains, subdomains)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost"])
def test_a_monitor_on_the_same_machine_asks_for_health_by_plain_http(host, tmp_path):
    code = (
        "from django.test import Client; "
        f"print(Client().get('/healthz', headers={{'host': '{host}'}}).status_code)"
    )
    assert told(code, tmp_path) == "200"


def test_every_other_page_is_led_to_https(tmp_path):
    code = (
        "from django.test import Client; "
        "print(Client().get('/dang-nhap/', headers={'host': 'van-phong.example'})['Location'])"
    )
    assert told(code, tmp_path) == "https://van-phong.example/dang-nhap/"


def test_nobody_but_the_server_says_that_a_visitor_came_by_https(tmp_path):
    """The server (waitress) judges forwarded headers; a header that a visitor wrote opens nothing."""
    code = (
        "from django.test import Client; "
        "print(Client().get('/dang-nhap/', headers={'host': 'van-phong.example',"
        " 'x-forwarded-proto': 'https'}).status_code)"
    )
    assert told(code, tmp_path) == "301"


MAIL = (
    "from django.conf import settings as s; "
    "print(s.EMAIL_BACKEND.split('.')[-2], s.MAIL_GOES_OUT, "
    "s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_TLS, s.DEFAULT_FROM_EMAIL)"
)


def test_mail_goes_out_only_where_a_server_is_named(tmp_path):
    assert told(MAIL, tmp_path) == "filebased False localhost 25 False nhac-viec@localhost"
    office = {"EMAIL_URL": "smtp+tls://van:p%40ss@thu.example", "DEFAULT_FROM_EMAIL": "nhac@thu.example"}
    assert told(MAIL, tmp_path, **office) == "smtp True thu.example 587 True nhac@thu.example"


def test_a_mail_server_needs_an_address_that_mail_comes_from(tmp_path):
    done = manage("check", VAR_DIR=str(tmp_path), **OFFICE, EMAIL_URL="smtp://thu.example")
    assert done.stderr.startswith("Chưa chạy được: DEFAULT_FROM_EMAIL phải ")
    assert len(done.stderr.splitlines()) == 1
