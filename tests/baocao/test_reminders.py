"""Who is reminded of what: one message a person a day, from what stands on their page."""

from __future__ import annotations

import os
import smtplib
import threading
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from baocao import digests, extension, reporting, unit_reports
from baocao.models import DayOff, Digest, ExtensionRequest, Reminded, ReportingRules, Update
from baocao.reminders import things_of
from baocao.reminding import Kind
from baocao.report_data import ReportData
from chuongtrinh.models import User
from nhiemvu.models import Task
from nhiemvu.status import HANOI, DecisionKind
from phancong import planning
from phancong.models import CarryOver, Group
from tests.factories.people import ComradeFactory, UserFactory
from tests.factories.plans import Planners
from tests.factories.programmes import TaskFactory

DUE = date(2026, 10, 8)  # a Thursday


def at(day: date, hour: int = 7):
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=HANOI), tick=False)


@pytest.fixture
def work(db) -> Planners:
    """An item of Phòng Kinh tế, directed by a comrade with an account, due on 8 October; all have e-mail."""
    with at(date(2026, 9, 1)):
        world = Planners()
        world.director = world._user(User.Role.MEMBER, comrade=world.chief)
        with_mail(world)
        world.give(world.plan({"title": "Khảo sát", "due": DUE}), on=date(2026, 9, 1))
        world.item_ = world.item("2026-PKT-01")
    return world


def with_mail(world: Planners) -> None:
    for user in vars(world).values():
        if isinstance(user, User):
            user.email = f"{user.username}@thu.example"
            user.save()


def run(*options: str) -> str:
    out = StringIO()
    call_command("send_reminders", *options, stdout=out)
    return out.getvalue()


def sent() -> dict[str, str]:
    """The bodies of the messages of the last run, by the receiver's account."""
    found = {message.to[0].partition("@")[0]: message.body for message in mail.outbox}
    assert len(found) == len(mail.outbox)  # one a person
    mail.outbox.clear()
    return found


def of(work: Planners, user: User, day: date) -> list[str]:
    user.refresh_from_db()
    rows = things_of(work.programme, [user], day)[user.pk]
    return sorted(thing.title for thing in rows if thing.concerns(day))


def send_report(work: Planners, period, **data) -> Update:
    asked = period.asked.get(task=work.item_)
    given = {"content": "Đã khảo sát 3 thôn", "percent": 40, "effective_on": period.end, **data}
    reporting.save_draft(asked, work.head, ReportData(**given), version=None)
    return reporting.send(period, work.unit, work.head)[0]


# -- deadlines ---------------------------------------------------------------------------------------------


def test_a_deadline_goes_to_its_unit_then_to_the_office_then_to_who_directs(work):
    heard: dict[str, list[date]] = {}
    day = date(2026, 9, 21)
    while day <= date(2026, 11, 30):
        with at(day):
            run()
        for who in sent():
            heard.setdefault(who, []).append(day)
        day += timedelta(days=1)
    days = [date(2026, 10, n) for n in (1, 5, 7, 9, 15, 22)]
    assert heard == {
        work.head.username: [*days, date(2026, 11, 23)],
        work.office.username: [*days[4:], date(2026, 11, 23)],
        work.director.username: [*days[5:], date(2026, 11, 23)],
    }


def test_the_message_names_the_work_its_deadline_and_who_leads(work, settings):
    settings.SITE_URL = "https://chuongtrinh.example"
    with at(date(2026, 10, 22)):
        run()
    messages = {message.to[0]: message for message in mail.outbox}
    message = messages[work.director.email]
    assert message.subject == "Nhắc việc: 1 việc cần chú ý"
    assert "QUÁ HẠN (1)" in message.body
    assert "2026-PKT-01 Khảo sát: hạn 08/10/2026, quá 14 ngày (Phòng Kinh tế chủ trì)" in message.body
    assert "https://chuongtrinh.example/nhac-viec/" in message.body
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


def test_a_second_run_of_the_day_says_nothing(work):
    with at(date(2026, 10, 1)):
        assert "gửi 1 thư" in run()
        assert "không có gì mới" in run()
    assert list(sent()) == [work.head.username]
    assert Digest.objects.count() == Reminded.objects.count() == 1


def test_a_missed_run_is_caught_up_once(work):
    with at(date(2026, 10, 6)):  # nobody ran it on the 1st and the 5th
        run()
        run()
    assert list(sent()) == [work.head.username]
    assert Reminded.objects.get().step == -3
    with at(date(2026, 10, 6)):
        assert "không có gì mới" in run("--on", "2026-10-01")


