# The commands of this project. Each does its own set-up; `make` lists them.
# NEWEST=1 runs any of them on the newest of what pyproject.toml asks for, in place of what locks/ names.
VENV := $(if $(NEWEST),.venv-newest,.venv)
PYTHON := $(VENV)/bin/python
READY := $(VENV)/ready
LAB := $(PYTHON) -m lab
WORKFLOWS := $(wildcard .github/workflows/*.yml examples/workflows/*.yml)
# What tests and benches are made of; test modules themselves are run instead.
SUPPORT := --check-untyped-defs --allow-untyped-calls --ignore-missing-imports --explicit-package-bases \
	--exclude '(^|/)(cases|shared|test_[^/]*)(/|\.py$$)' \
	$(addprefix -p ,lab engine faults reliability fuzz runner fakegithub pinned bench)
export PYTHONPATH := tests
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo test unit pythons invented faults reliability lint bench prediction-check bless lock catalog update clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 24

demo: $(READY)  ## check a real matrix of images and print the table (DEMO_CUDA=1 adds the CUDA wheels)
	$(LAB) demo

test: $(READY)  ## run all tests; this is what CI runs
	$(PYTHON) -m pytest -n 2 -m "not engine"
	$(LAB) with python:3.11-slim python:3.13-slim tensorflow/tensorflow:2.21.0 -- $(PYTHON) -m pytest -m engine

unit: $(READY)  ## run the tests that need no engine
	$(PYTHON) -m pytest -n 2 -m "not engine"

pythons: $(READY)  ## run the tests that need no engine in images of the action's Python, the oldest and the newest
	$(LAB) pythons

fuzz: $(READY)  ## feed hostile input to every reader of untrusted data (SECONDS_EACH=60 for each surface)
	$(PYTHON) -m fuzz --seconds $(or $(SECONDS_EACH),60)

invented: $(READY)  ## run the tests that need no engine in a copy whose catalog has an invented TensorFlow 2.99.0
	$(PYTHON) -m pinned.invent $(abspath $(PYTHON)) -m pytest -n 2 -m "not engine"

faults: $(READY)  ## build and run images that are broken on purpose; expected against actual results (minutes)
	$(PYTHON) -m faults

reliability: $(READY)  ## inject faults of engine, disk, registry and signals for real (half an hour, as root)
	$(PYTHON) -m reliability --page docs/reliability.md

lint: $(READY)  ## check formatting, types, import layers, workflows and shell scripts
	ruff check .
	ruff format --check .
	mypy
	MYPYPATH=entrypoint:tests mypy $(SUPPORT)
	lint-imports
	check-jsonschema --builtin-schema vendor.github-actions action.yml
	check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	actionlint $(WORKFLOWS)
	zizmor --offline --quiet --persona pedantic --config .github/zizmor.yml $(WORKFLOWS) action.yml .github/dependabot.yml
	shellcheck bin/venv bin/lock bin/pin-image .ci/run bench/*.sh tests/*/*.sh

bench: $(READY)  ## time the tool against the script a user would write; prints ratios
	$(PYTHON) -m bench

prediction-check: $(READY)  ## compare predictions with what is observed here; writes docs/predict.md (minutes)
	$(PYTHON) -m bench.prediction_check

bless: $(READY)  ## rewrite the expected files of the tests; read the diff before you commit it
	$(PYTHON) -m pytest tests/unit --bless
	$(PYTHON) bin/causes-page > docs/causes.md

lock: $(READY)  ## update locks/ after a change of pyproject.toml; versions that still fit stay
	bin/lock

catalog: $(READY)  ## refresh the catalog of TensorFlow releases from the package index
	$(PYTHON) bin/refresh-releases --write

update: $(READY)  ## update locks/ to the newest version of everything
	bin/lock --upgrade

clean:  ## remove what these commands made here, the lab's images and registry included
	-[ ! -x $(PYTHON) ] || $(LAB) down
	rm -rf .venv .venv-newest .cache tf-docker-check-results

$(READY): pyproject.toml locks/dev.txt bin/venv
	bin/venv $(VENV)
	@touch $@
