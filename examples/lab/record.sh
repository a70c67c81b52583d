#!/bin/bash
# Records the captures of this folder: real servers, real clients, a small
# campus made of network namespaces.  Run it as root on Debian 12.
#
#   ./record.sh                 record everything, replace the captures here
#   ./record.sh --logs FOLDER   the same, and copy the servers' logs there
#   ./record.sh --serve COMMAND...   record nothing: run the command at the
#                               office, while the servers run
#
# Nothing runs in the namespaces of the host.  The script starts itself again
# in mount, process, network, host name and IPC namespaces of its own; when
# that inner process ends, the kernel ends every daemon and removes every
# namespace, interface and mount with it.  Only installed packages stay.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

packages=(
  iproute2 util-linux ethtool tcpdump wireshark-common tshark openssl python3
  openssh-server openssh-client dropbear-bin vsftpd libsodium23 nginx-light
  tinyproxy-bin opensmtpd swaks dovecot-imapd dovecot-pop3d redis-server
  redis-tools dnsmasq-base unbound bind9-dnsutils mariadb-server
  mariadb-client postgresql mosquitto mosquitto-clients inetutils-telnetd
  inetutils-inetd inetutils-telnet tftpd-hpa tftp-hpa snmpd snmp chrony lftp
  tnftp curl
)

policy=/usr/sbin/policy-rc.d # when there, services do not start
made_policy=no               # yes: this script made it
work=                        # a temporary directory
inner=                       # the process that records

clean_up() {
  if [ -n "$inner" ]; then
    kill -KILL "$inner" 2>/dev/null || true
    wait "$inner" 2>/dev/null || true
  fi
  [ -z "$work" ] || rm -rf "$work"
  [ "$made_policy" = no ] || rm -f "$policy"
}

# Install the packages that are missing, without letting them start services.
install_packages() {
  local missing=() name
  for name in "${packages[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$name" 2>/dev/null |
      grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "installing: ${missing[*]}"
  if [ ! -e "$policy" ]; then
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null
}

# Pure-FTPd and vsftpd refuse to be installed together, so Pure-FTPd is only
# unpacked from its Debian package.
unpack_pure_ftpd() {
  mkdir -p "$1"
  (cd "$1" && apt-get download -qq -o APT::Sandbox::User=root pure-ftpd &&
    dpkg -x pure-ftpd_*.deb pure-ftpd &&
    dpkg-deb -f pure-ftpd_*.deb Version >pure-ftpd.version)
}

outside() {
  local logs_to=${1-} status=0
  shift || true
  [ "$(id -u)" = 0 ] || { echo "record.sh must run as root" >&2; exit 1; }
  trap clean_up EXIT
  trap 'exit 130' INT TERM
  install_packages
  work=$(mktemp -d)
  chmod 755 "$work"
  unpack_pure_ftpd "$work/packages"
  mkdir "$work/captures"
  unshare --mount --pid --net --uts --ipc --fork --kill-child --mount-proc \
    "$here/record.sh" --inside "$work" "$@" &
  inner=$!
  wait "$inner" || status=$?
  inner=
  if [ -n "$logs_to" ]; then
    mkdir -p "$logs_to"
    cp -r "$work/logs/." "$logs_to/"
  fi
  [ $# = 0 ] || exit "$status"
  [ "$status" = 0 ] || { echo "recording failed ($status)" >&2; exit "$status"; }
  rm -rf "$here"/*.pcap "$here/carriers"
  cp -r "$work"/captures/* "$here/"
  echo "recorded: $(du -bc "$work/captures" | tail -1 | cut -f1) bytes"
}

inside() {
  export LAB_WORK=$1 LAB_HERE=$here
  trap 'exit 130' INT TERM
  # shellcheck source=network.sh
  . "$here/network.sh"
  # shellcheck source=servers.sh
  . "$here/servers.sh"
  # shellcheck source=clients.sh
  . "$here/clients.sh"

  . "$here/carriers.sh"

  private_files
  build_network
  start_servers
  shift
  if [ $# -gt 0 ]; then
    office "$@"
    return
  fi

  record ssh-on-22-2222-8080 use_ssh
  record ftp-on-21-419-2100 use_ftp
  record http-on-80-8000-31337 use_http
  record smtp-on-25-2525 use_smtp
  record tls-on-443-8443 use_tls
  record http-proxy use_proxies
  record ipv6 use_ipv6
  record mail-access use_mail_access
  record databases use_databases
  record dns use_dns
  record mqtt use_mqtt
  record telnet use_telnet
  record management use_management

  # Everything above, in order of time.
  mergecap -F pcap -w "$LAB_WORK/captures/campus.pcap" \
    "$LAB_WORK"/captures/*.pcap

  # Small captures that exercise the decoding of packets.
  record_carriers
  write_versions
}

case ${1-} in
--inside) shift; inside "$@" ;;
--logs) outside "${2:?a folder for the logs}" ;;
--serve) shift; outside '' "${@:?a command}" ;;
'') outside ;;
*) echo "usage: record.sh [--logs FOLDER | --serve COMMAND...]" >&2; exit 2 ;;
esac
