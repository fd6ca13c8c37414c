# make run and make test do all the set-up on a fresh Debian machine; each step says what it does.
PYTHON ?= python3
BIN = .venv/bin
STAMP = .venv/.ready
TEST_STAMP = .venv/.ready-for-tests
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: help setup run test check crash histories tamper bench pictures verify-long verify.pyz clean
help:
	@echo "make run    set up and serve with demo data on http://$(HOST):$(PORT)"
	@echo "make test   set up and run all tests (Chromium, fonts included)"
	@echo "make check  lint, types, import contracts, templates"
	@echo "make crash  a thousand kills on each database, every power cut; make histories, make tamper: 10,000 each"
	@echo "make bench  benchmarks; figures go to docs/performance.md by hand"
	@echo "make pictures  the pictures of README.md from the demo data; look at them"
	@echo "make verify-long  10 000 random contests through the core and the independent verifier"
	@echo "make setup  only the set-up"

setup: $(STAMP)
$(STAMP): pyproject.toml deploy/system-packages.txt deploy/install-system.sh
	@echo "== System libraries and fonts (skipped when present)"
	@sh deploy/install-system.sh deploy/system-packages.txt
	@echo "== Python environment in .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(TEST_STAMP): $(STAMP) deploy/test-packages.txt
	@echo "== Browser for the tests (skipped when present)"
	@sh deploy/install-system.sh deploy/test-packages.txt
	@echo "== Python packages for the tests"
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

run: $(STAMP)
	@$(BIN)/contest serve --host $(HOST) --port $(PORT) --demo

test: $(TEST_STAMP)
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(TEST_STAMP)
	@echo "== ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "== mypy"; $(BIN)/mypy
	@echo "== import contracts"; $(BIN)/lint-imports
	@echo "== templates"; $(BIN)/djlint templates --lint --quiet

crash: $(TEST_STAMP)
	@CRASH_KILLS=1000 CRASH_CUTS=100000 $(BIN)/pytest tests/crash

histories: $(TEST_STAMP)
	@HISTORIES=10000 $(BIN)/pytest tests/judging/test_histories.py

tamper: $(TEST_STAMP)
	@TAMPERINGS=10000 $(BIN)/pytest tests/verifier/test_tampering.py tests/verifier/test_draws.py tests/attacks/test_tampered_database.py

bench: $(TEST_STAMP)
	@for file in bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

pictures: $(TEST_STAMP)
	@$(BIN)/python bench/pictures.py

verify-long: $(TEST_STAMP)
	@CONTEST_DIFFERENTIAL_CASES=10000 $(BIN)/pytest -n 2 tests/verifier/test_differential.py tests/verifier/test_every_rule.py

verify.pyz: $(STAMP)
	@$(BIN)/python -m contest.verifier.build $@ && echo "made $@"

clean:
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache .hypothesis
