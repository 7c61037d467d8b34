"""What tests of work share: a committee that plans, on a fixed day."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.factories.plans import Planners

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture
def today():
    """23/11/2026 in the morning, wherever and whenever the tests run."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def planners(db, today) -> Planners:
    return Planners()
