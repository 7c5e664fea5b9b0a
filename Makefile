# Build, test, measure and package Sallyport. See CONTRIBUTING.md.
.PHONY: build test check bench lint dist ui

build:
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/...

# Installs what the tests need (Debian; as root or through sudo), then runs every test with the race detector.
test:
	./scripts/test-needs.sh
	$(MAKE) check

# Every test, with what is installed.
check: export PATH := $(CURDIR)/.tools/node-bin:$(PATH):/usr/sbin:/sbin
check:
	./scripts/lint.sh
	CGO_ENABLED=0 go build ./...
	go test -race -timeout 20m ./...

lint:
	./scripts/lint.sh

# Speeds and sizes; the score of assess too where ../shared/corpora is there.
bench:
	./scripts/bench.sh

# Static binaries for Linux and macOS, with checksums and a systemd unit.
dist:
	./scripts/dist.sh

# Builds the console. Its dist is committed: Go alone builds the program.
ui:
	cd web/ui && npm ci --ignore-scripts && npm run build
