# The commands of this project; `make help` lists them. Everything they make can be made again, except var/.
.DEFAULT_GOAL := help
.PHONY: help run where manage test test-training lint format types messages model train bench tools lock pythons secrets digests clean preflight packages dev-packages mutants-packages train-packages

FITS = -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
ifndef PYTHON
PYTHON := $(shell for each in python3 python3.13 python3.12 python3.11; do \
	if $$each $(FITS) 2>/dev/null; then echo $$each; exit; fi; done; echo python3)
endif
VENV := .venv/bin/python
TRAIN := .venv-train/bin/python
PORT ?= 8000
DATA ?=
RUN ?= var/training
ARGS ?=
NODE := node_modules/.package-lock.json
PYTHONS ?= python3.11 python3.12 python3.13
FAST := tests/emotion tests/camera tests/local tests/classroom -q -m "not slow and not browser"

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: packages ## Set up what is missing and start the whole product (PORT=8000)
	@PORT=$(PORT) $(VENV) -m classroom.local run

where: packages ## Print where this install keeps its data, logs and sockets
	@$(VENV) -m classroom.local where

test: lint types ## Set up what is missing, then lint, types and all tests (ARGS="-k words" for some)
	$(VENV) -m pytest $(or $(ARGS),--numprocesses 3) $(if $(ARGS),,|| $(VENV) -m tests.alone $$?)

# What checks the browser's code is no need of the product's: without npm a line says what was left out.
define node
@if [ -x node_modules/.bin/$(firstword $(1)) ]; then echo "$(1)"; node_modules/.bin/$(1); \
else echo "Left out, because npm or its registry is missing (Debian: apt-get install npm): $(1)"; \
[ -z "$$CI_NODE_REQUIRED" ]; fi
endef

lint: dev-packages $(NODE) ## Check style and formatting
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m djlint templates --lint --quiet
	$(call node,biome check)

types: dev-packages $(NODE) ## Check types
	$(VENV) -m mypy
	$(call node,tsc)

format: dev-packages $(NODE) ## Mend style and formatting
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .
	$(call node,biome check --write)

messages: dev-packages ## Bring the texts of code and templates into each catalogue of locale/
	$(VENV) -m classroom.local.messages
	@$(VENV) classroom/local/catalogues.py locale

train: train-packages ## Train the flagship and export it (DATA=FER2013 with its votes, RUN=folder for the outcome)
	@test -n "$(DATA)" || { echo "Name the data: make train DATA=/path/to/fer2013"; exit 1; }
	$(TRAIN) -m emotion.training reproduce --network flagship --data "$(DATA)" --out "$(RUN)" $(ARGS)
	$(TRAIN) -m emotion.training export --data "$(DATA)" --run "$(RUN)/calm_1" "$(RUN)/calm_2" --to "$(RUN)/flagship.tflite" \
		--command "make train DATA=DATA"
	@echo "To serve it, copy flagship.tflite and flagship.json from $(RUN) to models/."

test-training: train-packages ## Test what trains networks: it needs TensorFlow, which the product does not
	$(TRAIN) -m pytest tests/emotion -k training $(ARGS)

.PHONY: test-lrs
test-lrs: dev-packages ## Test against a real record store (Ralph), in an environment of its own
	@$(PYTHON) classroom/local/packages.py .venv-lrs lrs
	CI_LRS_REQUIRED=1 $(VENV) -m pytest tests/worker/test_ralph.py $(ARGS)

bench: dev-packages ## Measure speed, latency and costs on this machine (15 minutes; ARGS=--quick 6)
	$(VENV) -m benchmarks $(ARGS)

.PHONY: soak
soak: dev-packages ## Kill, freeze and mislead each part in mid-lesson (50 minutes; ARGS="worker Redis" for those, --list)
	$(VENV) -m benchmarks.soak $(ARGS)

.PHONY: flag-study
flag-study: dev-packages ## Draft flags of simulated students and count the mistakes (some minutes; ARGS="--classes 2" for a look)
	$(VENV) -m benchmarks.flag_study $(ARGS)

.PHONY: validate
validate: packages ## Hold the rule of engagement against people (DATA=CSV files or a folder of them)
	@test -n "$(DATA)" || { echo "Name the data: make validate DATA=/path/to/pictures.csv"; exit 1; }
	$(VENV) -m emotion.judgement.validate $(DATA) $(ARGS)

.PHONY: mutants
mutants: mutants-packages ## Break the code in many places and see whether a test notices (ARGS="words of some lines")
	$(VENV) -m tests.mutants $(ARGS)

.PHONY: audit
audit: dev-packages ## Name pinned packages with a known fault, without the network (ADVISORIES=file, folder or zip of osv.dev)
	@$(VENV) -m classroom.local.audit "$(ADVISORIES)"

.PHONY: hostile
hostile: dev-packages ## Throw hostile input at every socket, page, operation and reader (CASES=100000 SEED=21; half an hour)
	CASES=$(or $(CASES),100000) SEED=$(or $(SEED),21) $(VENV) -m pytest tests/hostile -p no:logging -q --show-capture=no $(ARGS)

