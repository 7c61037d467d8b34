"""A NUL in an address is refused before any page reads it, whichever the database."""

import pytest

from tests.factories.people import UserFactory

ADDRESSES = (
    "/chi-tieu/%00/", "/de-an/DA%00-01/", "/nhiem-vu/?q=%00", "/chi-dao/moi/?viec=a%00",
    "/dang-nhap/?next=%00",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_a_bad_request_with_a_plain_page(client, address):
    client.force_login(UserFactory(role="office"))
    refused = client.get(address)
    assert refused.status_code == 400
    assert "<h1" in refused.content.decode() and "Content-Security-Policy" in refused.headers


@pytest.mark.django_db
def test_a_percent_sign_is_none(client):
    client.force_login(UserFactory(role="office"))
    assert client.get("/nhiem-vu/?q=100%2500").status_code == 200
