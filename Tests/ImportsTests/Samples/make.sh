#!/usr/bin/env bash
# Makes the samples that real tools write here, in network namespaces of its own, and what those tools count in them.
#
#   make.sh FOLDER      writes nmap*.xml, netflow-*.pcap, netfilter.log, counts.txt into FOLDER
#
# Needs root, and: iproute2 nmap softflowd nfdump ulogd2 iptables tcpdump redis-server dropbear-bin openssl python3.
# zeek/*, eve.json, *.nessus and the other logs beside this script are written by hand to their documented formats.
set -euo pipefail
# shellcheck disable=SC2086  # $n and $f are words
out=$(realpath "${1:?usage: make.sh FOLDER}")
work=$(mktemp -d)
near=offport-near far=offport-far
pids=()
end() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    ip netns del $near 2>/dev/null || true
    ip netns del $far 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT

ip netns add $near
ip netns add $far
ip -n $near link add wire0 type veth peer name wire0 netns $far
for name in $near $far; do
    ip netns exec "$name" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
    ip -n "$name" link set lo up
done
ip -n $near addr add 10.77.0.1/24 dev wire0
ip -n $near addr add fd77::1/64 dev wire0 nodad
ip -n $far addr add 10.77.0.2/24 dev wire0
ip -n $far addr add fd77::2/64 dev wire0 nodad
ip -n $near link set wire0 up
ip -n $far link set wire0 up
# Words, not functions: a command in the background is then its own process.
n="ip netns exec $near"
f="ip netns exec $far"

# Servers, at home and away.
mkdir "$work/www"
echo hello >"$work/www/index.html"
$f python3 -m http.server --bind :: --directory "$work/www" 80 >/dev/null 2>&1 & pids+=($!)
$f python3 -m http.server --bind :: --directory "$work/www" 31337 >/dev/null 2>&1 & pids+=($!)
dropbearkey -t ed25519 -f "$work/key" >/dev/null 2>&1
$f dropbear -F -E -r "$work/key" -p 22 -p 2222 -P "$work/dropbear.pid" >/dev/null 2>&1 & pids+=($!)
$f redis-server --port 16379 --bind 0.0.0.0 --protected-mode no --save '' --dir "$work" >/dev/null & pids+=($!)
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/tls.key" -out "$work/tls.pem" -subj /CN=far.example -days 2 2>/dev/null
$f openssl s_server -quiet -www -accept 8443 -key "$work/tls.key" -cert "$work/tls.pem" >/dev/null 2>&1 & pids+=($!)
sleep 2

# A scan of some ports and one of all, IPv4 and IPv6.
$n nmap -n -sV -p 22,80,443,2222,8443,16379,31337 -oX "$out/nmap-versions.xml" 10.77.0.2 >"$work/nmap-versions.txt"
$n nmap -n -6 -sV -p 22,80,2222 -oX "$out/nmap-ipv6.xml" fd77::2 >"$work/nmap-ipv6.txt"
$n nmap -n -T5 -p- -oX "$out/nmap-all-ports.xml" 10.77.0.2 >"$work/nmap-all-ports.txt"
$n nmap -n -sn -oX "$out/nmap-hosts.xml" 10.77.0.0/29 >"$work/nmap-hosts.txt"
{
    for name in versions ipv6 all-ports hosts; do
        echo "nmap-$name open $(grep -c ' *open ' "$work/nmap-$name.txt" || true)"
        echo "nmap-$name hosts $(sed -n 's/.*(\([0-9]*\) host.* up).*/\1/p' "$work/nmap-$name.txt")"
    done
} >"$out/counts.txt"

