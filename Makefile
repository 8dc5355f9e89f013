# Every command of the house. Each one prepares .venv by itself; ARGS="..." is passed on.
.DEFAULT_GOAL := help
.PHONY: help setup demo run test long lint crash fuzz simulate storm bench nat interop peer model lock check-install
BIN := .venv/bin

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

setup: ## prepare .venv with everything that running and testing needs
	@packaging/setup.sh dev

demo: ## watch a whole market trade on this machine; ARGS="--keep --gui" leaves it open to you
	@packaging/setup.sh run
	@$(BIN)/bazaar demo $(ARGS)

run: ## open the app
	@packaging/setup.sh run
	@$(BIN)/bazaar $(ARGS)

# As many tests at once as there are cores; ARGS="-n0" runs them one by one, for a debugger.
test: lint peer ## check style, types, layers and behaviour; ARGS="tests/x.py" runs a part
	@$(BIN)/pytest -n logical --maxprocesses 4 $(ARGS)

long: setup ## run the tests that take a minute or more each
	@$(BIN)/pytest -m long --timeout 600 $(ARGS)

lint: setup ## check style, types and layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports --no-logo

bench: setup ## measure and print the figures
	@$(BIN)/pytest tests/bench -q -s -o python_files="bench_*.py" -o faulthandler_timeout=0 --timeout 900 $(ARGS)

crash: setup ## kill a small market 10,000 times; ARGS="300" kills it less often
	@$(BIN)/python -m tests.crash.run $(ARGS)

fuzz: setup ## give every decoder ten minutes of bad input; ARGS="60 sheet" gives one a minute
	@$(BIN)/python -m tests.fuzz.run $(ARGS)

simulate: setup ## grow simulated markets to a million nodes, print and draw what one costs; ARGS="1000 10000" grows less
	@$(BIN)/python -m tests.simulation.scale $(ARGS)

storm: setup ## let 20 nodes trade 1,000 orders on a bad network; ARGS="40 8" is 40 orders, 8 nodes
	@$(BIN)/python -m tests.simulation.run $(ARGS)

nat: setup ## let people behind real routers trade through relays, in network namespaces; takes root
	@$(BIN)/pytest tests/system -o python_files="nat_trades.py" $(ARGS)

interop: setup peer ## let an independent peer, js-libp2p on Node.js, trade words with a real node
	@$(BIN)/pytest tests/interop $(ARGS)

# Its tests are skipped, with the reason, where Node.js or its packages cannot be had.
peer:
	@tests/interop/bring.sh

model: ## check the trade's rules to their last state with Spin; ARGS="NAME ..." runs some
	@python3 tests/model/run.py $(ARGS)

lock: ## renew the locked versions; ARGS="--upgrade" takes newer ones
	@packaging/lock.sh $(ARGS)

check-install: ## prove that the last commit installs in a bare tree without a compiler
	@packaging/check_install.sh
