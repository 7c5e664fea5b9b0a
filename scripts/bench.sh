#!/bin/sh
# Speeds of the parts that have a bar; the score of assess too where the corpora lie beside the repository.
set -eu
cd "$(dirname "$0")/.."
go test -run '^$' -bench . -benchtime 1s ./assess/
if [ -x ../shared/corpora/score.py ]; then
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/sallyport
	python3 ../shared/corpora/score.py --bin ./bin/sallyport --sample "${SAMPLE:-3000}"
fi
