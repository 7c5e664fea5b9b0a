#!/bin/sh
# Builds dist/: static binaries for Linux and macOS (amd64, arm64), a systemd unit, and SHA-256 checksums. Two builds of one commit are
# equal byte for byte.
set -eu
cd "$(dirname "$0")/.."
version=${VERSION:-$(git describe --tags --always --dirty 2>/dev/null || echo devel)}
rm -rf dist
mkdir dist
for os in linux darwin; do
	for arch in amd64 arm64; do
		for name in sallyport sallyport-verify; do
			CGO_ENABLED=0 GOOS=$os GOARCH=$arch go build -trimpath -buildvcs=false -ldflags "-s -w -X main.release=$version" \
				-o "dist/$name-$os-$arch" "./cmd/$name"
		done
	done
done
cp scripts/sallyport.service dist/
(cd dist && sha256sum -- * >SHA256SUMS)
cat dist/SHA256SUMS
