# shellcheck shell=bash disable=SC2034
# The campus: one switch, one machine with all servers, three clients.
# Sourced by record.sh, inside its own namespaces.

state=/srv/lab            # configuration, keys and data of the servers
captures=$LAB_WORK/captures
logs=$LAB_WORK/logs

addresses4=(
  10.20.0.10 10.20.0.11 10.20.0.12                        # files
  10.20.1.22 10.20.1.23 10.20.1.24 10.20.1.25             # shells
  10.20.2.80 10.20.2.81 10.20.2.82 10.20.2.83 10.20.2.84  # web
  10.20.2.90 10.20.2.91                                   # web proxies
  10.20.3.25 10.20.3.26 10.20.3.110 10.20.3.111           # mail
  10.20.4.10 10.20.4.11 10.20.4.20 10.20.4.21             # databases
  10.20.4.30 10.20.4.31
  10.20.5.23 10.20.5.24 10.20.5.53 10.20.5.54             # infrastructure
  10.20.5.69 10.20.5.70 10.20.5.123 10.20.5.124
  10.20.5.161 10.20.5.162 10.20.5.183 10.20.5.184
)
addresses6=(
  fd00:20::10 fd00:20::11 fd00:20::12
  fd00:20::1:22 fd00:20::1:23 fd00:20::1:24
  fd00:20::2:80 fd00:20::2:81
  fd00:20::3:26 fd00:20::5:53 fd00:20::5:54
)

server() { ip netns exec server "$@"; }
reader() { ip netns exec reader "$@"; }   # reading room, 10.20.100.21
office() { ip netns exec office "$@"; }   # an office,    10.20.100.34
admin() { ip netns exec admin "$@"; }     # operations,   10.20.100.5

# Files of this system that the servers would read or write are covered with
# private ones: users, host names, run and log directories.
private_files() {
  local file secret
  hostname campus
  mount -t tmpfs -o mode=755 lab /srv
  mkdir -p "$state/etc" "$logs/carriers"
  for file in passwd group shadow; do cp -p "/etc/$file" "$state/etc/"; done
  secret=$(openssl passwd -6 -salt campus campus-lab)
  local id=3001 user
  for user in ada ben ariel; do
    echo "$user:x:$id:$id:$user:/home/$user:/bin/sh" >>"$state/etc/passwd"
    echo "$user:x:$id:" >>"$state/etc/group"
    echo "$user:$secret:19800:0:99999:7:::" >>"$state/etc/shadow"
    id=$((id + 1))
  done
  cat >"$state/etc/hosts" <<HOSTS
127.0.0.1 localhost
127.0.1.1 campus.example campus
10.20.0.10 files.campus.example
10.20.0.11 library.campus.example
10.20.2.80 www.campus.example news.campus.example wiki.campus.example
10.20.2.81 lab-results.campus.example
10.20.2.82 elite.campus.example
10.20.2.83 portal.campus.example shop.campus.example
10.20.2.84 panel.campus.example
10.20.3.25 mail.campus.example
10.20.100.5 admin.campus.example
10.20.100.21 reader.campus.example
10.20.100.34 office.campus.example
fd00:20::2:80 www6.campus.example
HOSTS
  echo "nameserver 127.0.0.1" >"$state/etc/resolv.conf"
  echo 'Authorized use only.' >"$state/etc/issue"
  cp "$state/etc/issue" "$state/etc/issue.net"
  echo 'Welcome to the campus shell server.' >"$state/etc/motd"
  for file in passwd group shadow hosts resolv.conf issue issue.net motd; do
    mount --bind "$state/etc/$file" "/etc/$file"
  done
  for file in /run /home /root /var/log /var/mail /var/spool /var/lib/chrony \
    /var/lib/mosquitto /var/lib/snmp /etc/update-motd.d; do
    mkdir -p "$file"
    mount -t tmpfs -o mode=755 lab "$file"
  done
  mkdir -p /run/netns /run/lock /run/sshd
  for user in ada ben ariel; do
    install -d -o "$user" -g "$user" "/home/$user"
  done
}

# attach NAME NUMBER: a namespace with eth0, plugged into the switch.
attach() {
  local name=$1 mac=02:20:00:00:00:$2
  ip netns add "$name"
  ip link add "to-$name" netns switch type veth \
    peer name eth0 address "$mac" netns "$name"
  ip -n switch link set "to-$name" master br0 up
  # Offloading would put giant frames and unfinished checksums in a capture.
  ip netns exec switch ethtool -K "to-$name" \
    tx off tso off gso off gro off >/dev/null
  ip netns exec "$name" ethtool -K eth0 \
    tx off tso off gso off gro off >/dev/null
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
}

build_network() {
  local address
  ip netns add switch
  ip -n switch link add br0 type bridge forward_delay 0 mcast_snooping 0
  ip -n switch link set br0 up
  attach server 10
  attach admin 05
  attach reader 21
  attach office 34
  for address in "${addresses4[@]}"; do
    ip -n server address add "$address/16" dev eth0
  done
  for address in "${addresses6[@]}"; do
    ip -n server address add "$address/64" dev eth0 nodad
  done
  ip -n admin address add 10.20.100.5/16 dev eth0
  ip -n admin address add fd00:20::100:5/64 dev eth0 nodad
  ip -n reader address add 10.20.100.21/16 dev eth0
  ip -n reader address add fd00:20::100:21/64 dev eth0 nodad
  ip -n office address add 10.20.100.34/16 dev eth0
  ip -n office address add fd00:20::100:34/64 dev eth0 nodad
  sleep 3 # link-local addresses settle before anything is recorded
}

# record NAME FUNCTION [TCPDUMP OPTION...]: record the server's eth0 (or
# what the options say) while the function runs.
record() {
  local name=$1 function=$2 log=$logs/$1.tcpdump pid talk options=(-i eth0)
  shift 2
  [ $# = 0 ] || options=("$@")
  echo "recording $name"
  ip netns exec server tcpdump -s 0 -U -Z root --immediate-mode \
    "${options[@]}" -w "$captures/$name.pcap" 2>"$log" &
  pid=$!
  until grep -q 'listening on' "$log"; do sleep 0.1; done
  (set -e; "$function") >"$logs/$name" 2>&1 &
  talk=$!
  wait "$talk" || {
    echo "$function failed; its output:" >&2
    tail -20 "$logs/$name" >&2
    return 1
  }
  sleep 0.7
  kill -INT "$pid"
  wait "$pid" || true
  grep -q '^0 packets dropped by kernel' "$log"
}
