# One image for web, worker, beat and the one-off setup. Each command below also runs outside a container.
FROM python:3.12-slim-bookworm AS packages
WORKDIR /app
COPY requirements.txt .
RUN python3 -m venv .venv \
 && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.12-slim-bookworm
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    QMS_PRODUCTION=1 STATIC_ROOT=/app/static MEDIA_ROOT=/app/media QMS_VAR=/app/var
WORKDIR /app
COPY scripts/system-packages scripts/
RUN scripts/system-packages pdf && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin qms
COPY --from=packages /app/.venv .venv
COPY . .
RUN python -m compileall -q qms tenants documents processes audits \
 && SECRET_KEY=building ALLOWED_HOSTS=localhost python manage.py compile_translations \
 && SECRET_KEY=building ALLOWED_HOSTS=localhost python manage.py collectstatic --no-input \
 && mkdir -p media var && chown -R qms: media var
USER qms
EXPOSE 8000
VOLUME /app/media
HEALTHCHECK --interval=15s --timeout=6s --start-period=40s CMD ["python", "scripts/healthy", "http://127.0.0.1:8000/healthz/ready"]
CMD ["gunicorn", "qms.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--access-logfile", "-", "--no-control-socket"]
