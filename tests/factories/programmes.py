"""A small invented programme, for tests that need rows rather than the signed document."""

import hashlib
from datetime import date

import factory

from chuongtrinh.models import Clause, Programme, Section
from nhiemvu.models import Task
from tests.factories.people import CommitteeFactory

SOURCE = "Chương trình mẫu".encode()


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme

    committee = factory.SubFactory(CommitteeFactory)
    number = factory.Sequence(lambda n: f"{n:02d}-CTr/MAU")
    kind = "chương trình hành động"
    title = "Chương trình hành động của cấp uỷ xã Mẫu"
    issued_on = date(2026, 5, 5)
    place = "Mẫu"
    term_start = 2025
    term_end = 2030
    source = SOURCE
    source_name = "mau.txt"
    source_sha256 = hashlib.sha256(SOURCE).hexdigest()


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    programme = factory.SubFactory(ProgrammeFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    number = factory.LazyAttribute(lambda section: f"II.{section.ordinal}")
    label = factory.LazyAttribute(lambda section: f"{section.ordinal}.")
    title = "Xây dựng xã Mẫu"


class ClauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Clause

    section = factory.SubFactory(SectionFactory)
    ordinal = factory.Sequence(lambda n: n + 1)
    kind = Clause.Kind.TASK
    as_signed = "Làm đường liên thôn của xã Mẫu."
    text = factory.SelfAttribute("as_signed")
    line_from = factory.SelfAttribute("ordinal")
    line_to = factory.SelfAttribute("ordinal")


class TaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Task

    section = factory.SubFactory(SectionFactory)
    programme = factory.SelfAttribute("section.programme")
    kind = Task.Kind.TASK
    ordinal = factory.Sequence(lambda n: n + 1)
    code = factory.LazyAttribute(lambda task: f"{task.section.number}-{task.ordinal:02d}")
    clause = factory.SubFactory(ClauseFactory, section=factory.SelfAttribute("..section"))
    title = "Làm đường liên thôn"