# Traffic, from which softflowd makes flows. The firewall writes each first packet down.
$f iptables -A INPUT -i wire0 -p tcp --dport 23 -m conntrack --ctstate NEW -j NFLOG --nflog-prefix 'DROP telnet: ' --nflog-group 5
$f iptables -A INPUT -i wire0 -p tcp --dport 23 -j DROP
$f iptables -A INPUT -i wire0 -m conntrack --ctstate NEW -j NFLOG --nflog-prefix 'ACCEPT new: ' --nflog-group 5
$f ip6tables -A INPUT -i wire0 -p tcp -m conntrack --ctstate NEW -j NFLOG --nflog-prefix 'ACCEPT new: ' --nflog-group 5
plugins=$(find /usr/lib -name 'ulogd_inppkt_NFLOG.so' | head -n 1)
plugins=${plugins%/*}
{
    echo '[global]'
    echo "logfile=\"$work/ulogd.log\""
    for plugin in inppkt_NFLOG raw2packet_BASE filter_IFINDEX filter_IP2STR filter_PRINTPKT output_LOGEMU; do
        echo "plugin=\"$plugins/ulogd_$plugin.so\""
    done
    echo 'stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,print1:PRINTPKT,emu1:LOGEMU'
    printf '[log1]\ngroup=5\nnetlink_socket_buffer_size=1048576\n[emu1]\nfile="%s"\nsync=1\n' "$out/netfilter.log"
} >"$work/ulogd.conf"
rm -f "$out/netfilter.log"
$f ulogd -c "$work/ulogd.conf" >/dev/null 2>&1 & pids+=($!)
$n tcpdump -i wire0 -U -w "$work/wire.pcap" >/dev/null 2>&1 & tcpdump=$!
sleep 2
for ((turn = 0; turn < 20; turn++)); do
    $n curl -s http://10.77.0.2/ http://10.77.0.2:31337/ 'http://[fd77::2]:31337/' >/dev/null
    $n curl -sk https://10.77.0.2:8443/ >/dev/null
    printf 'PING\r\nQUIT\r\n' | $n timeout 2 python3 -c '
import socket, sys
s = socket.create_connection(("10.77.0.2", 16379))
s.sendall(sys.stdin.buffer.read())
s.recv(100)'
    $n timeout 1 bash -c 'exec 3<>/dev/tcp/10.77.0.2/2222; head -c 8 <&3 >/dev/null' || true
    $n timeout 0.1 bash -c 'exec 3<>/dev/tcp/10.77.0.2/23' 2>/dev/null || true
    $n bash -c 'exec 3<>/dev/tcp/10.77.0.2/9999' 2>/dev/null || true
done
$n ping -c 3 -i 0.2 -q 10.77.0.2 >/dev/null
sleep 2
kill $tcpdump
wait $tcpdump 2>/dev/null || true
$f iptables -L INPUT -n -v -x >"$work/iptables.txt"
$f ip6tables -L INPUT -n -v -x >>"$work/iptables.txt"
{
    echo "netfilter lines $(awk '$3 == "NFLOG" { sum += $1 } END { print sum }' "$work/iptables.txt")"
    echo "netfilter dropped $(awk '$3 == "NFLOG" && /DROP/ { sum += $1 } END { print sum }' "$work/iptables.txt")"
} >>"$out/counts.txt"

# The exporter's datagrams, taken by nfcapd and as a capture.
for version in 5 9 10; do
    mkdir -p "$work/nf$version"
    $n tcpdump -i lo -U -w "$out/netflow-$version.pcap" udp port 2055 >/dev/null 2>&1 & tcpdump=$!
    $n nfcapd -w "$work/nf$version" -p 2055 -b 127.0.0.1 >/dev/null 2>&1 & collector=$!
    sleep 1
    $n softflowd -r "$work/wire.pcap" -v $version -n 127.0.0.1:2055 -d >"$work/softflowd-$version.txt" 2>&1 || true
    sleep 1
    kill $collector $tcpdump
    wait $collector $tcpdump 2>/dev/null || true
    {
        echo "netflow-$version flows $(nfdump -R "$work/nf$version" -I | sed -n 's/^Flows: //p')"
        echo "netflow-$version ported $(nfdump -R "$work/nf$version" -q -o 'fmt:%pr' 'proto tcp or proto udp' | grep -c .)"
        echo "netflow-$version packets $(nfdump -R "$work/nf$version" -I | sed -n 's/^Packets: //p')"
        echo "netflow-$version bytes $(nfdump -R "$work/nf$version" -I | sed -n 's/^Bytes: //p')"
    } >>"$out/counts.txt"
done
cat "$out/counts.txt"
