"""The sample province: our own data, every person invented, built through the deeds and so legal data."""

from qms.sample.people import PASSWORD, sign_ins

__all__ = ["PASSWORD", "sign_ins"]
