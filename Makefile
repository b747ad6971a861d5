# `make demo` and `make test` are the two commands a newcomer needs: each makes its own environment in .venv.

BIN   := .venv/bin
READY := .venv/.ready
RUNS := .venv/.runs

# Compiled modules and loops are kept beside the code: where an environment forbids it (images of containers do), each of
# the hundreds of programs that the tests start compiled its modules again, and some of them all loops.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test floors python313 nightly fuzz mutate promises coverage mutants audit check format docs site picture lock clean

help:
	@echo 'make demo    find the rings in data/samples/campaign and write a report to demo/'
	@echo 'make test    run the fast tests; GRAPHLINK_REQUIRE_ALL=1 make test runs all, and fails where one would be skipped'
	@echo 'make floors  run the fast tests with the lowest versions that pyproject.toml allows, in .venv-floors (needs Python 3.11)'
	@echo 'make python313 run the fast tests with the locked versions on Python 3.13, in .venv-python313'
	@echo 'make nightly run the long forms of tests, then all tests beside the lowest versions and on Python 3.13'
	@echo 'make fuzz    fuzz readers and normalisers for five minutes (FUZZ_SECONDS=3600 before a release)'
	@echo 'make mutate  mutate 100,000 inputs of six kinds, and look whether each is read or refused'
	@echo 'make promises  run the tests that docs/security.md names, and say of each promise whether it is shown'
	@echo 'make coverage  count the branches of reading, reporting and publishing that the tests run; fails below 95 % of them'
	@echo 'make mutants alter the rules line by line and list the changes that no test notices (minutes to an hour)'
	@echo 'make audit   look for known vulnerabilities in what is locked'
	@echo 'make check   format, lint, types, architecture, generated pages, the documentation site'
	@echo 'make format  set the format and mend what ruff can mend'
	@echo 'make docs    write the pages that are made from the program (docs/made/ holds those that git ignores)'
	@echo 'make site    make the documentation site, site/index.html; a warning or a link that leads nowhere fails'
	@echo 'make picture photograph the report of the sample for the documentation (needs Chromium)'
	@echo 'make lock    renew requirements.lock, requirements.floors.txt and deploy/requirements.lock'
	@echo 'make clean   remove what make made'

demo: $(RUNS)
	@echo 'Looking for the rings that are hidden among the accounts of a sample; the first time takes a minute.'
	@$(BIN)/graphlink run data/samples/campaign --output demo --force
	@echo 'Then:   $(BIN)/graphlink check YOUR_EXPORTS'

test: $(READY)
	@$(BIN)/python -m pytest -rs --numprocesses 2 --dist worksteal $(if $(GRAPHLINK_REQUIRE_ALL),,-m 'not slow')

# The lowest versions have wheels for Python 3.11. Their loops are kept apart, since both environments run this code.
# FLOORS names other tests, WHOLE=1 means all. Both give the same findings on the samples, byte for byte; other bytes are
# in Parquet files (which name their writer), pictures (igraph places the accounts elsewhere) and run.json (their digests).
floors: $(READY) .venv-floors/.ready
	@for sample in tiny campaign; do \
	    $(BIN)/graphlink run data/samples/$$sample --output .venv/$$sample --force --quiet && \
	    NUMBA_CACHE_DIR=$(CURDIR)/.venv-floors/loops .venv-floors/bin/graphlink run data/samples/$$sample \
	        --output .venv-floors/$$sample --force --quiet && \
	    diff -rq -x tables -x report.html -x run.json .venv/$$sample .venv-floors/$$sample || exit 1; \
	done
	@NUMBA_CACHE_DIR=$(CURDIR)/.venv-floors/loops .venv-floors/bin/python -m pytest -q --numprocesses 2 --dist worksteal \
	    $(if $(WHOLE),,-m 'not slow') $(or $(FLOORS),$(if $(WHOLE),graphlink tests),graphlink/graph graphlink/rings \
	    graphlink/reading graphlink/sweeps tests/api tests/graph tests/rings tests/reading tests/sweeps)

# PYTHON313 names other tests, WHOLE=1 means all.
python313: .venv-python313/.ready
	@.venv-python313/bin/python -m pytest -q --numprocesses 2 --dist worksteal $(if $(WHOLE),,-m 'not slow') $(PYTHON313)

