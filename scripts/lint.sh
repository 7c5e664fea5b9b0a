#!/bin/sh
# What can be said about the tree without running it.
set -eu
cd "$(dirname "$0")/.."
bad=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)
[ -z "$bad" ] || { echo "not gofmt'ed: $bad" >&2; exit 1; }
go vet ./...
go mod verify >/dev/null
