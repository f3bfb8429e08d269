# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The pip that comes with Python 3.11 does not know `--group`.
PIP := 'pip>=25.1'

.DEFAULT_GOAL := help
.PHONY: help demo test test-python test-php php-versions lint bench bench-many campaign campaign-files campaign-osticket campaign-actions mutation mutants e2e docs lock dist deb clean prepare

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

demo: $(STAMP) ## Run the main job on the embedded helpdesk and show the result
	@$(BIN)/sla-bridge demo

test: prepare $(STAMP) test-php test-python ## Pass all tests

test-php:
	@if command -v php >/dev/null && command -v phpunit >/dev/null; then \
	    find plugin tests/plugin -name '*.php' -print0 | xargs -0 -n1 php -l >/dev/null && phpunit --configuration tests/plugin/phpunit.xml; \
	else echo "PHP tests skipped: php and phpunit are not installed" >&2; fi

php-versions: prepare ## Compile the plugin and run its tests with PHP 8.2, 8.3 and 8.4 (needs node and npm; half a minute)
	@.ci/php-versions $(VERSIONS)

test-python: $(STAMP)
	@$(BIN)/pytest -n 2 -q

lint: prepare $(STAMP) ## Check style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@if command -v phpcs >/dev/null; then phpcs -q --standard=plugin/phpcs.xml plugin tests/plugin docs/guide/draw.php; fi

bench: $(STAMP) ## Measure the speeds and write them into docs/; AGAINST=COMMIT takes turns with an earlier one
	@$(BIN)/pip install -q --group bench
	@$(BIN)/python -m bench $(if $(AGAINST),--against $(AGAINST))

bench-many: $(STAMP) ## Sync a million made-up tickets and write docs/many-tickets.md: half an hour
	@$(BIN)/python -m bench.many

campaign: $(STAMP) ## Let everything go wrong by the hundred thousand; goes on where it was (hours); ARGS="--only network --minutes 5"
	@$(BIN)/python -m campaign $(ARGS)

campaign-files: $(STAMP) ## Throw damaged files at every door and write the figures into docs/ (a quarter of an hour); ARGS="--seed 2"
	@$(BIN)/python -m campaign.files $(ARGS)

campaign-osticket: $(STAMP) ## Kill and cheat a running osTicket while the bridge syncs it, and write the figures into docs/ (ten minutes)
	@$(BIN)/python -m campaign.osticket $(ARGS)

campaign-actions: $(STAMP) ## Kill an embedded helpdesk 1,000 times while it carries out actions, and write the figures into docs/ (two minutes)
	@$(BIN)/python -m campaign.killed_desk $(ARGS)

mutation: $(STAMP) ## Mutate clocks, timeline and calendar; no new mutant may survive (most of an hour)
	@$(BIN)/pip install -q --group mutation
	@$(BIN)/python tests/mutation/ratchet.py

mutants: $(STAMP) ## Break the protocol on purpose, fault by fault; a test has to notice each (minutes); ARGS="--only cursor"
	@$(BIN)/python -m tests.mutation.protocol $(ARGS)

e2e: $(STAMP) ## Drive a running osTicket in Chromium as an agent and a customer do (CONTRIBUTING says what to set; ten minutes)
	@$(BIN)/pip install -q --group e2e
	@$(BIN)/pytest tests/e2e -p no:randomly -q -rs

docs: $(STAMP) ## Generate the reference pages, the README's picture, the plugin's blueprint, the guide to the screens (php, node)
	@$(BIN)/python -m docs.generate

lock: ## Renew the pinned versions that the tests run with, the newest and the oldest
	@rm -rf build/lock build/oldest && $(PYTHON) -m venv build/lock && $(PYTHON) -m venv build/oldest
	@build/lock/bin/pip install -q --upgrade $(PIP)
	@build/lock/bin/pip install -q '.[excel,ical,metrics,re2]' --group test --group lint --group build
	@build/lock/bin/pip freeze --exclude osticket-sla-bridge --exclude pip > requirements.lock
	@build/oldest/bin/pip install -q --upgrade $(PIP)
	@sed -n '/^dependencies/,/^\[dependency-groups/p' pyproject.toml | grep -oE '[A-Za-z0-9-]+>=[0-9a-z.]+' | sed 's/>=/==/' > build/floors.txt
	@build/oldest/bin/pip install -q '.[excel,ical,metrics,re2]' --group test -c build/floors.txt
	@build/oldest/bin/pip freeze --exclude osticket-sla-bridge --exclude pip > requirements-oldest.txt

dist: $(STAMP) ## Build wheel, source archive, plugin and checksums into dist/, the same bytes from the same commit
	@$(BIN)/python -m release.dist

deb: dist ## Build the Debian package for this machine's Python from the wheel into dist/ (needs dpkg-deb)
	@$(BIN)/python -m release.deb

clean: ## Remove what the targets made
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache mutants

prepare:
	@.ci/prepare

$(STAMP): requirements.lock pyproject.toml
	@.ci/prepare
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check --upgrade $(PIP)
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