@pytest.mark.parametrize("day", [date(2026, 10, 3), date(2026, 10, 7)])
def test_on_a_day_off_nobody_is_reminded(work, day):
    DayOff.objects.create(committee=work.committee, day=date(2026, 10, 7), name="Họp dân")
    with at(day):
        assert "ngày nghỉ" in run()
    assert not sent()


def test_a_moved_deadline_is_another_one(work):
    with at(date(2026, 10, 7)):
        run()
        work.item_.decide(
            work.secretary, {"due": date(2026, 12, 10)}, document="21-TB", effective_on=date(2026, 10, 7),
            reason="Chờ vốn",
        )  # fmt: skip
    sent()
    with at(date(2026, 10, 9)):
        run()
        assert not sent()
    with at(date(2026, 12, 3)):
        run()
    assert "hạn 10/12/2026, còn 7 ngày" in sent()[work.head.username]


def test_stopped_finished_and_claimed_work_is_not_spoken_of(work):
    with at(date(2026, 10, 9)):
        assert of(work, work.head, DUE + timedelta(1)) == ["2026-PKT-01 Khảo sát"]
        work.item_.decide(
            work.secretary, {"state": DecisionKind.PAUSED}, document="21-TB", effective_on=date(2026, 10, 9),
            reason="Chờ vốn",
        )  # fmt: skip
        assert of(work, work.head, DUE + timedelta(1)) == []


def test_a_claim_of_completion_waits_for_the_office_and_no_longer_for_the_unit(work):
    with at(date(2026, 10, 15)):
        period = reporting.open_period(work.programme, "2026-10", work.office)
        send_report(work, period, claims_completion=True, product="Báo cáo", effective_on=date(2026, 10, 14))
        assert "2026-PKT-01 Khảo sát" not in of(work, work.head, date(2026, 10, 15))
        # nor does it press the office as overdue: it lies there to be confirmed
        assert of(work, work.office, date(2026, 10, 15)) == ["1 cập nhật chờ xác nhận, kỳ Tháng 10/2026"]


def test_last_years_work_that_somebody_has_carried_over_is_left_in_peace(work):
    with at(date(2027, 1, 11)):
        assert of(work, work.head, date(2027, 1, 11)) == ["2026-PKT-01 Khảo sát"]
        plan = planning.open_plan(work.programme, work.unit, 2027)
        CarryOver.objects.create(source=work.item_, plan=plan, reason="Không còn phù hợp", by=work.head)
        assert of(work, work.head, date(2027, 1, 11)) == []


def test_what_groups_alone_lead_concerns_each_unit_that_shares_it(work):
    task = TaskFactory(section=work.section, code="II.3.2-90", title="Học tập", due=DUE)
    group = Group.objects.create(committee=work.committee, name="Các phòng", rule=Group.Rule.UNITS)
    task.assignments.create(programme=work.programme, role="lead", group=group)
    with at(date(2026, 10, 7)):
        assert of(work, work.other_head, date(2026, 10, 7)) == ["II.3.2-90 Học tập"]
        assert "II.3.2-90 Học tập" in of(work, work.head, date(2026, 10, 7))


# -- reports -----------------------------------------------------------------------------------------------


def test_a_period_reminds_its_unit_until_everything_is_sent(work):
    with at(date(2026, 12, 1)):
        period = reporting.open_period(work.programme, "2026-12", work.office)
        assert not [row for row in of(work, work.head, date(2026, 12, 1)) if "kỳ" in row]
    day = date(2026, 12, 7)
    with at(day):
        [told] = [row for row in of(work, work.head, day) if "kỳ" in row]
        assert told == f"Báo cáo kỳ Tháng 12/2026: còn {period.asked.count()} việc chưa gửi"
        assert of(work, work.other_head, day) == []
    late = date(2026, 12, 28)
    with at(late):
        [told] = [row for row in of(work, work.office, late) if "chưa gửi" in row]
        assert told.startswith("Phòng Kinh tế còn")
        [told] = [row for row in of(work, work.director, late) if "chỉ đạo chưa được báo cáo" in row]
        assert told.startswith("1 việc")
        for asked in period.asked.all():
            data = ReportData(no_change=True, effective_on=period.end)
            reporting.save_draft(asked, work.head, data, version=None)
        reporting.send(period, work.unit, work.head)
        for user in (work.head, work.office, work.director):
            assert not [row for row in of(work, user, late) if "chưa" in row]


