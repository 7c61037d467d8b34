"""Addresses of how the work is going: overview, periods, reports, directives, indicators, reminders."""

from django.urls import path

from baocao.views import (
    directives,
    evidence,
    extension,
    indicators,
    mine,
    oversee,
    overview,
    periods,
    reminders,
    shares,
    start,
    unit_report,
)

urlpatterns = [
    path("", start.start, name="trang-chu"),
    path("tong-quan/", overview.overview, name="tong-quan"),
    path("tong-quan/so-sanh/", overview.compare, name="so-sanh"),
    path("chi-dao/", directives.directive_list, name="chi-dao"),
    path("chi-dao/moi/", directives.give, name="chi-dao-moi"),
    path("chi-dao/<int:pk>/", directives.directive, name="chi-dao-chi-tiet"),
    path("phu-trach/", oversee.oversee, name="phu-trach"),
    path("minh-chung/<int:pk>/", evidence.evidence, name="minh-chung"),
    path("chi-tieu/", indicators.indicators, name="chi-tieu"),
    path("chi-tieu/<str:code>/", indicators.indicator, name="chi-tieu-chi-tiet"),
    path("gia-han/", extension.extensions, name="gia-han-danh-sach"),
    path("nhiem-vu/<str:code>/gia-han/", extension.extend, name="gia-han"),
    path("ky-bao-cao/", periods.periods, name="ky-bao-cao"),
    path("ky-bao-cao/<str:key>/", periods.period, name="ky-bao-cao-chi-tiet"),
    path("ky-bao-cao/<str:key>/buoc/<str:act>/", periods.step, name="ky-bao-cao-buoc"),
    path("ky-bao-cao/<str:key>/cap-nhat/<str:act>/", periods.settle, name="cap-nhat-quyet"),
    path("ky-bao-cao/<str:key>/viec-chung/<str:code>/", shares.shared_work, name="viec-chung"),
    path(
        "ky-bao-cao/<str:key>/<str:unit>/quyet/<str:act>/", periods.settle_report, name="bao-cao-don-vi-quyet"
    ),
    path("ky-bao-cao/<str:key>/<str:unit>/", unit_report.unit_report, name="bao-cao-don-vi"),
    path("nhac-viec/", reminders.reminders, name="nhac-viec"),
    path("nhac-viec/lich/<str:act>/", reminders.calendar_address, name="lich-rieng-dia-chi"),
    path("lich/<str:secret>.ics", reminders.calendar, name="lich-rieng"),
    path("viec-cua-toi/", mine.mine, name="viec-cua-toi"),
    path("viec-cua-toi/luu/", mine.save, name="viec-cua-toi-luu"),
    path("viec-cua-toi/gui/", mine.send, name="viec-cua-toi-gui"),
    path("viec-cua-toi/thu-hoi/<int:pk>/", mine.recall, name="thu-hoi"),
]
