"""Measuring the pages with many agencies and dossiers: `manage.py bench` (docs/bench.md says what the figures mean)."""
