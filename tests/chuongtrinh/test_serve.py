"""The server command: ports, and the first start's data."""

import socket
import stat

import pytest
from django.core.management import CommandError, call_command

from chuongtrinh.management.commands import serve
from chuongtrinh.models import Programme, User


@pytest.fixture
def served(monkeypatch, settings, tmp_path):
    """Runs the command without serving; its data directory is the returned path."""
    settings.VAR_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
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
    assert "quantri" not in capsys.readouterr().out


@pytest.mark.django_db
def test_no_accounts_without_their_file(served, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(serve.os, "replace", full)
    with pytest.raises(CommandError, match="Không ghi được"):
        call_command("serve", port=str(free_port()), setup=True)
    assert not User.objects.exists()
    assert not list(served.glob(".accounts-*"))
