# shellcheck shell=bash disable=SC2154
# Small captures for the decoding of packets: the same kind of session inside
# VLAN tags, tunnels, fragments and other kinds of capture file.
# Sourced by record.sh; the captures go to the folder carriers.

plain4() { dropbear_client office 10.20.1.24 8080 'echo hello'; }
plain6() { dropbear_client office fd00:20::1:24 8080 'echo hello'; }
in_vxlan() { dropbear_client office 10.20.200.10 2222 'echo hello'; }
long_dns4() { ask office @10.20.5.53 +bufsize=4096 long.campus.example TXT; }
long_dns6() { ask office @fd00:20::5:53 +bufsize=4096 long.campus.example TXT; }
long_tftp() {
  fetch admin --tftp-blksize 4000 -o /dev/null \
    tftp://10.20.5.70:6969/firmware.bin
}

build_vxlan() {
  ip -n server link add vxlan20 type vxlan id 20 dstport 4789 \
    local 10.20.1.24 remote 10.20.100.34 dev eth0
  ip -n office link add vxlan20 type vxlan id 20 dstport 4789 \
    local 10.20.100.34 remote 10.20.1.24 dev eth0
  ip -n server address add 10.20.200.10/24 dev vxlan20
  ip -n office address add 10.20.200.34/24 dev vxlan20
  ip -n server link set vxlan20 up
  ip -n office link set vxlan20 up
  run dropbear-vxlan dropbear -F -E -s -P /run/dropbear-vxlan.pid \
    -r "$state/keys/dropbear_host" -p 10.20.200.10:2222
  await 10.20.200.10:2222
  sleep 2
}

# reshape SHAPE FROM TO: see reshape.py
reshape() {
  python3 "$LAB_HERE/reshape.py" "$1" "$captures/$2.pcap" "$captures/$3.pcap"
}

record_carriers() {
  local shape
  mkdir "$captures/carriers"
  cat "$state"/holdings.txt{,,,} >"$state/tftp/firmware.bin"

  record carriers/ssh-plain plain4 -i eth0 host 10.20.1.24
  record carriers/ssh-plain6 plain6 -i eth0 host fd00:20::1:24
  record carriers/ssh-on-cooked plain4 -i any -y LINUX_SLL host 10.20.1.24
  record carriers/ssh-on-cooked2 plain4 -i any -y LINUX_SLL2 host 10.20.1.24
  record carriers/ssh-nanoseconds plain4 -i eth0 \
    --time-stamp-precision=nano host 10.20.1.24
  record carriers/dns-in-fragments long_dns4 -i eth0 host 10.20.5.53
  record carriers/dns-in-fragments6 long_dns6 -i eth0 host fd00:20::5:53
  record carriers/tftp-in-fragments long_tftp -i eth0 host 10.20.5.70
  build_vxlan
  record carriers/ssh-in-vxlan in_vxlan -i eth0 udp port 4789

  editcap -F pcapng "$captures/carriers/ssh-plain.pcap" \
    "$captures/carriers/ssh-plain.pcapng"
  for shape in vlan qinq gre gretap ipip mpls pppoe fragments; do
    reshape $shape carriers/ssh-plain "carriers/ssh-in-$shape"
  done
  for shape in raw bigendian; do
    reshape $shape carriers/ssh-plain "carriers/ssh-$shape"
  done
  reshape sit carriers/ssh-plain6 carriers/ssh-in-6in4
}

write_versions() {
  local name
  {
    for name in openssh-server dropbear-bin vsftpd nginx-light openssl \
      tinyproxy-bin opensmtpd dovecot-core mariadb-server redis-server \
      unbound dnsmasq-base mosquitto inetutils-telnetd tftpd-hpa snmpd chrony; do
      dpkg-query -W -f '${Package} ${Version}\n' "$name"
    done
    dpkg-query -W -f '${Package} ${Version}\n' 'postgresql-[0-9]*' | grep ' .'
    echo "pure-ftpd $(cat "$LAB_WORK/packages/pure-ftpd.version")"
  } | sort >"$captures/versions.txt"
}
