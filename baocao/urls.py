"""Addresses of the start page."""

from django.urls import path

from baocao import views

urlpatterns = [path("", views.start, name="trang-chu")]
