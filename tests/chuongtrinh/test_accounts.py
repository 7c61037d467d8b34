"""Accounts by role: one line for each new one, the rest left alone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chuongtrinh import loader
from chuongtrinh.models import User


def create(**options: str) -> list[list[str]]:
    out = StringIO()
    call_command("create_role_accounts", stdout=out, **options)
    return [line.split("\t") for line in out.getvalue().splitlines()]


def test_one_account_for_each_role_and_leading_department(programme):
    rows = {row[0]: row[1:] for row in create()}
    assert {name: row[0] for name, row in rows.items()} == {
        "quantri": "admin", "vanphong": "office", "bithu": "secretary", "phobithu": "deputy",
        "ubkt": "inspection", "uyvien": "member", "nguoixem": "viewer",
        "phongkinhte": "head", "phongvhxh": "head", "vpubnd": "head",
    }  # fmt: skip
    assert rows["phongkinhte"][1] == "Phòng Kinh tế"
    assert rows["quantri"][1] == ""
    assert len({row[2] for row in rows.values()}) == len(rows)
    user = User.objects.get(username="phongkinhte")
    assert user.check_password(rows["phongkinhte"][2])
    assert user.full_name == "Trưởng Phòng Kinh tế"
    assert set(User.objects.values_list("committee", flat=True)) == {programme.committee_id}


def test_secretary_and_deputy_are_those_who_hold_the_posts(programme):
    create()
    for username, title in (("bithu", "Bí thư"), ("phobithu", "Phó Bí thư")):
        user = User.objects.get(username=username)
        assert user.comrade.posts.filter(title=title, unit__kind="committee").exists()
        assert user.comrade.name not in user.full_name


def test_existing_accounts_are_left_alone(programme):
    create(password="mat-khau-dau")
    User.objects.filter(username="nguoixem").delete()
    assert [row[0] for row in create(password="mat-khau-sau")] == ["nguoixem"]
    assert User.objects.get(username="bithu").check_password("mat-khau-dau")
    assert create() == []


def test_another_committees_accounts_get_names_of_their_own(programme):
    create()
    loader.load(committee="Đảng ủy UBND xã Mẫu")
    rows = create()
    assert len(rows) == 10
    assert User.objects.count() == 20
    assert create() == []


@pytest.mark.parametrize("password", ["", "ngan", "xuong\ndong-dai"])
def test_a_poor_password_is_refused(programme, password):
    with pytest.raises(CommandError, match="ít nhất 8"):
        create(password=password)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_a_programme_it_says_what_to_do():
    with pytest.raises(CommandError, match="load_programme"):
        create()