manage: packages ## Run a command of Django while the product runs (ARGS='changepassword teacher')
	@$(VENV) -m classroom.local manage $(ARGS)

.PHONY: backup restore
backup: packages ## Keep the database in a new file, while the product runs (TO=file)
	@test -n "$(TO)" || { echo "Name a new file: make backup TO=/path/to/classpulse.dump"; exit 1; }
	@$(VENV) -m classroom.local backup "$(TO)"

restore: packages ## Bring the database back and repeat what was erased since; the old one is kept aside (FROM=file LIST=file)
	@test -n "$(FROM)" || { echo "Name the backup: make restore FROM=/path/to/classpulse.dump"; exit 1; }
	@$(VENV) -m classroom.local restore "$(FROM)" $(if $(LIST),"$(LIST)")

tools: preflight ## Install what the commands on pictures and recordings need (python -m emotion)
	@$(PYTHON) classroom/local/packages.py .venv tools
	@$(PYTHON) classroom/local/model_file.py models
	@$(PYTHON) classroom/local/browser_networks.py models

# The oldest Python and C library that the project takes: what is locked must suit them too.
PIN := $(PYTHON) classroom/local/packages.py uv pip compile --quiet --upgrade --generate-hashes --only-binary :all: --no-annotate \
	--python-version 3.11 --python-platform x86_64-manylinux_2_28 --custom-compile-command "make lock"

lock: preflight ## Pin the groups of pyproject.toml anew in requirements/
	$(PIN) --group uv -o requirements/uv.txt
	$(PIN) --group serve -o requirements/serve.txt
	$(PIN) --group tools -c requirements/serve.txt -o requirements/tools.txt
	$(PIN) --group dev -c requirements/tools.txt -o requirements/dev.txt
	$(PIN) --group mutants -c requirements/dev.txt -o requirements/mutants.txt
	$(PIN) --group train -c requirements/dev.txt -o requirements/train.txt
	$(PIN) --group lrs -o requirements/lrs.txt

pythons: dev-packages ## Test with each Python that is here (PYTHONS="python3.11 python3.12 python3.13")
	@for python in $(PYTHONS); do \
		$$python $(FITS) 2>/dev/null || { echo "$$python is not here."; continue; }; \
		place=var/pythons/$$($$python -c 'import platform; print(platform.python_version())'); \
		echo "$$place"; \
		$$python classroom/local/packages.py $$place dev && $$place/bin/python -m pytest $(FAST) $(ARGS) || exit 1; \
	done

.PHONY: image-root test-image
image-root: packages ## Make the image as a folder, without Docker, and list what is in it (TO=folder; root, mmdebstrap)
	@test -n "$(TO)" || { echo "Name a new folder: make image-root TO=/path/to/image"; exit 1; }
	@$(VENV) -m classroom.local.image_root "$(TO)"

test-image: dev-packages ## Hold a folder of `make image-root` to what is promised of the image (IMAGE=folder; root)
	@test -n "$(IMAGE)" || { echo "Name the folder: make test-image IMAGE=/path/to/image"; exit 1; }
	IMAGE_ROOT="$(IMAGE)" $(VENV) -m pytest tests/local/test_image_root.py tests/test_three_hosts.py $(ARGS)

secrets: ## Make the secrets of a server in secrets/, where they are missing
	@$(PYTHON) classroom/local/secret_files.py secrets

digests: ## Write the digest of each image beside its tag (REGISTRY=https://registry-1.docker.io)
	@$(PYTHON) classroom/local/image_digests.py .

clean: ## Remove what can be made again (never var/: your data, secrets and logs)
	rm -rf .venv .venv-train .venv-lrs .venv-uv node_modules .ruff_cache .mypy_cache .pytest_cache
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
	@echo "Kept: var/ (data, secrets, logs) and models/. 'make where' says where the data is."

$(NODE): package-lock.json
	@! command -v npm >/dev/null || npm ci --no-progress --fetch-retries=1 --fetch-retry-mintimeout=1000 --loglevel=error || true

preflight:
	@$(PYTHON) classroom/local/preflight.py

packages: preflight
	@$(PYTHON) classroom/local/packages.py .venv serve
	@$(VENV) classroom/local/catalogues.py locale

dev-packages: preflight
	@$(PYTHON) classroom/local/packages.py .venv dev
	@$(VENV) classroom/local/catalogues.py locale
	@$(PYTHON) classroom/local/model_file.py models
	@$(PYTHON) classroom/local/browser_networks.py models

mutants-packages: dev-packages
	@$(PYTHON) classroom/local/packages.py .venv mutants

train-packages: preflight
	@$(PYTHON) classroom/local/packages.py .venv-train train

model: packages
	@$(PYTHON) classroom/local/model_file.py models
	@$(PYTHON) classroom/local/browser_networks.py models
