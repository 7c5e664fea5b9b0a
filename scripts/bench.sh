#!/bin/sh
# Speeds of the parts that have a bar; the score of assess too where the corpora lie beside the repository, and how often its two
# readings of a script differ. CORPORA names their folder, SAMPLE how many one-liners are scored (0: all), BENCHTIME how long each
# speed is measured.
set -eu
cd "$(dirname "$0")/.."
CORPORA=$(cd "${CORPORA:-../shared/corpora}" 2>/dev/null && pwd) || CORPORA=
export CORPORA
go test -run '^$' -bench . -benchtime "${BENCHTIME:-1s}" ./assess/ | cut -c 1-300 | sed '/modelled_test.go:/d; /^--- BENCH/d'
if [ -n "$CORPORA" ] && [ -x "$CORPORA/score.py" ]; then
	echo
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/sallyport
	python3 "$CORPORA/score.py" --bin ./bin/sallyport --data "$CORPORA" --sample "${SAMPLE:-3000}"
else
	echo "no corpora: CORPORA names a folder with score.py"
fi
