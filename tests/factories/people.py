"""An invented committee, its units, comrades and accounts."""

import factory
from django.contrib.auth.hashers import make_password

from chuongtrinh.models import Committee, User
from phancong.models import Comrade, Post, Unit

PASSWORD = "mat-khau-chi-de-thu"
HASH = make_password(PASSWORD)


class CommitteeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Committee

    name = factory.Sequence(lambda n: f"Đảng ủy UBND xã Mẫu {n}")
    parent_name = factory.Sequence(lambda n: f"Đảng bộ xã Mẫu {n}")
    place = factory.Sequence(lambda n: f"Mẫu {n}")


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    committee = factory.SubFactory(CommitteeFactory)
    name = factory.Sequence(lambda n: f"Phòng Mẫu {n}")
    short_name = factory.Sequence(lambda n: f"PM{n}")
    kind = Unit.Kind.DEPARTMENT


class ComradeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Comrade

    committee = factory.SubFactory(CommitteeFactory)
    name = factory.Sequence(lambda n: f"Nguyễn Văn Mẫu {n}")


class PostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Post

    unit = factory.SubFactory(UnitFactory)
    comrade = factory.SubFactory(ComradeFactory, committee=factory.SelfAttribute("..unit.committee"))
    title = "Trưởng phòng"
    is_head = True


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"taikhoan{n}")
    full_name = factory.LazyAttribute(lambda user: f"Tài khoản {user.username}")
    password = HASH
    role = User.Role.VIEWER
    committee = factory.SubFactory(CommitteeFactory)
