# The commands of this project; `make help` lists them. Everything they make can be made again, except var/.
.DEFAULT_GOAL := help
.PHONY: help run where manage test test-training lint format types model train bench lock secrets digests clean packages dev-packages train-packages

FITS = -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	if $$each $(FITS) 2>/dev/null; then echo $$each; exit; fi; done; echo python3)
VENV := .venv/bin/python
TRAIN := .venv-train/bin/python
PORT ?= 8000
DATA ?=
RUN ?= var/training
ARGS ?=

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: packages ## Set up what is missing and start the whole product (PORT=8000)
	@PORT=$(PORT) $(VENV) -m classroom.local run

where: packages ## Print where this install keeps its data, logs and sockets
	@$(VENV) -m classroom.local where

test: lint types ## Set up what is missing, then lint, types and all tests (ARGS="-k words" for some)
	$(VENV) -m pytest $(ARGS)

lint: dev-packages ## Check style and formatting
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .

types: dev-packages ## Check types
	$(VENV) -m mypy

format: dev-packages ## Mend style and formatting
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .

train: train-packages ## Train the flagship and export it (DATA=FER2013 with its votes, RUN=folder for the outcome)
	@test -n "$(DATA)" || { echo "Name the data: make train DATA=/path/to/fer2013"; exit 1; }
	$(TRAIN) -m emotion.training reproduce --network flagship --data "$(DATA)" --out "$(RUN)" $(ARGS)
	$(TRAIN) -m emotion.training export --data "$(DATA)" --run "$(RUN)/calm_1" "$(RUN)/calm_2" --to "$(RUN)/flagship.tflite" \
		--command "make train DATA=DATA"
	@echo "To serve it, copy flagship.tflite and flagship.json from $(RUN) to models/."

test-training: train-packages ## Test what trains networks: it needs TensorFlow, which the product does not
	$(TRAIN) -m pytest tests/emotion -k training $(ARGS)

bench: dev-packages ## Measure snapshots a second and latency
	$(VENV) -m benchmarks $(ARGS)

.PHONY: mutants
mutants: dev-packages ## Break the code in many places and see whether a test notices (ARGS="words of some lines")
	$(VENV) -m tests.mutants $(ARGS)

manage: packages ## Run a command of Django while the product runs (ARGS='changepassword teacher')
	@$(VENV) -m classroom.local manage $(ARGS)

lock: packages ## Pin requirements/*.in anew in requirements/*.txt
	$(VENV) requirements/lock.py

secrets: ## Make the secrets of a server in secrets/, where they are missing
	@$(PYTHON) classroom/local/secret_files.py secrets

digests: ## Write the digest of each image beside its tag (REGISTRY=https://registry-1.docker.io)
	@$(PYTHON) classroom/local/image_digests.py .

clean: ## Remove what can be made again (never var/: your data, secrets and logs)
	rm -rf .venv .venv-train .ruff_cache .mypy_cache .pytest_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
	@echo "Kept: var/ (data, secrets, logs) and models/. 'make where' says where the data is."

packages:
	@$(PYTHON) classroom/local/preflight.py
	@$(PYTHON) classroom/local/packages.py .venv serve

dev-packages: packages model
	@$(PYTHON) classroom/local/packages.py .venv serve dev

train-packages:
	@$(PYTHON) classroom/local/preflight.py
	@$(PYTHON) classroom/local/packages.py .venv-train serve train dev

model:
	@$(PYTHON) classroom/local/model_file.py models
