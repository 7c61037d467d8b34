"""One account for each role of a committee, and one for the head of each leading unit."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from chuongtrinh.loader import database_trouble
from chuongtrinh.models import Committee, Programme, User
from chuongtrinh.vietnamese import fold
from phancong.models import Comrade, Post, Unit

Role = User.Role
SHORTEST_PASSWORD = 8
_LONGEST_PLAIN_NAME = 12
_NOT_HEADED_HERE = (Unit.Kind.COMMITTEE, Unit.Kind.INSPECTION, Unit.Kind.PARTY_CELL)
_HEAD_TITLES = {
    Unit.Kind.DEPARTMENT: "Trưởng",
    Unit.Kind.OFFICE: "Chánh",
    Unit.Kind.CENTRE: "Giám đốc",
}
_CONSONANTS, _VOWELS, _DIGITS = "bcdghklmnprstvx", "aeiou", "23456789"


@dataclass(frozen=True, slots=True)
class NewAccount:
    username: str
    role: str
    unit: str
    password: str

    def __str__(self) -> str:
        return "\t".join((self.username, self.role, self.unit, self.password))


@dataclass(frozen=True, slots=True)
class _Wanted:
    username: str
    role: Role
    full_name: str
    unit: Unit | None = None
    comrade: Comrade | None = None


class Command(BaseCommand):
    help = "Tạo tài khoản theo vai trò; in ra tên đăng nhập, vai trò, đơn vị, mật khẩu của tài khoản mới."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--password", metavar="P", help="một mật khẩu cho mọi tài khoản mới")
        parser.add_argument("--committee", default="", metavar="NAME", help="cấp ủy, khi có nhiều cấp ủy")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"]
        if password is not None and (len(password) < SHORTEST_PASSWORD or not password.isprintable()):
            raise CommandError(f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự, không có ký tự điều khiển.")
        try:
            committee = _committee(options["committee"])
            accounts = create_accounts(committee, password)
        except DatabaseError as error:
            raise CommandError(database_trouble(error)) from None
        for account in accounts:
            self.stdout.write(str(account))


def _committee(name: str) -> Committee:
    if name:
        found = next((row for row in Committee.objects.all() if fold(row.name) == fold(name)), None)
        if found is None:
            raise CommandError(f"Không có cấp ủy tên “{name}”. Hãy nạp chương trình trước: load_programme.")
        return found
    programme = Programme.objects.select_related("committee").order_by("-loaded_at", "-pk").first()
    if programme is None:
        raise CommandError("Chưa có chương trình nào. Hãy nạp chương trình trước: load_programme.")
    return programme.committee


@transaction.atomic
def create_accounts(committee: Committee, password: str | None = None) -> list[NewAccount]:
    """Make the accounts that the committee lacks; existing ones are left alone and not returned.

    Without ``password`` each gets a random one of about 60 bits. A username that another committee has taken
    gets this one's place behind it ("bithu-minhtan").
    """
    taken = dict(User.objects.values_list("username", "committee_id"))
    suffix = fold(committee.place).replace(" ", "") or str(committee.pk)
    made = []
    for wanted in _wanted(committee):
        username = wanted.username
        if taken.get(username, committee.pk) not in (committee.pk, None):
            username = f"{username}-{suffix}"
            if taken.get(username, committee.pk) not in (committee.pk, None):
                username = f"{wanted.username}-{committee.pk}"
        if username in taken:
            continue
        chosen = password or random_password()
        user = User(
            username=username,
            role=wanted.role,
            full_name=wanted.full_name[:150],
            committee=committee,
            unit=wanted.unit,
            comrade=wanted.comrade,
            password=make_password(chosen),
        )
        user.save()
        taken[username] = committee.pk
        made.append(NewAccount(username, wanted.role.value, wanted.unit.name if wanted.unit else "", chosen))
    return made


def random_password() -> str:
    """Four groups of two syllables and three digits: about 60 bits, easy to copy from paper."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(8)]
    groups = ["".join(syllables[at : at + 2]) for at in range(0, 8, 2)]
    return "-".join([*groups, "".join(secrets.choice(_DIGITS) for _ in range(3))])


def _wanted(committee: Committee) -> Iterator[_Wanted]:
    inspection = committee.units.filter(kind=Unit.Kind.INSPECTION).order_by("pk").first()
    yield _Wanted("quantri", Role.ADMIN, "Quản trị")
    yield _Wanted("vanphong", Role.OFFICE, "Văn phòng")
    yield _Wanted("bithu", Role.SECRETARY, "Bí thư", comrade=_holder(committee, "bi thu"))
    yield _Wanted("phobithu", Role.DEPUTY, "Phó Bí thư", comrade=_holder(committee, "pho bi thu"))
    yield _Wanted("ubkt", Role.INSPECTION, "Ủy ban Kiểm tra", unit=inspection)
    yield _Wanted("uyvien", Role.MEMBER, "Ủy viên phụ trách")
    yield _Wanted("nguoixem", Role.VIEWER, "Người xem")
    leading = committee.units.filter(assignments__principal=True).exclude(kind__in=_NOT_HEADED_HERE)
    for unit in leading.distinct().order_by("pk"):
        title = _HEAD_TITLES.get(Unit.Kind(unit.kind), "Người đứng đầu")
        yield _Wanted(head_username(unit), Role.HEAD, f"{title} {unit.name}", unit=unit)


def _holder(committee: Committee, title: str) -> Comrade | None:
    """Who holds the post in the committee itself, where the programme names exactly that post."""
    posts = Post.objects.filter(unit__committee=committee, unit__kind=Unit.Kind.COMMITTEE).order_by("pk")
    return next((post.comrade for post in posts.select_related("comrade") if fold(post.title) == title), None)


def head_username(unit: Unit) -> str:
    """ "phongkinhte", "phongvhxh", "vpubnd": departments by a name that is short, others by short name."""
    plain = fold(unit.name).replace(" ", "")
    short = fold(unit.short_name).replace(" ", "")
    if unit.kind != Unit.Kind.DEPARTMENT:
        return short
    if len(plain) <= _LONGEST_PLAIN_NAME:
        return plain
    return f"phong{short.removeprefix('p')}"
