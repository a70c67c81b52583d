# The two commands that a user needs:
#   make run    builds Offport and runs its main job on a capture of a laboratory
#   make test   runs everything that the continuous integration runs

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# What `make run` reads.
CAPTURE ?= examples/lab/campus.pcap
POLICY ?= examples/lab/ariel.lua
# How long each fuzz target runs.
FUZZ_SECONDS ?= 60
# The same in `make test`.
TEST_FUZZ_SECONDS ?= 20

# The Swift runtime is linked in, so the command runs on machines without Swift. Generic types are asked for directly: by
# name, the runtime looks through all conformances of the program for each kind of dictionary, at every start.
RELEASE_FLAGS = -c release --static-swift-stdlib \
	-Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors
BINARY = .build/release/offport
# Warnings are errors; a folder of its own, because other flags would build everything anew.
TEST_FLAGS = --scratch-path .build-test -Xswiftc -warnings-as-errors
SOURCES = Package.swift $(shell find Sources -type f)
# Real paths: swift format skips symbolic links.
SWIFT_FILES = Package.swift $(shell find $(realpath Sources Tests Fuzz Benchmarks) \
	-name '.build*' -prune -o -name '*.swift' -print)
PHASE = packaging/phase

.DEFAULT_GOAL = help
.PHONY: help run test install bench bench-signatures bench-packs bench-flood bench-start bench-live bench-store \
	soak fuzz lint format clean \
	dependencies release profile shim build-tests unit-tests examples live-tests protocols fuzz-build

help:
	@echo 'make run      build and run on $(CAPTURE); CAPTURE=file POLICY=file for others'
	@echo 'make test     everything that CI runs'
	@echo 'make install  into PREFIX=$(PREFIX) (DESTDIR= for packages)'
	@echo 'make bench    compare speed and memory with other tools; CAPTURE=file for your own capture'
	@echo 'make bench-signatures, bench-packs, bench-flood, bench-start, bench-store'
	@echo '              50 to 50,000 signatures; signed packs of them; a SYN flood; time to start'
	@echo 'make bench-live  processor time for a packet from an interface, and losses'
	@echo 'make soak     watch ever new hosts for MINUTES=$(MINUTES); memory must stay flat'
	@echo 'make fuzz     each fuzz target for FUZZ_SECONDS=$(FUZZ_SECONDS)'
	@echo 'make profile  how often code runs, for the compiler; anew when the packet path has changed'
	@echo 'make lint, format, clean'

# The main job.

run: dependencies $(BINARY)
	$(BINARY) run -r $(CAPTURE) --policy $(POLICY)

release: $(BINARY)

$(BINARY): $(SOURCES) packaging/offport.proftext
	packaging/release '$(SWIFT)' $(RELEASE_FLAGS) --product offport
	@touch $(BINARY)

# How often code runs, which the compiler is told; measured anew when the packet path has changed.
profile: dependencies
	packaging/profile '$(SWIFT)' $(RELEASE_FLAGS) --product offport

# Debian packages with the headers of the libraries that are used.
dependencies:
	@packaging/dependencies

install: $(BINARY)
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/offport/packs'
	install -m 755 $(BINARY) '$(DESTDIR)$(PREFIX)/bin/offport'
	rm -rf '$(DESTDIR)$(PREFIX)/share/offport/packs/core' '$(DESTDIR)$(PREFIX)/share/offport/packs/library' \
		'$(DESTDIR)$(PREFIX)/share/offport/packs/audit' '$(DESTDIR)$(PREFIX)/share/offport/packs/logs'
	cp -R plugins/core plugins/library plugins/audit plugins/logs '$(DESTDIR)$(PREFIX)/share/offport/packs/'
	install -d '$(DESTDIR)$(PREFIX)/lib/systemd/system' '$(DESTDIR)$(PREFIX)/share/offport/systemd'
	sed 's|@PREFIX@|$(PREFIX)|' packaging/systemd/offport.service \
		>'$(DESTDIR)$(PREFIX)/lib/systemd/system/offport.service'
	chmod 644 '$(DESTDIR)$(PREFIX)/lib/systemd/system/offport.service'
	install -m 644 packaging/systemd/offport.default '$(DESTDIR)$(PREFIX)/share/offport/systemd/offport.default'
	install -m 644 packaging/systemd/offport.logrotate '$(DESTDIR)$(PREFIX)/share/offport/systemd/offport.logrotate'

# Everything that CI runs; the phases that fail soonest come first.

