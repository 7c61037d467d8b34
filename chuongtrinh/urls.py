"""Every address of the site; each room adds its own."""

from django.contrib import admin
from django.urls import include, path

from chuongtrinh import views

handler500 = views.server_error

urlpatterns = [
    path("", include("baocao.urls")),
    path("", include("nhiemvu.urls")),
    path("", include("phancong.urls")),
    path("van-ban/", views.documents, name="van-ban"),
    path("van-ban/<int:pk>/", views.document, name="van-ban-chi-tiet"),
    path("nhat-ky/", views.audit, name="nhat-ky"),
    path("dang-nhap/", views.SignIn.as_view(), name="dang-nhap"),
    path("dang-xuat/", views.SignOut.as_view(), name="dang-xuat"),
    path("doi-mat-khau/", views.ChangePassword.as_view(), name="doi-mat-khau"),
    path("healthz", views.healthz, name="healthz"),
    path("quan-tri/", admin.site.urls),
]
