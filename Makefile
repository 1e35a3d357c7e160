# Everything runs in .venv at the project's root, with the exact versions of constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTEST := OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive $(BIN)/python -m pytest -n logical --maxprocesses 8 --dist worksteal

.PHONY: demo test test-slow lint types imports check bench docs live dist oldest sbom clean

demo: $(STAMP)
	$(BIN)/impasto demo -o out/demo

# One worker a core, each with one thread: as many threads as cores in each of them would be slower.
# pytest ends with 5 when it finds no test to run (a selection that matches none); that is no failure.
test: $(STAMP)
	$(PYTEST) -m "not slow" || [ $$? -eq 5 ]

# What takes long: browsers, processes that are killed, pictures at the sizes that people paint.
# A browser that did not answer in time on a busy machine is asked up to twice more, and pytest reports it as a rerun; no other
# failure is repeated.
test-slow: $(STAMP)
	$(PYTEST) -m slow --reruns 2 --only-rerun "TimeoutError: (Locator|Page)\." || [ $$? -eq 5 ]

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports

check: lint types imports test test-slow

bench: $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt --group bench
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/memory.py

# The site, into out/site: open out/site/index.html. The variable silences an advertisement.
docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

# The page that paints in the browser, into out/live; fetches onnxruntime-web with npm.
live: $(STAMP)
	$(BIN)/python docs/live/build.py out/live

# Wheel and source archive, into out/dist; both are installed in clean environments, where they have to paint.
dist: $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt --group release
	$(BIN)/python release/try_dist.py out/dist

# The tests that need no page, with the oldest versions that pyproject.toml admits. PyPI's torch 2.4 brings CUDA: 5 GB.
oldest:
	$(PYTHON) -m venv out/oldest
	out/oldest/bin/python -m pip install --quiet --upgrade -c constraints.txt pip
	out/oldest/bin/python -m pip install --quiet -c constraints-oldest.txt '.[audio,explain,export,heic,video]' --group oldest
	OMP_NUM_THREADS=1 out/oldest/bin/python -m pytest -p no:cacheprovider -W 'ignore:`torch.cpu.amp.autocast:FutureWarning' -m "not slow" \
	  tests/audio tests/batch tests/cli tests/fast tests/features tests/images tests/losses tests/metrics tests/optimize \
	  tests/recipes tests/samples tests/settings tests/synthesis tests/text tests/video

# A software bill of materials of the package with all extras, CycloneDX, into out/sbom.json.
sbom: $(STAMP)
	$(BIN)/python -m pip install --quiet -c constraints.txt --group release
	$(PYTHON) -m venv out/sbom
	out/sbom/bin/python -m pip install --quiet -c constraints.txt ".[audio,export,explain,studio,video]"
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o out/sbom.json out/sbom/bin/python

clean:
	rm -rf $(VENV) out/demo out/site out/live out/dist out/oldest out/sbom

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade -c constraints.txt pip
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[audio,video,explain,studio,ray]"
	$(BIN)/python -m pip install --quiet -c constraints.txt --group dev
	touch $(STAMP)
