"""What the console of the server says, and what it does not."""

import logging

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from chuongtrinh.log import without_traceback
from tests.factories.people import UserFactory


@pytest.fixture
def console(caplog):
    """The lines that the console handler would write, with their tracebacks."""
    caplog.handler.addFilter(without_traceback)
    caplog.set_level(logging.WARNING)
    yield caplog
    caplog.handler.removeFilter(without_traceback)


def test_a_refused_page_is_one_line(client, db, console) -> None:
    client.force_login(UserFactory())
    assert client.get("/quan-tri/").status_code == 403
    refused = [record for record in console.records if record.name == "django.request"]
    assert [record.getMessage() for record in refused] == ["Forbidden (Permission denied): /quan-tri/"]
    assert "Traceback" not in console.text
    assert PermissionDenied.__name__ not in console.text


def test_a_failure_of_our_own_keeps_its_traceback(console) -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        logging.getLogger("django.request").exception("Internal Server Error: /x", extra={"status_code": 500})
    assert "Traceback" in console.text


def test_the_filter_stands_at_the_console() -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_traceback"]
    assert settings.LOGGING["filters"]["without_traceback"]["callback"] is without_traceback


@pytest.mark.parametrize("name", ["axes", "waitress.queue"])
def test_what_is_no_trouble_is_not_told(name: str) -> None:
    logger = logging.getLogger(name)
    assert not logger.isEnabledFor(logging.WARNING)
    assert logger.isEnabledFor(logging.ERROR)
