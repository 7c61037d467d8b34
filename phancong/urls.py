"""Addresses of units and people."""

from django.urls import path

from phancong.views import carry, items, organisation, plans, sheet, six, year

urlpatterns = [
    path("6-ro/", six.six, name="sau-ro"),
    path("ke-hoach/", year.present, name="ke-hoach"),
    path("ke-hoach/<int:year>/", year.plan_year, name="ke-hoach-nam"),
    path("ke-hoach/<int:year>/<str:unit>/chuyen-nam/", carry.carry, name="ke-hoach-chuyen-nam"),
    path("ke-hoach/<int:year>/<str:unit>/tep.xlsx", sheet.download, name="ke-hoach-xlsx"),
    path("ke-hoach/<int:year>/<str:unit>/nhap/", sheet.bring_in, name="ke-hoach-nhap"),
    path("ke-hoach/<int:year>/<str:unit>/", plans.unit_plan, name="ke-hoach-don-vi"),
    path("ke-hoach/<int:year>/<str:unit>/them/", items.add, name="ke-hoach-them"),
    path("ke-hoach/<int:year>/<str:unit>/buoc/<str:act>/", plans.step, name="ke-hoach-buoc"),
    path("ke-hoach/<int:year>/<str:unit>/<str:code>/", items.item, name="ke-hoach-viec"),
    path("ke-hoach/<int:year>/<str:unit>/<str:code>/<str:act>/", items.act_on_item, name="ke-hoach-viec-lam"),
    path("don-vi/", organisation.organisation, name="don-vi"),
    path("don-vi/<int:pk>/", organisation.unit_page, name="don-vi-chi-tiet"),
    path("don-vi/dong-chi/<int:pk>/", organisation.comrade_page, name="dong-chi-chi-tiet"),
]
