.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
ENGINE := .venv-engine/.installed
LOCAL := .venv/.installed-local
DEV := .venv/.installed-dev
SOURCES := app.py chalicelib
export STAGE RUN

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

# An environment that was interrupted in the making has a python without pip: it is made anew.
define environment
	@$(1)/bin/python -m pip --version > /dev/null 2>&1 || { \
		$(PYTHON) -c 'import sys; sys.exit("Goodword needs Python 3.11 or newer, and this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 run" if sys.version_info < (3, 11) else 0)' && \
		$(PYTHON) -m venv --clear $(1); }
endef

$(LOCAL): requirements.txt requirements-local.txt pyproject.toml
	$(call environment,.venv)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-local.txt -e . && touch $@

$(DEV): requirements-dev.txt $(LOCAL)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt && touch $@

$(ENGINE): requirements-engine.txt
	$(call environment,.venv-engine)
	.venv-engine/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-engine.txt && touch $@

.PHONY: run
run: $(LOCAL) $(ENGINE) ## the whole program on this machine, at http://localhost:8000 (PORT moves it)
	@$(BIN)/goodword run

.PHONY: test
test: lint $(ENGINE) ## lint, then every test
	$(BIN)/pytest -n 2 --dist loadfile --durations=15

.PHONY: torture
torture: $(DEV) $(ENGINE) ## the long suites: every interleaving, a thousand histories, a thousand new examples of each rule
	GOODWORD_TORTURE=1 $(BIN)/pytest -n 2 tests/unit tests/torture

.PHONY: mutants
mutants: $(DEV) $(ENGINE) ## take each guard away and see a test fail; writes docs/guards.md
	$(BIN)/python -m tests.torture.mutants

.PHONY: lint
lint: $(DEV) ## ruff, mypy strict, the direction of the imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(SOURCES) infra
	$(BIN)/lint-imports --no-cache

.PHONY: bench
bench: $(DEV) $(ENGINE) ## measure, and write docs/performance.md
	$(BIN)/python -m bench

.PHONY: screens
screens: $(DEV) $(ENGINE) ## take the pictures of docs/screens in Chromium
	$(BIN)/python -m bench.screens

.PHONY: lighthouse
lighthouse: $(DEV) $(ENGINE) ## what Lighthouse says of a landing page; needs npm and Chromium
	$(BIN)/python -m bench.lighthouse

.PHONY: package
package: $(DEV) ## what AWS gets, in build/package: the template and the functions' zip
	@$(BIN)/python -m infra.package

.PHONY: deploy
deploy: $(DEV) ## bring it to AWS: creates or updates the stack of STAGE (prod), docs/deploy.md
	@$(BIN)/python -m infra deploy

.PHONY: on
on: $(DEV) ## run a command of goodword on STAGE, such as RUN="messages"
	@$(BIN)/python -m infra on

.PHONY: rollback
rollback: $(DEV) ## bring back what STAGE ran before the last deploy
	@$(BIN)/python -m infra rollback

.PHONY: destroy
destroy: $(DEV) ## delete the stack of STAGE; its table stays unless KEEP_DATA=0
	@$(BIN)/python -m infra destroy

.PHONY: format
format: $(DEV) ## let ruff write what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: clean
clean: ## remove the environments and everything built; ./data stays
	rm -rf .venv .venv-engine build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
