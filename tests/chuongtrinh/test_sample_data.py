"""A demonstration says on every page, on paper and on error pages too, that what it shows is invented."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

STRIP = "Dữ liệu minh họa"


@pytest.fixture
def office(personas) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(personas.vanphong)
    return client


def pages(client: Client) -> dict[str, str]:
    paths = ["/", "/nhiem-vu/", "/de-an/", "/don-vi/", "/doi-mat-khau/", "/quan-tri/", "/khong-co/"]
    paths += [reverse("admin:phancong_unit_changelist"), f"{reverse('admin:phancong_unit_add')}?_popup=1"]
    found = {path: client.get(path, follow=True).content.decode() for path in (*paths, "/van-ban/")}
    found["/dang-nhap/"] = Client().get("/dang-nhap/").content.decode()
    found["400"] = client.get("/", headers={"host": "ten-la.example"}).content.decode()
    found["403"] = Client(enforce_csrf_checks=True).post("/dang-nhap/").content.decode()
    found |= {name: render_to_string(name) for name in ("500.html", "503.html", "507.html")}
    return found


def test_every_page_of_a_demonstration_says_so_once(office, settings):
    settings.SAMPLE_DATA = True
    counted = {path: body.count(STRIP) for path, body in pages(office).items()}
    assert counted == dict.fromkeys(counted, 1)


def test_a_real_office_is_never_marked(office):
    assert [path for path, body in pages(office).items() if STRIP in body] == []


@pytest.mark.parametrize("sheet", ["site.css", "admin.css"])
def test_the_mark_is_printed(settings, sheet):
    text = (settings.BASE_DIR / "static/css" / sheet).read_text(encoding="utf-8")
    hidden = [line for line in text.splitlines() if "display: none" in line]
    assert ".sample-strip" in text
    assert "@page sample { @top-center" in text, "every sheet is marked, not the first alone"
    assert not [line for line in hidden if "sample-strip" in line]
