#!/bin/sh
# Records tally.pcap: two servers of an invented protocol, three clients, and a web server that everybody knows.
# Run it as root; everything happens on a loopback device in a network namespace of its own.
set -eu
cd "$(dirname "$0")"
[ "${1:-}" = inside ] || exec unshare --net --pid --fork --kill-child ./record.sh inside

ip link set lo up
for address in 10.77.0.5 10.77.0.6 10.77.0.80 10.77.9.21 10.77.9.22 10.77.9.23; do ip address add "$address/32" dev lo; done
python3 tally.py serve 10.77.0.5 6117 stock &
python3 tally.py serve 10.77.0.6 6117 gate-north &
python3 -m http.server --bind 10.77.0.80 --directory . 80 2>/dev/null &
sleep 1
tcpdump -q -i lo -U -w tally.pcap 'tcp' 2>/dev/null &
sleep 1

# The route decides who speaks.
as() { ip route replace local "$2" dev lo table local src "$1"; shift 2; "$@"; }
as 10.77.9.21 10.77.0.5 python3 tally.py count 10.77.0.5 6117 clerk apples pears
as 10.77.9.22 10.77.0.5 python3 tally.py count 10.77.0.5 6117 scanner-2 apples
as 10.77.9.22 10.77.0.6 python3 tally.py count 10.77.0.6 6117 scanner-2 visitors visitors
as 10.77.9.23 10.77.0.6 python3 tally.py count 10.77.0.6 6117 door visitors
as 10.77.9.21 10.77.0.6 python3 tally.py count 10.77.0.6 6117 clerk visitors dogs
as 10.77.9.23 10.77.0.5 python3 tally.py count 10.77.0.5 6117 till-17 plums apples pears
as 10.77.9.21 10.77.0.80 python3 -c 'import urllib.request; urllib.request.urlopen("http://10.77.0.80/").read()'
sleep 1