# Tests marked `nightly` have a long form, which the profile of Hypothesis chooses; NIGHTLY names some of them. Then all
# tests run beside the lowest versions, and on Python 3.13.
nightly: $(READY)
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -rs -m nightly --timeout 3600 --numprocesses 2 --dist worksteal $(NIGHTLY)
	@$(if $(NIGHTLY),,for there in 'floors python3.11' 'python313 python3.13'; do \
	    set -- $$there; \
	    if command -v $$2 >/dev/null; then $(MAKE) --no-print-directory $$1 WHOLE=1 || exit 1; \
	    else echo "make $$1 was left out: no $$2 here."; fi; \
	done)

# The fuzzer is no part of the lock: it has wheels for some Pythons alone. What it finds is kept in fuzzed/.
fuzz: $(READY)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || \
	    $(BIN)/python -m pip install --quiet --no-deps --only-binary :all: atheris==3.0.0
	@NUMBA_DISABLE_JIT=1 $(BIN)/python scripts/fuzz.py --seconds $(or $(FUZZ_SECONDS),300)

# What is told is kept in mutated/. Fewer with COUNT=6000 COMMANDS=60, others with SEED=2.
mutate: $(READY)
	@$(BIN)/python scripts/mutate_inputs.py --count $(or $(COUNT),100000) --commands $(or $(COMMANDS),2000) --seed $(or $(SEED),1)

# Some of them with PROMISES='P13 P14'; --date among them writes the day into the page where everything passed.
promises: $(READY)
	@$(BIN)/python scripts/show_promises.py $(PROMISES)

# What reads, reports and publishes, by the tests that are about them.
coverage: $(READY)
	@$(BIN)/coverage run -m pytest -q graphlink/reading graphlink/results tests/reading \
	    tests/sweeps/test_decisions.py $$(ls tests/results/test_*.py tests/sweeps/test_*.py | grep -Ev "browser|faults")
	@$(BIN)/python scripts/count_branches.py

# The rules that [tool.mutmut] names, or some of them with MUTANTS='scoring'.
mutants: $(READY)
	@for rules in $(or $(MUTANTS),scoring breadth explanations group features overlap_features evidence shared_signals victims); do \
	    HYPOTHESIS_PROFILE=mutants nice -n 15 \
	    $(BIN)/python scripts/try_mutants.py "graphlink.rings.$$rules.*" $$(ls tests/rings/test_$$rules*.py) || exit 1; \
	done

audit: $(READY)
	@$(BIN)/python scripts/audit.py

check: $(READY)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .venv/lint-imports.txt || { cat .venv/lint-imports.txt; exit 1; }
	@$(BIN)/python scripts/write_docs.py --check
	@$(BIN)/python scripts/clear_notebook.py --check
	@$(MAKE) --no-print-directory site
	@echo 'make check: format, lint, types, architecture, generated pages and the documentation site are in order'

format: $(READY)
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

docs: $(READY)
	@$(BIN)/python scripts/write_docs.py
	@$(BIN)/python scripts/write_components.py
	@$(BIN)/python scripts/clear_notebook.py

# Read from a disk as well as from a server, its search included.
site: $(READY)
	@$(BIN)/python scripts/write_docs.py
	@$(BIN)/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going --doctree-dir .venv/site docs site

picture: demo $(READY)
	@$(BIN)/python scripts/screenshot_report.py demo docs

# One file for pip and uv, for every Python from 3.11 on, with no index and no path of this machine in it; and a part of it
# for machines that only run graphlink.
COMPILE := env -u PIP_FIND_LINKS -u UV_FIND_LINKS UV_NO_CONFIG=1 uv pip compile pyproject.toml --quiet \
    --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-build --all-extras \
    --custom-compile-command 'make lock'

lock:
	@$(COMPILE) --group dev --output-file requirements.lock
	@$(subst --universal --fork-strategy fewest,,$(COMPILE)) --group test --resolution lowest-direct --upgrade \
	    --output-file requirements.floors.txt
	@$(COMPILE) --group build --constraint requirements.lock --output-file deploy/requirements.lock

clean:
	@rm -rf .venv .venv-floors .venv-python313 demo site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis mutants

$(READY): requirements.lock pyproject.toml scripts/make_env.sh
	@sh scripts/make_env.sh
	@touch $(RUNS)

# What graphlink itself needs is there in half the time. The first command that needs more adds the rest.
$(RUNS): deploy/requirements.lock pyproject.toml scripts/make_env.sh
	@sh scripts/make_env.sh .venv deploy/requirements.lock .runs

.venv-floors/.ready: requirements.floors.txt pyproject.toml scripts/make_env.sh
	@PYTHON=python3.11 sh scripts/make_env.sh .venv-floors requirements.floors.txt

.venv-python313/.ready: requirements.lock pyproject.toml scripts/make_env.sh
	@PYTHON=python3.13 sh scripts/make_env.sh .venv-python313
