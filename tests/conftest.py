"""Fixtures for all tests: the signed programme as rows, and one account for each role.

On PostgreSQL only the tests that touch the database run, without those marked ``one_database``; the rest do
not depend on it.
"""

import gc
import os
from collections.abc import Iterator
from types import SimpleNamespace

import factory
import pytest

from chuongtrinh.models import Programme, User

ROLES = {
    "quantri": User.Role.ADMIN,
    "vanphong": User.Role.OFFICE,
    "bithu": User.Role.SECRETARY,
    "phobithu": User.Role.DEPUTY,
    "uyvien": User.Role.MEMBER,
    "truongdonvi": User.Role.HEAD,
    "ubkt": User.Role.INSPECTION,
    "nguoixem": User.Role.VIEWER,
}
"""The persona's account name and its role."""


def pytest_configure(config: pytest.Config) -> None:
    """The database of the tests outlives no power cut: PostgreSQL need not wait for the disk."""
    if os.environ.get("TEST_DATABASE") != "postgres" or hasattr(config, "workerinput"):
        return
    import psycopg

    with psycopg.connect(os.environ["TEST_DATABASE_URL"], autocommit=True) as server:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.execute(f"ALTER SYSTEM SET {setting} = off")
        server.execute("SELECT pg_reload_conf()")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("TEST_DATABASE") != "postgres":
        return
    kept, left = [], []
    for item in items:
        touches = item.get_closest_marker("django_db") or "_django_db_helper" in getattr(
            item, "fixturenames", ()
        )
        once = item.get_closest_marker("one_database")
        (kept if touches and not once else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


def pytest_collection_finish() -> None:
    """What was imported and collected stays for the whole run: it is no rubbish to be looked through."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Django asks SQLite once whether it knows JSON: not within a test that counts queries."""
    from django.db import connection

    with django_db_blocker.unblock():
        assert connection.features.supports_json_field


@pytest.fixture(autouse=True)
def fresh_sequences() -> None:
    """Factories count from the start in every test: where "Phòng Mẫu 9" sorts must not depend on others."""
    pending = [factory.Factory]
    while pending:
        one = pending.pop()
        pending += one.__subclasses__()
        if not one._meta.abstract:
            one.reset_sequence(0, force=True)


@pytest.fixture
def programme(db) -> Programme:
    """The bundled programme, as `load_programme` made it on the day it was signed."""
    from tests import record

    return record.lay_programme()


@pytest.fixture(scope="module")
def demo_record(django_db_setup, django_db_blocker) -> Iterator[Programme]:
    """The programme with the sample story told up to 23/11/2026 (tests/record.py), for all tests of a file:
    they look at it; what one of them writes is undone after it."""
    from django.db import transaction

    from tests import record

    with django_db_blocker.unblock(), transaction.atomic():
        yield record.lay()
        transaction.set_rollback(True)


@pytest.fixture
def personas(programme: Programme) -> SimpleNamespace:
    """One account for each role of the programme's committee, as attributes: personas.vanphong, ….

    ``truongdonvi`` heads the principal unit of II.3.2; ``uyvien`` oversees it by decision (IV.3);
    ``ngoai`` is the office of another committee, for which nothing of the programme exists.
    """
    from datetime import date

    from phancong.models import Assignment, Oversight, Unit
    from tests.factories.people import ComradeFactory, UserFactory

    committee = programme.committee
    lead = Assignment.objects.get(
        section__number="II.3.2", programme=programme, role="lead", principal=True
    ).unit
    member = ComradeFactory(committee=committee)
    Oversight.objects.create(
        comrade=member, unit=lead, decision_number="01-QĐ/MAU", decided_on=date(2026, 6, 1)
    )
    more = {
        "truongdonvi": {"unit": lead},
        "uyvien": {"comrade": member},
        "ubkt": {"unit": Unit.objects.filter(committee=committee, kind=Unit.Kind.INSPECTION).first()},
    }
    accounts = {
        name: UserFactory(username=name, role=role, committee=committee, **more.get(name, {}))
        for name, role in ROLES.items()
    }
    accounts["ngoai"] = UserFactory(username="ngoai", role=User.Role.OFFICE)
    return SimpleNamespace(**accounts)
