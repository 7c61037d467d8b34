"""Every address of the site; each room adds its own."""

from django.contrib import admin
from django.urls import include, path

from chuongtrinh import views

urlpatterns = [
    path("", include("baocao.urls")),
    path("", include("nhiemvu.urls")),
    path("", include("phancong.urls")),
    path("dang-nhap/", views.SignIn.as_view(), name="dang-nhap"),
    path("quan-tri/", admin.site.urls),
]
