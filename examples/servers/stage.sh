# shellcheck shell=bash disable=SC2034,SC2154
# The stage of a recipe: two machines, a cable, a recorder.  Sourced by record,
# inside its own namespaces.  The server is 10.30.0.1, the client 10.30.0.2.

server=10.30.0.1
client=10.30.0.2
state=/srv/state # configuration, keys and data of the servers

at_client() { ip netns exec client "$@"; }

build_network() {
  local end
  mount -t tmpfs -o mode=755 stage /run
  mkdir -p /run/netns /run/lock /run/user
  ip netns add client
  ip link set lo up
  ip link add eth0 address 02:30:00:00:00:01 type veth \
    peer name eth0 address 02:30:00:00:00:02 netns client
  # No router solicitations and the like: only the conversation is recorded.
  sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1
  at_client sysctl -q -w net.ipv6.conf.eth0.disable_ipv6=1
  # Offloading would put giant frames and unfinished checksums in a capture.
  ethtool -K eth0 tx off tso off gso off gro off >/dev/null
  at_client ethtool -K eth0 tx off tso off gso off gro off >/dev/null
  ip address add $server/24 dev eth0
  ip -n client address add $client/24 dev eth0
  ip -n client link set lo up
  for end in '' client; do ip ${end:+-n $end} link set eth0 up; done
}

# Files of this system that servers would read or write are covered with
# private ones.
private_files() {
  local file
  hostname stage
  mount -t tmpfs -o mode=755 stage /srv
  mkdir -p "$state/etc" /srv/here
  chmod 755 "$state"
  mount --bind "$here" /srv/here # it may lie below what is covered
  here=/srv/here
  printf '%s\n' '127.0.0.1 localhost' "$server stage.example stage" \
    "$client guest.example guest" >"$state/etc/hosts"
  echo 'nameserver 127.0.0.1' >"$state/etc/resolv.conf"
  for file in hosts resolv.conf; do mount --bind "$state/etc/$file" "/etc/$file"; done
  for file in /home /root /var/log /var/spool ${covers-}; do
    mkdir -p "$file"
    mount -t tmpfs -o mode=755 stage "$file"
  done
  mount -t tmpfs -o mode=1777 stage /tmp
  cd /
  unset OLDPWD
  export HOME=/root
  # Only for recipes that ask: the modules there are others than those of Debian's programs.
  [ -z "${modules-}" ] || export PYTHONPATH=$work/python
}

# run COMMAND...: a server in the background.
run() { "$@" </dev/null & }

# plain_kernel: servers and clients that tell of the kernel shall tell nothing.
plain_kernel() {
  gcc -shared -fPIC -o "$state/uname.so" "$here/uname.c"
  export LD_PRELOAD=$state/uname.so
}

# await PORT...: until the server listens there, at most 30 seconds.
await() {
  local port count=0
  for port; do
    until ss -Hltun | grep -qE ":$port "; do
      count=$((count + 1))
      [ "$count" -lt 300 ] || { echo "no server on $port" >&2; return 1; }
      sleep 0.1
    done
  done
}

# certificate: $state/key.pem and $state/cert.pem, of stage.example.
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -days 3650 -subj '/O=Example/CN=stage.example' \
    -keyout "$state/key.pem" -out "$state/cert.pem" 2>/dev/null
  chmod 644 "$state/key.pem"
}

# say PORT TEXT [SECONDS]: listens, then says line after line; printf's escapes hold.
say() {
  at_client timeout "${3-10}" /usr/bin/python3 - "$server" "$1" "$(printf '%b.' "$2")" <<'PY'
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 5) as s:
    s.settimeout(0.3)
    for line in ["", *sys.argv[3][:-1].splitlines(keepends=True)]:
        try:
            s.sendall(line.encode("latin-1"))
            while said := s.recv(4096):
                print(said)
        except (TimeoutError, ConnectionError, BrokenPipeError):
            pass
PY
}

# Records the cable while the recipe's client talks.
record() {
  local pid log=$state/tcpdump
  tcpdump -i eth0 -s 0 -U -Z root --immediate-mode -w "$state/all.pcap" \
    'ip or ip6' 2>"$log" &
  pid=$!
  until grep -q 'listening on' "$log"; do sleep 0.1; done
  use
  sleep 0.7
  kill -INT "$pid"
  wait "$pid" || true
  tcpdump -r "$state/all.pcap" ${frames:+-c $frames} -w "$work/captures/$name.pcap" 2>/dev/null
}

# row PORT TRANSPORT PROTOCOL STANDING [PRODUCT [VERSION [HOST]]]: a line of expected.tsv.
row() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$name" "${7-$server}" "$1" "$2" "$3" "$4" "${5--}" "${6--}" \
    >>"$work/captures/$name.tsv"
}

# both PROTOCOL TRANSPORT [PRODUCT [VERSION]]: rows of $home and $away.
both() {
  row "$home" "$2" "$1" expected "${@:3}"
  row "$away" "$2" "$1" off-port "${@:3}"
}

# upstream PACKAGE: the version that its authors gave it.
upstream() { dpkg-query -W -f '${source:Upstream-Version}' "$1" | sed 's/[+~].*//'; }
