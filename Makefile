# Two commands matter: `make run` and `make test`. Both work in a fresh clone with nothing but
# Python 3.11, make, git and a package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Bytecode is written when a module is first imported: most of what is installed never is.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lint types docs benchmark clean

run: $(STAMP)
	$(BIN)/tradewind run --force

# Two processes, one thread of linear algebra each; tests stay together for what they share, and
# files come in their order, whose last are short, so that both processes end together.
test: $(STAMP)
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile \
	  --no-loadscope-reorder

check: lint types test docs

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

docs: $(STAMP)
	$(BIN)/python docs/generate.py
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

benchmark: $(STAMP)
	$(BIN)/python -m benchmarks.trade
	$(BIN)/python -m benchmarks.controls
	$(BIN)/python -m benchmarks.pressure
	$(BIN)/python -m benchmarks.plan
	$(BIN)/python -m benchmarks.years

# uv where it is there, plain pip where not; versions and hashes are locked either way.
$(STAMP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	if command -v uv >/dev/null 2>&1; then \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --require-hashes -r requirements.lock && \
	  VIRTUAL_ENV=$(CURDIR)/$(VENV) uv pip install --quiet --no-build-isolation --no-deps -e .; \
	else \
	  $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .; \
	fi
	touch $@

# After changing dependencies in pyproject.toml (needs uv).
.PHONY: lock
lock:
	uv pip compile --quiet --extra dev --no-emit-index-url --no-header --generate-hashes \
	  --python-version 3.11 pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) site .pytest_cache .mypy_cache .ruff_cache
