"""Addresses of what is to be done."""

from django.urls import path

from nhiemvu import views

urlpatterns = [
    path("nhiem-vu/", views.work_list, name="nhiem-vu"),
    path("nhiem-vu/thoi-han/<int:pk>/", views.decide_deadline, name="thoi-han-van-ban"),
    path("nhiem-vu/<str:code>/quyet-dinh/", views.decide, name="quyet-dinh"),
    path("nhiem-vu/<str:code>/", views.task_page, name="nhiem-vu-chi-tiet"),
    path("de-an/", views.projects, name="de-an"),
]
