from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class QmsConfig(AppConfig):
    name = "qms"
    verbose_name = _("Electronic quality management system")

    def ready(self) -> None:
        from qms import receivers  # noqa: F401, PLC0415  (connects to signals; models must be loaded first)


class OfficeAdminConfig(AdminConfig):
    default_site = "qms.admin.OfficeAdminSite"
