"""Addresses of units and people."""

from django.urls import path

from phancong.views import organisation

urlpatterns = [
    path("don-vi/", organisation.organisation, name="don-vi"),
    path("don-vi/<int:pk>/", organisation.unit_page, name="don-vi-chi-tiet"),
    path("don-vi/dong-chi/<int:pk>/", organisation.comrade_page, name="dong-chi-chi-tiet"),
]