test:
	@$(PHASE) start
	@$(PHASE) 'dependencies' $(MAKE) --no-print-directory dependencies
	@$(PHASE) 'lint' $(MAKE) --no-print-directory lint
	@$(PHASE) 'C shim' $(MAKE) --no-print-directory shim
	@$(PHASE) 'packages' $(SWIFT) package resolve --scratch-path .build-test
	@$(PHASE) 'builds of the tests and of the release' packaging/beside .build-test/release.log \
		'$(MAKE) --no-print-directory release' '$(MAKE) --no-print-directory build-tests'
	@$(PHASE) 'unit tests' $(MAKE) --no-print-directory unit-tests
	@$(PHASE) 'plugin examples' $(MAKE) --no-print-directory examples
	@$(PHASE) 'live tests, with fuzz targets built beside them' packaging/beside .build-test/fuzz-build.log \
		'$(MAKE) --no-print-directory fuzz-build' '$(MAKE) --no-print-directory live-tests'
	@$(PHASE) 'fuzz' $(MAKE) --no-print-directory fuzz FUZZ_SECONDS=$(TEST_FUZZ_SECONDS)
	@$(PHASE) end .build-test/unit-tests.log

lint:
	@$(SWIFT) format lint --strict --parallel $(SWIFT_FILES)

format:
	@$(SWIFT) format format --in-place --parallel $(SWIFT_FILES)

shim:
	@for file in Sources/C/*/*.c; do \
		clang -O2 -Wall -Wextra -Werror -I"$$(dirname "$$file")/include" \
			$$(pkg-config --cflags lua5.4 libpcre2-8) -c "$$file" -o /dev/null || exit 1; \
	done

build-tests:
	$(SWIFT) build --build-tests $(TEST_FLAGS)

# What a test runs as a command is the release: that of the test build takes ten times as long to start.
unit-tests: build-tests $(BINARY)
	@OFFPORT_EXECUTABLE='$(CURDIR)/$(BINARY)' $(SWIFT) test --skip-build $(TEST_FLAGS) >.build-test/unit-tests.log 2>&1 || \
		{ cat .build-test/unit-tests.log; exit 1; }
	@tail -n 1 .build-test/unit-tests.log

# Loading tries every example and counterexample of every plugin; --strict makes a failure an error. Every signature and
# pattern of the core must be needed by an example, and none be weak but those of `time`, which has four bytes, and of
# `rtp`, which says nothing of itself. The captures of the detections are tried mutated, too.
examples: $(BINARY)
	@$(BINARY) run -r $(CAPTURE) --policy $(POLICY) --plugins plugins --use offport/audit --strict >/dev/null
	@echo "$$(cat $$(find plugins -name '*.lua') | grep -cE '^ *(counter)?example \{') plugin examples hold"
	@$(BINARY) pack check plugins/core >.build/pack-check.log 2>&1; \
		! grep -E ': (error|warning|note): ' .build/pack-check.log | grep -vE 'overlap$$|/(time|rtp).lua:.* weak-signature$$'
	@$(BINARY) plugin test plugins/audit --plugins plugins >.build/plugin-test.log \
		|| { grep -v '^ok' .build/plugin-test.log; exit 1; }
	@packaging/protocols | cmp -s - docs/protocols.md \
		|| { echo 'docs/protocols.md is not what the plugins say; run: make protocols' >&2; exit 1; }

# A sensor on interfaces that the tests make; they say why they skip without root.
live-tests: $(BINARY)
	@Tests/Live/run

# The table of all protocols, from the plugins.
protocols: $(BINARY)
	packaging/protocols >docs/protocols.md

fuzz-build:
	@SWIFT='$(SWIFT)' Fuzz/run build

fuzz:
	@SWIFT='$(SWIFT)' Fuzz/run all $(FUZZ_SECONDS)

# Benchmarks print a table and keep it in Benchmarks/results.

bench: dependencies $(BINARY)
	@python3 Benchmarks/bench.py compare $(if $(filter command line environment,$(origin CAPTURE)),--capture '$(CAPTURE)')

bench-signatures: dependencies $(BINARY)
	@python3 Benchmarks/bench.py signatures $(if $(filter command line environment,$(origin CAPTURE)),--capture '$(CAPTURE)')

bench-packs: dependencies $(BINARY)
	@python3 Benchmarks/bench.py packs $(if $(filter command line environment,$(origin CAPTURE)),--capture '$(CAPTURE)')

bench-flood: dependencies $(BINARY)
	@python3 Benchmarks/bench.py flood

# What watching a cable costs, beside tcpdump. Needs root.
bench-live: $(BINARY)
	@packaging/dependencies tcpreplay tcpdump
	@python3 Benchmarks/live.py

bench-start: dependencies $(BINARY)
	@python3 Benchmarks/bench.py start

# Needs 4 GB on the disk.
bench-store: dependencies $(BINARY)
	@python3 Benchmarks/bench.py store $(if $(filter command line environment,$(origin CAPTURE)),--capture '$(CAPTURE)')

# Watches a cable with ever new hosts on it for MINUTES; memory must stay flat. Needs root.
MINUTES ?= 30
soak: $(BINARY)
	@python3 Benchmarks/soak.py --minutes $(MINUTES)

clean:
	rm -rf .build .build-test .build-fuzz .build-profile Benchmarks/captures