def test_who_directs_hears_of_a_task_once_however_many_units_share_it(work):
    task = TaskFactory(section=work.section, code="II.3.2-90", title="Học tập")
    task.assignments.create(programme=work.programme, role="direct", comrade=work.chief)
    group = Group.objects.create(committee=work.committee, name="Các phòng", rule=Group.Rule.UNITS)
    task.assignments.create(programme=work.programme, role="lead", group=group)
    with at(date(2026, 12, 1)):
        period = reporting.open_period(work.programme, "2026-12", work.office)
        assert period.asked.filter(task=task, share=True).count() == 2
        [told] = [row for row in of(work, work.director, date(2026, 12, 28)) if "đồng chí chỉ đạo" in row]
        assert told.startswith("2 việc")  # the shared one, and the item that the comrade directs


def test_what_the_office_returned_lies_with_the_unit_until_it_is_mended(work):
    with at(date(2026, 9, 16)):
        period = reporting.open_period(work.programme, "2026-09", work.office)
        update = send_report(work, period)
        waiting = "1 cập nhật chờ xác nhận, kỳ Tháng 9/2026"
        assert of(work, work.office, date(2026, 9, 16)) == [waiting]
        reporting.send_back(update, work.office, "Ghi rõ thôn nào")
        assert of(work, work.office, date(2026, 9, 16)) == []
        assert "2026-PKT-01 Khảo sát" in of(work, work.head, date(2026, 9, 16))
        run()
        sent()
    with at(date(2026, 9, 17)):
        run()
        assert "BỊ TRẢ LẠI (1)" in sent()[work.head.username]
        assert reporting.send(period, work.unit, work.head)
        assert "2026-PKT-01 Khảo sát" not in of(work, work.head, date(2026, 9, 17))


def test_a_units_own_words_wait_for_the_office_and_then_for_the_unit(work):
    with at(date(2026, 9, 16)):
        period = reporting.open_period(work.programme, "2026-09", work.office)
        report, _ = unit_reports.begin(period, work.unit)
        report.results = "Đủ"
        report.save()
        unit_reports.take(report, work.head, "submit")
        waiting = "Báo cáo của Phòng Kinh tế chờ xác nhận, kỳ Tháng 9/2026"
        assert of(work, work.office, date(2026, 9, 16)) == [waiting]
        reporting.send_back_report(report, work.office, "Ghi rõ nguyên nhân")
        assert of(work, work.office, date(2026, 9, 16)) == []
        assert "Báo cáo của Phòng Kinh tế, kỳ Tháng 9/2026" in of(work, work.head, date(2026, 9, 16))


def test_plans_and_extensions_wait_for_the_leaders_and_the_office_where_it_may_extend(work):
    with at(date(2026, 9, 15)):
        planning.submit(work.plan({"title": "Mở thầu"}, year=2027), work.head)
        extension.ask(work.item_, work.head, due=date(2026, 12, 1), reason="Chờ vốn", due_seen=DUE)
        assert ExtensionRequest.objects.count() == 1
        waiting = ["Kế hoạch năm 2027 của Phòng Kinh tế chờ duyệt", "Xin gia hạn 2026-PKT-01 Khảo sát"]
        assert of(work, work.secretary, date(2026, 9, 15)) == waiting
        assert of(work, work.office, date(2026, 9, 15)) == []
        ReportingRules.objects.create(committee=work.committee, office_extends=True)
        assert of(work, work.office, date(2026, 9, 15)) == waiting[1:]
        assert of(work, work.viewer, date(2026, 9, 15)) == []


def test_work_whose_deadline_is_asked_to_move_says_so_to_those_who_may_read_the_request(work):
    def details(user: User) -> list[str]:
        found = things_of(work.programme, [user], date(2026, 10, 1))[user.pk]
        return [thing.detail for thing in found if thing.kind is Kind.WORK]

    with at(date(2026, 10, 1)):
        asked = extension.ask(work.item_, work.head, due=date(2026, 12, 1), reason="Chờ vốn", due_seen=DUE)
        assert details(work.head) == ["đã xin gia hạn đến 01/12/2026"]
        assert details(work.office) == ["Phòng Kinh tế chủ trì, đã xin gia hạn đến 01/12/2026"]
        assert details(work.director) == ["Phòng Kinh tế chủ trì"]
        run()
        assert "còn 7 ngày (đã xin gia hạn đến 01/12/2026)" in sent()[work.head.username]
        extension.refuse(asked, work.secretary, "Làm cho kịp")
        assert details(work.head) == [""]


