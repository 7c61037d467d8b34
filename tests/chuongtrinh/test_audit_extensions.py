"""The audit page on requests for extension: each is a line when it was asked, and one when it was settled."""

import pytest

from baocao import extension
from chuongtrinh.models import User
from tests.baocao.test_extension import DUE, asked, granted
from tests.baocao.test_extension import planners as planners  # the fixtures
from tests.baocao.test_extension import work as work
from tests.chuongtrinh.test_audit import listed
from tests.factories.people import UserFactory

SETTLED = "extensionsettled"


@pytest.fixture
def reader(work):
    return UserFactory(committee=work.committee, role=User.Role.INSPECTION)


def test_a_request_and_its_answer_are_lines_of_their_own(work, reader):
    request = asked(work)
    (line,) = listed(reader, loai="extensionrequest")
    assert "Gửi đề nghị gia hạn 2026-PKT-01 Khảo sát" in line
    assert "Xin đến 10/12/2026" in line and "Lý do: Chờ định hướng của thành phố" in line
    assert listed(reader, loai=SETTLED) == []
    granted(work, request)
    (line,) = listed(reader, loai=SETTLED)
    assert "Đồng ý đề nghị gia hạn 2026-PKT-01 Khảo sát" in line
    assert "Theo 21-TB/MAU, ngày 18/09/2026" in line
    assert len(listed(reader)) >= 2


def test_who_refused_or_withdrew_stands_in_it(work, reader):
    extension.refuse(asked(work), work.secretary, "Thành phố đã có định hướng")
    extension.withdraw(asked(work, reason="Xin lại"), work.head)
    withdrawn, refused = listed(reader, loai=SETTLED)
    assert str(work.head) in withdrawn and "Đã rút" in withdrawn
    assert str(work.secretary) in refused and "Thành phố đã có định hướng" in refused
    assert listed(UserFactory(role=User.Role.OFFICE), loai=SETTLED) == []
    assert asked(work, due_seen=DUE).state == "waiting"
