# make demo   try the product: http://127.0.0.1:8000, Ctrl-C stops it   (DEMO="--port 9000 --no-sample" changes it)
# make test   everything that must be true before a commit goes out      (PYTEST="-k sign" chooses tests)
# make check  its static part
# make bench  measure the pages                                          (BENCH="--size S" chooses)
# make lock   write requirements.txt from pyproject.toml, every file with its hash

PYTHON = .venv/bin/python

.PHONY: help demo test check bench lock environment
.DEFAULT_GOAL = help
unexport PYTHONDONTWRITEBYTECODE  # where it is set, every process compiles all its code anew: two seconds each

help:
	@sed -n 's/^# \(make\)/\1/p' Makefile

environment:
	@scripts/environment
	@$(PYTHON) -m compileall -q qms tenants documents processes audits  # those who read files may keep nothing themselves

demo: environment
	@scripts/system-packages pdf
	@exec $(PYTHON) manage.py demo --stop-with-parent $(DEMO)

test: check
	$(PYTHON) -m pytest -n 3 --dist worksteal $(PYTEST)

check: environment
	@scripts/system-packages pdf test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) manage.py compile_translations
	$(PYTHON) manage.py translations --check
	$(PYTHON) -m mypy qms tenants documents processes audits
	.venv/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run
	QMS_PRODUCTION=1 ALLOWED_HOSTS=qms.example.vn SITE_ADDRESS=//qms.example.vn EMAIL_HOST=mail SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(PYTHON) manage.py check --deploy --fail-level WARNING

bench: environment
	@scripts/system-packages pdf
	$(PYTHON) manage.py bench $(BENCH)

lock: environment
	$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	.venv/bin/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet --output-file requirements.txt
