"""Every address. Behind `/<agency>/` the same addresses work for that agency (tenants.middleware)."""

from allauth.account import views as account
from django.contrib import admin
from django.urls import include, path

from qms import province, readiness_views, views

urlpatterns = [
    path("accounts/email/", views.account_email, name="account_email"),  # before the package's own page
    path("accounts/", include("allauth.urls")),
    path("sign-in/", account.login, name="account_login"),
    path("account/", views.account, name="account"),
    path("agencies/", views.choose_agency, name="choose_agency"),
    path("language/", views.language, name="set_language"),
    path("theme/", views.theme, name="theme"),
    path("healthz/live", views.live, name="live"),
    path("healthz/ready", views.ready, name="ready"),
    path("p/<str:code>", views.short_procedure, name="short_procedure"),
    path("t/<str:code>", views.short_dossier, name="short_dossier"),
    path("admin/", admin.site.urls),
    path("search/", views.search, name="search"),
    path("", include("tenants.urls")),
    path("", include("documents.urls")),
    path("", include("processes.urls")),
    path("", include("audits.urls")),
    path("public/", include("processes.public_urls", namespace="public")),
    path("province/", province.agencies, name="province"),
    path("province/agencies/<slug:slug>/", province.agency, name="province_agency"),
    path("readiness/", readiness_views.readiness, name="readiness"),
    path("readiness.pdf", readiness_views.pdf, name="readiness_pdf"),
    path("", views.home, name="home"),
]

handler400 = "qms.views.bad_request"
handler403 = "qms.views.forbidden"
handler404 = "qms.views.not_found"
handler500 = "qms.views.failed"
