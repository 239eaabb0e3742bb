from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from tenants.checks import refuse_bypassing_role


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = _("Agencies and people")

    def ready(self) -> None:
        connection_created.connect(refuse_bypassing_role, dispatch_uid="tenants.refuse_bypassing_role")
