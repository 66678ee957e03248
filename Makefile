# Two commands do all: `make demo` and `make test`. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

.PHONY: setup demo test faults lint models clean-models real-models bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,lint]'
	touch $(STAMP)

demo: setup
	$(BIN)/livecell demo

test: setup
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

# Thirty runs killed at random moments, instead of the five of `make test`.
faults: setup
	LIVECELL_FAULT_RUNS=30 $(BIN)/python -m pytest --numprocesses 2 --dist worksteal tests/faults

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Somewhat over two hours on two cores; goes on where it was interrupted. `make clean-models` starts again.
models: setup
	$(BIN)/python -m benchmarks.bundled_model

clean-models:
	rm -rf benchmarks/work/bundled

# Needs LIVECELL_REAL_DATA: the folder of real images.
real-models: setup
	$(BIN)/python -m benchmarks.real_models
	$(BIN)/python -m benchmarks.simulator_worth
	$(BIN)/python -m benchmarks.real_prediction_picture

# Peers come with the extra; lines about real images need LIVECELL_REAL_DATA.
bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python -m benchmarks.linking
	if [ -n "$$LIVECELL_REAL_DATA" ]; then $(BIN)/python -m benchmarks.real_tracks; fi
	$(BIN)/python -m benchmarks.prediction
	$(BIN)/python -m benchmarks.main_job
	$(BIN)/python -m benchmarks.overhead
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.watch
	$(BIN)/python -m benchmarks.scaling
	$(BIN)/python -m benchmarks.scaling_page
	$(BIN)/python -m benchmarks.track_scores
	$(BIN)/python -m benchmarks.organelles
	$(BIN)/python -m benchmarks.dynamics

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
