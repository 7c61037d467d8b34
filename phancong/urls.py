"""Addresses of units and people."""

from django.urls import path

from phancong import views

urlpatterns = [
    path("don-vi/", views.organisation, name="don-vi"),
    path("don-vi/<int:pk>/", views.unit_page, name="don-vi-chi-tiet"),
    path("don-vi/dong-chi/<int:pk>/", views.comrade_page, name="dong-chi-chi-tiet"),
]
