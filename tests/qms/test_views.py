"""Pages of the shell: the way back, health, what a production installation must say."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qms.sample.load import in_the_way
from tenants.checks import check_what_leaves

HOME = "/"
BAD_WAYS = [
    "abc",
    "home",
    "a\0b",
    "25:99",
    "[]",
    "//[",
    "//example.com/x",
    "https://example.com",
    "javascript:x",
    "",
    " /x",
]


@pytest.mark.parametrize("address", ["/language/", "/theme/"])
@pytest.mark.parametrize("way", BAD_WAYS)
def test_a_way_back_that_is_none_leads_home(db, address, way):
    answer = Client().post(address, {"next": way, "language": "en", "theme": "dark"})
    assert (answer.status_code, answer.url) == (302, HOME)


@pytest.mark.parametrize("address", ["/language/", "/theme/"])
def test_a_way_back_on_this_site_is_gone(db, address):
    assert Client().post(address, {"next": "/tan-hoa/dossiers/?q=a"}).url == "/tan-hoa/dossiers/?q=a"


def test_that_the_process_lives_is_said_without_the_database(db):
    with CaptureQueriesContext(connection) as asked:
        assert Client().get("/healthz/live").json() == {"live": True}
    assert asked.captured_queries == []


@pytest.mark.parametrize("path", ["/accounts/password/reset/", "/sign-in/", "/p/X"])
def test_the_systems_own_addresses_are_not_looked_up_as_agencies(db, path):
    with CaptureQueriesContext(connection) as asked:
        Client().get(path)
    assert not [query for query in asked.captured_queries if "tenants_agency" in query["sql"]]


def test_ready_says_nothing_about_the_role(db):
    assert Client().get("/healthz/ready").json() == {"ready": True}


def test_not_ready_is_503_in_json_and_the_log_says_why(db, settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # nobody listens there
    answer = Client().get("/healthz/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False})
    assert "not ready" in caplog.text


# --- installations ---


def test_the_sample_is_not_loaded_in_production_unless_forced(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--force"):
        call_command("load_sample")


def test_the_sample_is_not_taken_for_loaded_because_a_real_commune_has_the_name(people):
    assert {"tan-hoa", "phu-lam"} <= set(in_the_way())
    with pytest.raises(CommandError, match="tan-hoa"):
        call_command("load_sample")


def test_a_deployment_without_mail_or_address_is_warned(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    settings.SITE_ADDRESS = "http://127.0.0.1:8000"
    assert [warning.id for warning in check_what_leaves(None)] == ["tenants.W001", "tenants.W002"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SITE_ADDRESS = "https://iso.example.vn"
    assert check_what_leaves(None) == []
