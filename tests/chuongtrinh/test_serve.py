"""The server command: ports, and the first start's data."""

import socket
import stat

import pytest
from django.core.management import CommandError, call_command

from chuongtrinh.management.commands import serve
from chuongtrinh.models import Programme, User
from tests.commands import manage


@pytest.fixture
def served(monkeypatch, settings, tmp_path):
    """Runs the command without serving; its data directory is the returned path."""
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage",
            "OPTIONS": {"location": tmp_path / "static"},
        },
    }
    monkeypatch.setattr(serve.waitress, "serve", lambda *args, **options: None)
    monkeypatch.setattr(serve, "get_wsgi_application", lambda: None)
    return tmp_path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_busy_port_is_told_before_anything_is_done():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=r"PORT=\d+ make run"):
            call_command("serve", port=str(port), setup=True)


@pytest.mark.parametrize("port", ["0", "abc", "70000", "-1"])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(CommandError, match="Số cổng"):
        call_command("serve", port=port)


@pytest.mark.django_db
def test_first_start_loads_programme_and_accounts_and_the_second_keeps_them(served, capsys):
    call_command("serve", port=str(free_port()), setup=True)
    accounts = served / "accounts.txt"
    written = accounts.read_text(encoding="utf-8")
    assert stat.S_IMODE(accounts.stat().st_mode) == 0o600
    assert len(written.splitlines()) == User.objects.count() == 10
    assert written in capsys.readouterr().out
    call_command("serve", port=str(free_port()), setup=True)
    assert accounts.read_text(encoding="utf-8") == written
    assert Programme.objects.count() == 1
    told = capsys.readouterr().out
    assert "quantri" not in told
    assert f"xem {accounts}" in told


@pytest.mark.django_db
def test_no_accounts_without_their_file(served, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(serve.os, "replace", full)
    with pytest.raises(CommandError, match="Không ghi được"):
        call_command("serve", port=str(free_port()), setup=True)
    assert not User.objects.exists()
    assert not list(served.glob(".accounts-*"))


@pytest.mark.parametrize("setup", [True, False])
@pytest.mark.django_db
def test_on_ones_own_machine_the_static_files_are_there_and_compressed(served, setup):
    call_command("serve", port=str(free_port()), setup=setup)
    assert (served / "static/vendor/bootstrap/bootstrap.min.css").is_file()
    small = (served / "static/vendor/bootstrap/bootstrap.min.css.gz").stat().st_size
    assert small < 40_000


def test_a_real_office_that_has_not_collected_its_static_files_is_told_how(served, settings):
    """Every page would fail otherwise, with nothing on it to say why."""
    settings.LOCAL_HTTP = False
    with pytest.raises(CommandError, match="collectstatic --noinput"):
        call_command("serve", port=str(free_port()))
    (served / "static").mkdir()
    (served / "static/staticfiles.json").write_text("{}")
    call_command("serve", port=str(free_port()))


def test_what_went_wrong_is_told_in_one_line_of_vietnamese(tmp_path):
    done = manage("serve", "--port", "0", VAR_DIR=str(tmp_path), SECRET_KEY="x", ALLOWED_HOSTS="a")
    assert done.returncode == 1
    assert done.stderr == f"Chưa chạy được: {done.stderr.partition(': ')[2]}"
    assert len(done.stderr.splitlines()) == 1
    assert "Số cổng không hợp lệ" in done.stderr