# -- one message a person a day ----------------------------------------------------------------------------


def test_who_has_no_address_is_told_on_the_page_and_named(work):
    work.head.email = ""
    work.head.save()
    with at(date(2026, 10, 1)):
        told = run()
        assert work.head.username in told and "Nhắc việc" in told
        assert "không có gì mới" in run()
    assert not sent()
    assert Digest.objects.get().sent_at is None


def test_a_closed_account_and_another_committee_hear_nothing(work):
    other = Planners()
    work.head.is_active = False
    work.head.save()
    with at(date(2026, 10, 1)):
        run()
    assert not sent()
    assert things_of(work.programme, [other.head, work.head], DUE) == {}


class Down(EmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, messages):
        raise ConnectionRefusedError("máy chủ thư không trả lời")


class Picky(EmailBackend):
    """A mail server that refuses one person's address."""

    refused = ""

    def send_messages(self, messages):
        if messages[0].to == [self.refused]:
            raise smtplib.SMTPRecipientsRefused({self.refused: (550, b"no such user")})
        return super().send_messages(messages)


def test_what_could_not_be_sent_is_sent_by_the_next_run_in_the_same_words(work, settings):
    locmem, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Down"
    with at(date(2026, 10, 1)):
        with pytest.raises(CommandError, match=r"Chưa gửi được 1 thư \(máy chủ thư không trả lời\)"):
            run()
        digest = Digest.objects.get()
        assert digest.sent_at is None
        settings.EMAIL_BACKEND = locmem
        assert "gửi 1 thư" in run()
        assert "không có gì mới" in run()
    assert sent() == {work.head.username: digest.body}


