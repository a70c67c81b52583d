#!/bin/bash
# Compares the captures with expected.tsv: which sockets answered clients.
# Needs tshark.  Prints the differences; the exit status says whether any.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# What a capture shows, as "address port transport", one a line.  Left out:
# the data connections of FTP (servers offer ports 40000 to 41999 for them and
# call clients back), and the port to which a TFTP transfer moves.
answered() {
  {
    tshark -r "$1" -Y 'tcp.flags.syn == 1 && tcp.flags.ack == 1' \
      -T fields -e ip.src -e ipv6.src -e tcp.srcport 2>/dev/null |
      awk '{ print $1, $2, "tcp" }'
    tshark -r "$1" -Y udp -T fields -e ip.dst -e ipv6.dst -e udp.dstport \
      2>/dev/null | awk '$2 < 32768 { print $1, $2, "udp" }'
  } | awk '$1 !~ /^(10\.20\.100\.|fd00:20::100:)/ &&
      !($2 >= 40000 && $2 < 42000)' | sort -u
}

status=0
for name in $(cut -f1 expected.tsv | tail -n +2 | uniq) campus; do
  diff -u --label "expected: $name" --label "recorded: $name" \
    <(awk -F '\t' -v name="$name" \
      'NR > 1 && ($1 == name || name == "campus") { print $2, $3, $4 }' \
      expected.tsv | sort -u) \
    <(answered "$name.pcap") || status=1
done
[ "$status" = 0 ] && echo "the captures show what expected.tsv says"
exit "$status"
