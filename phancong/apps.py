from django.apps import AppConfig


class PhanCongConfig(AppConfig):
    name = "phancong"
    verbose_name = "Phân công"