def test_a_message_that_no_directory_takes_is_not_held_for_sent(work, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_FILE_PATH.write_text("a file where the directory should be")
    with at(date(2026, 10, 1)):
        with pytest.raises(CommandError, match="Chưa gửi được 1 thư"):
            run()
        settings.EMAIL_FILE_PATH.unlink()
        assert "gửi 1 thư" in run()


def test_what_never_went_out_is_written_anew_on_the_next_day_so_that_one_message_comes(work, settings):
    locmem, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Down"
    with at(date(2026, 10, 1)), pytest.raises(CommandError):
        run()
    settings.EMAIL_BACKEND = locmem
    with at(date(2026, 10, 2)):
        run()
        run()
    assert "còn 6 ngày" in sent()[work.head.username]
    assert Digest.objects.get().day == date(2026, 10, 2)


def test_one_refused_address_keeps_nobody_else_from_hearing(work, settings):
    Picky.refused = work.head.email
    settings.EMAIL_BACKEND = f"{__name__}.Picky"
    with at(date(2026, 10, 22)), pytest.raises(CommandError, match=work.head.username):
        run()
    assert set(sent()) == {work.office.username, work.director.username}


@pytest.mark.parametrize("moment", ["_said", "_message"])
def test_a_run_that_comes_between_two_steps_of_another_says_nothing_twice(work, monkeypatch, moment):
    """Once before the first has written anything, once while it sends."""
    plain, other, results = getattr(digests, moment), ["run"], []

    def interrupted(*given):
        found = plain(*given)
        if other and other.pop():
            results.append(digests.remind(date(2026, 10, 22)))
        return found

    monkeypatch.setattr(digests, moment, interrupted)
    with at(date(2026, 10, 22)):
        results.append(digests.remind(date(2026, 10, 22)))
    assert sum(result.sent for result in results) == len(sent()) == Digest.objects.count() == 3


@pytest.mark.skipif(
    os.environ.get("TEST_DATABASE") != "postgres",
    reason="SQLite keeps a test's tables in one memory, where a reader does not wait for a writer",
)
@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_are_one():
    with at(date(2026, 9, 1)):
        world = Planners()
        with_mail(world)
        world.give(world.plan({"title": "Khảo sát", "due": DUE}), on=date(2026, 9, 1))
    faults: list[Exception] = []
    start = threading.Barrier(4)

    def one() -> None:
        try:
            start.wait()
            run()
        except Exception as error:
            faults.append(error)
        finally:
            connections.close_all()

    with at(date(2026, 10, 15)):
        threads = [threading.Thread(target=one) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not faults
    assert set(sent()) == {world.head.username, world.office.username}
    assert Digest.objects.exclude(sent_at=None).count() == 2


# -- the command -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["hôm nay", "2026-13-01", "20261001", "01/10/2026", "9999-12-31"])
def test_a_day_that_is_none_is_told_in_one_line(work, text):
    with pytest.raises(CommandError, match="Không hiểu ngày"):
        run("--on", text)


def test_a_day_to_come_can_be_tried_only_while_no_mail_goes_out(work, settings):
    with at(date(2026, 9, 15)):
        settings.MAIL_GOES_OUT = True
        with pytest.raises(CommandError, match="chưa đến"):
            run("--on", "2026-10-01")
        settings.MAIL_GOES_OUT = False
        assert "gửi 1 thư vào thư mục mail" in run("--on", "2026-10-01")
    assert list(sent()) == [work.head.username]


def test_without_a_mail_server_messages_are_files(work, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    with at(date(2026, 10, 1)):
        run()
    [file] = (tmp_path / "mail").iterdir()
    assert f"To: {work.head.email}" in file.read_text()


def test_the_administrator_enters_who_gets_mail_where(client, work):
    with at(date(2026, 10, 1)):
        client.force_login(work.admin)
        entry = client.get(f"/quan-tri/chuongtrinh/user/{work.head.pk}/change/").content
    assert BeautifulSoup(entry, "html.parser").select_one("input[name=email]")["value"] == work.head.email


# -- the page ----------------------------------------------------------------------------------------------


def page(client, user, day: date) -> BeautifulSoup:
    client.force_login(user)
    with at(day):
        return BeautifulSoup(client.get("/nhac-viec/").content, "html.parser")


def test_the_page_shows_what_is_due_in_parts_with_links(client, work):
    found = page(client, work.head, date(2026, 10, 2)).select_one("#soon").find_parent("section")
    assert found.a["href"] == "/nhiem-vu/2026-PKT-01/" and "còn 6 ngày" in found.li.text
    assert page(client, work.head, DUE).select_one("#today")
    assert page(client, work.head, date(2026, 10, 9)).select_one("#overdue")
    assert not page(client, work.other_head, date(2026, 10, 9)).select_one(".remind")
    assert page(client, work.other_head, date(2026, 10, 9)).select_one(".empty")


@pytest.mark.parametrize("who", ["head", "office", "secretary", "director", "viewer", "admin"])
def test_the_page_costs_the_same_however_much_there_is(client, work, who):
    def cost() -> int:
        with at(date(2026, 10, 29)):
            client.force_login(getattr(work, who))
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/nhac-viec/").status_code == 200
        return len(queries)

    with at(date(2026, 10, 1)):
        reporting.open_period(work.programme, "2026-10", work.office)
        group = Group.objects.create(committee=work.committee, name="Các phòng", rule=Group.Rule.UNITS)
        listed = Group.objects.create(committee=work.committee, name="Tổ", rule=Group.Rule.LISTED)
        listed.comrades.add(ComradeFactory(committee=work.committee))
        work.task.assignments.create(programme=work.programme, role="lead", group=group)
        work.task.assignments.create(programme=work.programme, role="lead", group=listed)
        Task.objects.filter(pk=work.task.pk).update(due=DUE)
        few = cost()
        for n in range(8):
            task = TaskFactory(section=work.section, code=f"II.3.2-3{n}", title="Việc", due=DUE)
            task.assignments.create(programme=work.programme, role="lead", group=group)
        planning.submit(work.plan({"title": "Mở thầu"}, {"title": "Thi công"}, year=2027), work.head)
        extension.ask(work.item_, work.head, due=date(2026, 12, 1), reason="Chờ vốn", due_seen=DUE)
        period = work.programme.periods.get()
        reporting.ask(period)
        send_report(work, period, effective_on=date(2026, 10, 1))
    assert few == cost() <= 11


def test_all_accounts_of_a_run_cost_what_one_costs(work):
    def cost(people) -> int:
        with CaptureQueriesContext(connection) as queries:
            things_of(work.programme, people, date(2026, 10, 29))
        return len(queries)

    people = list(User.objects.filter(committee=work.committee))
    few = cost(people)
    more = [UserFactory(committee=work.committee, role="head", unit=work.unit) for _ in range(5)]
    assert cost([*people, *more]) == few
