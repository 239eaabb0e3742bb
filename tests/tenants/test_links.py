"""Addresses of rows: as `reverse` gives them, below the agency of the request."""

from django.urls import get_script_prefix, reverse, set_script_prefix

from tenants.links import address


def test_an_address_lies_below_the_agency_of_the_request():
    former = get_script_prefix()
    try:
        for prefix in ("/tan-hoa/", "/phu-lam/", "/tan-hoa/"):
            set_script_prefix(prefix)
            given = address("version", "QT.TP.01 đ", (3, 1))
            assert given == reverse("version", args=["QT.TP.01 đ", (3, 1)])
            assert given.startswith(f"{prefix}documents/")
    finally:
        set_script_prefix(former)
