"""Addresses of what is to be done."""

from django.urls import path

from nhiemvu import project_views, reckoning_views, views

urlpatterns = [
    path("nhiem-vu/", views.work_list, name="nhiem-vu"),
    path("nhiem-vu/thoi-han/<int:pk>/", views.decide_deadline, name="thoi-han-van-ban"),
    path("nhiem-vu/<str:code>/quyet-dinh/", views.decide, name="quyet-dinh"),
    path("nhiem-vu/<str:code>/cach-tinh/", reckoning_views.show, name="cach-tinh"),
    path("nhiem-vu/<str:code>/", views.task_page, name="nhiem-vu-chi-tiet"),
    path("de-an/", project_views.projects, name="de-an"),
    path("de-an/<str:code>/", project_views.project, name="de-an-chi-tiet"),
    path("de-an/<str:code>/<str:what>/", project_views.enter, name="de-an-nhap"),
    path("de-an/<str:code>/<str:what>/<int:pk>/", project_views.enter, name="de-an-sua"),
]
