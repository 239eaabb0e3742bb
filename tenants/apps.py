from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _

from tenants.checks import refuse_bypassing_role


class TenantsConfig(AppConfig):
    name = "tenants"
    verbose_name = _("Agencies and people")

    def ready(self) -> None:
        from allauth.mfa.models import Authenticator  # noqa: PLC0415  (models are loaded by now, not before)

        from tenants.accounts import second_step_added  # noqa: PLC0415

        connection_created.connect(refuse_bypassing_role, dispatch_uid="tenants.refuse_bypassing_role")
        post_save.connect(second_step_added, sender=Authenticator, dispatch_uid="tenants.second_step_added")
