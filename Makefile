# Two commands do it all: `make demo` and `make test`. Everything is installed into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test slow page bench docs reference clean

$(VENV)/.kubesim: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.test: $(VENV)/.kubesim
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

demo: $(VENV)/.kubesim
	rm -rf results/demo
	$(BIN)/kubesim compare scenarios/banjarmasin.yaml scenarios/better_training_and_mentoring.yaml \
	    --replicates 15 --out results/demo

test: $(VENV)/.test
	$(BIN)/python -m pytest -n auto -m "not slow and not browser"

slow: $(VENV)/.test
	$(BIN)/python -m pytest -n auto -m slow

page: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 -rs -m browser tests/web

bench: $(VENV)/.test
	$(BIN)/python -m tests.benchmarks

reference: $(VENV)/.test
	$(BIN)/python -m kubesim.reference $(PARTS)

docs: $(VENV)/.kubesim
	$(BIN)/python -m kubesim.odd

clean:
	rm -rf .venv .venv-* build *.egg-info .pytest_cache .hypothesis
