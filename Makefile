# Everything a person runs to set up, try and check the project; `make` lists it.
# Another Python: make PYTHON=python3.12 test
PYTHON ?= python3
export PYTHON

.DEFAULT_GOAL := help
# One .venv: targets run one after another, also under `make -j`.
.NOTPARALLEL:
.PHONY: help crawl test test-slow lint types pytest pytest-slow bench interop fuzz venv venv-test clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

crawl: venv ## try it: crawl the embedded demonstration origin into data/demo and print a summary
	.venv/bin/finews demo

test: lint types pytest ## the checks of every change; installs what they need

test-slow: pytest-slow ## the rest: kills, fuzzing, simulated weeks, hostile sites in a browser

lint: venv-test ## ruff, and import-linter: which room may import which
	.venv/bin/python -m ruff check .
	.venv/bin/lint-imports

types: venv-test ## mypy
	.venv/bin/python -m mypy

# Twice as many workers as cores: most of a test is waiting for a crawl of its own.
# With byte code, also where the environment says otherwise, as in many containers: each worker would rewrite the
# assertions of all tests, and each command compile the package.
PYTEST = env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m pytest -n $$(( $$(nproc) * 2 )) --dist worksteal

pytest: venv-test ## the tests but for tests/slow, and the examples of the docstrings
	$(PYTEST) --ignore=tests/slow

pytest-slow: venv-test ## the tests of tests/slow
	$(PYTEST) tests/slow

BENCH ?= $(patsubst tests/benchmarks/bench_%.py,%,$(wildcard tests/benchmarks/bench_*.py))
bench: venv-test ## run the benchmarks; one of them, with arguments: make bench BENCH=crawl ARGS='--rounds 3'
	@export BENCH_OWNER=$$$$; trap '.venv/bin/python -m tests.benchmarks.scratch' EXIT; trap 'exit 1' INT TERM; \
	for name in $(BENCH); do \
		echo "== $$name"; .venv/bin/python -m tests.benchmarks.bench_$$name $(ARGS) || exit 1; \
	done

# The engine that is led by coverage is not for every Python; without it Hypothesis goes alone.
SECONDS ?= 600
fuzz: venv-test ## feed every parser and the body cleaner odd input, SECONDS=600 for each engine
	@.venv/bin/python -c 'import atheris' 2>/dev/null || PYTHONWARNINGS='ignore:Editable installation' \
		.venv/bin/python -m pip --disable-pip-version-check install -q -c constraints.txt \
		--build-constraint constraints.txt -e '.[fuzz]' || echo "fuzz: atheris cannot be installed here"
	@nice .venv/bin/python -m tests.fuzz.long_run --seconds $(SECONDS)

ONLY ?=
interop: venv-test ## try other programs on what the archive writes; ONLY=NAME some; writes docs/interop.md
	@.venv/bin/python -m tests.interop --write $(ONLY)

venv: ## only set up .venv to run the spiders
	@sh tools/setup.sh run

venv-test: ## only set up .venv to run the tests, Debian packages included
	@sh tools/setup.sh test

clean: ## remove .venv, caches and the demonstration; never an archive
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .scrapy build *.egg-info data/demo
	find finews_crawler tests -name __pycache__ -type d -prune -exec rm -rf {} +
