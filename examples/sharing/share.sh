#!/bin/sh
# Two teams share a pack: from `new` to a signed release in a git repository, from `trust` to `rollback`.
# usage: examples/sharing/share.sh        with offport in PATH, or OFFPORT=path
#
# Each team has a home of its own (OFFPORT_HOME); everything lies in a folder that is gone at the end. The commands are
# shown as they are given, and what they say; each tells the next.
set -eu

offport=${OFFPORT:-offport}
here=$(cd "$(dirname "$0")" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 1' HUP INT TERM
# Whoever has git set up has these already.
export GIT_AUTHOR_NAME='Team A' GIT_AUTHOR_EMAIL=a@example.org
export GIT_COMMITTER_NAME='Team A' GIT_COMMITTER_EMAIL=a@example.org
cd "$place"

a() {
    echo "A\$ offport $*"
    OFFPORT_HOME=$place/a "$offport" "$@" 2>&1
}
b() {
    echo "B\$ offport $*"
    OFFPORT_HOME=$place/b "$offport" "$@" 2>&1
}

# Team A has a protocol to share. The skeleton that `new` writes would do; here is a real one, with a capture.
a pack new acme/tally
cp "$here/tally-1.0.0.lua" acme-tally/plugins/tally.lua
mkdir -p acme-tally/tests/counting
cp "$here/../first-plugin/tally.pcap" acme-tally/tests/counting/input.pcap
cp "$here/expect.jsonl" acme-tally/tests/counting/expect.jsonl
sed -i 's/^  version .*/  version     = "1.0.0",/; s/^  title .*/  title       = "Tally",/
    s/^  description .*/  description = "The counters of the warehouse.",/' acme-tally/pack.lua

a pack test acme-tally
a pack keygen acme --no-password
a pack sign acme-tally --tag

# Team B got the key from somebody it knows, and the address with it.
key=$(sed -n 2p "$place/a/keys/acme.pub")
b pack trust acme "$key"
b pack install "file://$place/acme-tally@v1.0.0"

# Team A releases again; nobody needs to tell team B where.
cp "$here/tally-1.1.0.lua" acme-tally/plugins/tally.lua
sed -i 's/^  version .*/  version     = "1.1.0",/' acme-tally/pack.lua
a pack sign acme-tally --tag

b pack update
b pack rollback
