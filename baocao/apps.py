from django.apps import AppConfig


class BaoCaoConfig(AppConfig):
    name = "baocao"
    verbose_name = "Báo cáo"

    def ready(self) -> None:
        from baocao import checks  # noqa: F401  (registers them)
