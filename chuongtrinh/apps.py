from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class ChuongTrinhConfig(AppConfig):
    name = "chuongtrinh"
    verbose_name = "Chương trình"
    default = True


class AdminSiteConfig(admin_apps.AdminConfig):
    default = False
    default_site = "chuongtrinh.entry_site.EntrySite"
