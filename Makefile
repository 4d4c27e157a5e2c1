# The commands of this project. `make help` lists them.
# Nothing here is needed to use passeur: `cargo run --release -- demo` works alone.

SHELL := /bin/bash
CARGO ?= cargo
SCRIPTS := .ci/run $(wildcard scripts/*.sh benches/*.sh)

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s  %s\n", $$1, $$2 }'

.PHONY: demo
demo: ## Carry the sample exports across, into a local folder
	$(CARGO) run --release --locked -- demo

.PHONY: demo-sftp
demo-sftp: test-deps ## The same over SFTP, to a private OpenSSH server that is started and stopped for it
	scripts/demo-sftp.sh

.PHONY: demo-everything
demo-everything: test-deps ## All four platforms from the same exports, over SFTP, and what each received
	scripts/demo-everything.sh

.PHONY: test-deps
test-deps: ## Install what the tests need (Debian's openssh-server), if it is missing
	@scripts/install-test-deps.sh

.PHONY: test
test: test-deps ## Run all tests
	$(CARGO) test --locked

.PHONY: lint
lint: ## Check format, clippy, shell scripts, and the licences and sources of dependencies
	@scripts/install-lint-tools.sh
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets -- -D warnings
	@if command -v shellcheck >/dev/null; then echo 'shellcheck $(SCRIPTS)'; shellcheck $(SCRIPTS); \
	else echo 'shellcheck is not installed: the shell scripts were not checked'; fi
	@$(MAKE) --no-print-directory deny

.PHONY: deny
deny: ## Check licences, bans and sources of dependencies (installs cargo-deny once, a few minutes)
	@scripts/cargo-deny.sh --locked check licenses bans sources

.PHONY: audit
audit: ## Look for known vulnerabilities in dependencies (needs github.com for the advisory database)
	@scripts/cargo-deny.sh --locked check advisories

.PHONY: bench
bench: ## Measure a run over 200,000 rows: time and peak memory
	benches/run.sh

.PHONY: bench-base
bench-base: ## Measure the customer base: the first load of 200,000 people and 400,000 registrations, and unchanged nights
	benches/base.sh

.PHONY: bench-upload
bench-upload: test-deps ## Measure uploads against OpenSSH's sftp, on loopback and at 20 ms
	benches/upload.sh

.PHONY: bench-watch
bench-watch: test-deps ## Measure how soon a watch delivers an export that has settled, and what an idle watch costs
	benches/watch.sh

.PHONY: fuzz
fuzz: ## Try a minute of hostile input on reading, header match and schema loading each (installs cargo-fuzz once)
	scripts/fuzz.sh

.PHONY: soak
soak: test-deps ## Kill runs at random moments, ROUNDS=500 times, against a real server and a partner: nothing lost, nothing doubled
	scripts/soak.sh

.PHONY: ci
ci: ## What the continuous integration runs: lint, then test
	.ci/run
