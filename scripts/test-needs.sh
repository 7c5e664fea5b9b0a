#!/bin/sh
# Installs what the tests need on Debian, as root or through sudo; otherwise says what is missing. Running it again does nothing.
set -eu
cd "$(dirname "$0")/.."

# Command, Debian package.
needs="
ssh openssh-client
sshd openssh-server
chromium chromium
node nodejs
npm npm
git git
python3 python3
openssl openssl
zstd zstd
ps procps
cc gcc
"

PATH="$PATH:/usr/sbin:/sbin"
missing=""
for pair in $(echo "$needs" | awk 'NF==2 {print $1 ":" $2}'); do
	command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair##*:}"
done

if [ -n "$missing" ]; then
	if [ "$(id -u)" = 0 ]; then
		as_root=""
	elif command -v sudo >/dev/null 2>&1; then
		as_root="sudo"
	else
		echo "the tests need these packages, and this is neither root nor is there sudo:$missing" >&2
		echo "hint: apt-get install$missing" >&2
		exit 1
	fi
	echo "installing:$missing"
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
	# shellcheck disable=SC2086 # a list of words
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

# Vite needs Node 20.19 or later; Debian 12 has 18. The npm registry has Node itself as a package.
new_enough='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || a == 20 && b >= 19 ? 0 : 1)'
if ! node -e "$new_enough"; then
	arch=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
	package="node-linux-$arch"
	[ -x ".tools/node_modules/$package/bin/node" ] || npm install --silent --no-save --prefix .tools "$package@22.12.0"
	ln -sfn "node_modules/$package/bin" .tools/node-bin
	".tools/node-bin/node" -e "$new_enough"
fi
