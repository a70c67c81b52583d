# shellcheck shell=bash disable=SC2154
# What the clients do while a capture is recorded.  Sourced by record.sh.

# --- shells ---------------------------------------------------------------

# openssh NAMESPACE-FUNCTION ADDRESS PORT COMMAND [OPTION...]
openssh() {
  local from=$1 to=$2 port=$3 command=$4
  shift 4
  "$from" ssh -F none -o BatchMode=yes -o LogLevel=ERROR \
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    -i "$state/keys/ada" "$@" -p "$port" "ada@$to" "$command"
}

dropbear_client() { # NAMESPACE-FUNCTION ADDRESS PORT COMMAND
  "$1" dbclient -y -y -i "$state/keys/ben" -p "$3" "ben@$2" "$4" </dev/null
}

use_ssh() {
  openssh admin 10.20.1.22 22 'echo hello' \
    -o KexAlgorithms=curve25519-sha256
  openssh reader 10.20.1.23 2222 'ls -a'
  dropbear_client office 10.20.1.23 2222 'echo again'
  openssh office 10.20.1.24 8080 'pwd'
  dropbear_client reader 10.20.1.25 22 'id'
}

# --- files ----------------------------------------------------------------

fetch() { # NAMESPACE-FUNCTION CURL-OPTION...: curl, nothing read or shown
  local from=$1
  shift
  "$from" curl -q -sS -m 20 "$@"
}

use_ftp() {
  local user=ada:campus-lab ariel=ariel:campus-lab list=$state/holdings.txt

  # The file server: PORT down, PASV up, EPRT and EPSV over IPv4 as well.
  fetch office -u "$user" --disable-eprt -P - ftp://10.20.0.10/holdings.txt
  fetch office -u "$user" --disable-epsv -T "$list" ftp://10.20.0.10/new.txt
  fetch reader -u "$user" -P - ftp://10.20.0.10/ \
    --next -sS -m 20 -u "$user" ftp://10.20.0.10/new.txt

  # The library: a workstation delivers scans, another one fetches them, both
  # ways in one session each.
  fetch reader -u "$ariel" --disable-epsv -T "$list" \
    ftp://10.20.0.11:419/scan1.tif \
    --next -sS -m 20 -u "$ariel" --disable-eprt -P - -T "$list" \
    ftp://10.20.0.11:419/scan2.tif
  fetch office -u "$ariel" --disable-eprt -P - \
    ftp://10.20.0.11:419/scan1.tif \
    --next -sS -m 20 -u "$ariel" ftp://10.20.0.11:419/scan2.tif

  # The one nobody knew of: anonymous, with an upload directory.
  printf '%s\n' 'user anonymous guest@example.org' binary passive \
    "put $list incoming/drop-passive.rar" 'passive' \
    "put $list incoming/drop-active.rar" quit |
    office tnftp -n -v -p 10.20.0.12 2100
  reader lftp -c "set ftp:passive-mode on; set net:timeout 10;
    open -p 2100 10.20.0.12; cls -l; cat release.nfo; bye"
  reader lftp -c "set ftp:passive-mode off; set net:timeout 10;
    open -p 2100 10.20.0.12; cat release.nfo; bye"
}

# --- web ------------------------------------------------------------------

use_http() {
  fetch reader http://www.campus.example/ http://www.campus.example/missing
  fetch office http://news.campus.example/
  fetch office http://wiki.campus.example/
  fetch admin -I http://10.20.2.80/
  fetch reader http://lab-results.campus.example:8000/
  fetch office -d 'sample=17&ok=1' \
    http://lab-results.campus.example:8000/index.html
  fetch office http://elite.campus.example:31337/
  fetch reader -A 'Mozilla/5.0' http://10.20.2.82:31337/
}

use_tls() {
  fetch reader -k https://portal.campus.example/
  fetch office -k --tls-max 1.2 https://shop.campus.example/
  fetch office -k https://10.20.2.83/ # no name in the hello
  (cd "$state/www/portal" && fetch reader -k -o /dev/null \
    https://panel.campus.example:8443/index.html)
  fetch office -k --tls-max 1.2 -o /dev/null \
    https://panel.campus.example:8443/index.html
}

use_proxies() {
  fetch reader -x http://10.20.2.90:3128 http://www.campus.example/
  fetch reader -k -x http://10.20.2.90:3128 https://portal.campus.example/
  fetch office -x http://10.20.2.91:8888 http://elite.campus.example:31337/
  fetch office -k -x http://10.20.2.91:8888 https://panel.campus.example:8443/ \
    -o /dev/null
  # A CONNECT that the proxy refuses.
  fetch office -p -x http://10.20.2.91:8888 http://10.20.1.22:22/ || true
}

# --- mail -----------------------------------------------------------------

send_mail() { # NAMESPACE-FUNCTION ADDRESS PORT [SWAKS-OPTION...]
  local from=$1 to=$2 port=$3
  shift 3
  "$from" swaks --server "$to" --port "$port" \
    --ehlo "$from.campus.example" --from ben@campus.example \
    --to ada@campus.example --h-Subject 'Opening hours' \
    --body 'The library closes at six.' "$@"
}

use_smtp() {
  send_mail office 10.20.3.25 25
  send_mail reader 10.20.3.25 25 --to postmaster@campus.example
  send_mail reader 10.20.3.26 2525
  send_mail office 10.20.3.26 2525 --to nobody@elsewhere.example || true
}

use_mail_access() {
  local user=ada:campus-lab
  fetch office -u "$user" 'imap://10.20.3.110/INBOX;MAILINDEX=1'
  fetch reader -u ben:campus-lab pop3://10.20.3.110/1
  # STARTTLS: the session begins as IMAP and goes on as TLS.
  fetch reader -k --ssl-reqd -u ben:campus-lab \
    'imap://10.20.3.110/INBOX;MAILINDEX=1'
  fetch office -u "$user" 'imap://10.20.3.111:9143/INBOX;MAILINDEX=1'
  fetch reader -u ben:campus-lab pop3://10.20.3.111:1100/1
}

# --- databases ------------------------------------------------------------

use_databases() {
  local at
  for at in 10.20.4.10:3306 10.20.4.11:33306; do
    office mariadb --no-defaults -h "${at%:*}" -P "${at#*:}" -u ada \
      -pcampus-lab --skip-ssl -e 'SELECT title FROM loans.books'
  done
  for at in 10.20.4.20:5432 10.20.4.21:15432; do
    PGPASSWORD=campus-lab reader psql -X -At -h "${at%:*}" -p "${at#*:}" \
      -U ada -d postgres -c "SELECT 'loans', 2 + 2"
  done
  for at in 10.20.4.30:6379 10.20.4.31:7777; do
    office redis-cli -h "${at%:*}" -p "${at#*:}" SET session:17 ada
    reader redis-cli -h "${at%:*}" -p "${at#*:}" GET session:17
  done
}

# --- infrastructure -------------------------------------------------------

ask() { # NAMESPACE-FUNCTION DIG-ARGUMENT...
  local from=$1
  shift
  "$from" dig +time=3 +tries=1 +noall +answer "$@"
}

use_dns() {
  ask reader @10.20.5.53 www.campus.example A
  ask reader @10.20.5.53 www.campus.example AAAA
  ask office @10.20.5.53 campus.example MX
  ask office @10.20.5.53 gone.campus.example A
  ask office @10.20.5.53 +tcp files.campus.example A
  ask office @10.20.5.54 -p 5300 a1b2c3.tunnel.example A
  ask reader @10.20.5.54 -p 5300 key.tunnel.example TXT
  ask office @10.20.5.54 -p 5300 +tcp d4e5f6.tunnel.example A
}

use_mqtt() {
  local at listener
  for at in '10.20.5.183 1883' '10.20.5.184 18830'; do
    reader mosquitto_sub -h "${at% *}" -p "${at#* }" -i display -C 1 -W 10 \
      -t campus/reading-room/temperature &
    listener=$!
    sleep 0.5
    office mosquitto_pub -h "${at% *}" -p "${at#* }" -i sensor-17 -q 1 \
      -t campus/reading-room/temperature -m 21.5
    wait "$listener"
  done
}

use_telnet() {
  local at
  for at in '10.20.5.23 23' '10.20.5.24 2323'; do
    {
      sleep 1.5; echo ada
      sleep 1; echo campus-lab
      sleep 1.5; echo 'echo hello'
      sleep 0.5; echo exit
      sleep 0.5
    } | TERM=vt100 reader inetutils-telnet "${at% *}" "${at#* }" || true
  done
}

use_management() {
  local at
  for at in '10.20.5.69 69' '10.20.5.70 6969'; do
    admin tftp -m binary "${at% *}" "${at#* }" -c get firmware.txt /dev/null
    fetch admin --tftp-no-options -o /dev/null \
      "tftp://${at% *}:${at#* }/edge-switch.cfg"
  done
  for at in 10.20.5.161:161 10.20.5.162:1161; do
    admin snmpget -m '' -v 2c -c campus-ro "udp:$at" \
      1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.5.0
    admin snmpget -m '' -v 1 -c campus-ro "udp:$at" 1.3.6.1.2.1.1.6.0
  done
  for at in '10.20.5.123 123' '10.20.5.124 10123'; do
    office chronyd -Q -u root -t 4 -f /dev/null "pidfile /run/chrony-client.pid" \
      "server ${at% *} port ${at#* } iburst maxsamples 1" || true
  done
}

# --- IPv6 -----------------------------------------------------------------

use_ipv6() {
  local user=ada:campus-lab ariel=ariel:campus-lab
  printf 'From: ben@campus.example\nSubject: Shelves\n\nThey are full.\n' \
    >"$state/letter.txt"
  openssh admin fd00:20::1:22 22 'echo hello' \
    -o KexAlgorithms=curve25519-sha256
  dropbear_client reader fd00:20::1:23 2222 'echo hello'
  fetch reader http://www6.campus.example/
  fetch office 'http://[fd00:20::2:81]:8000/'
  # EPRT, then EPSV.
  fetch office -u "$user" -P - 'ftp://[fd00:20::10]/holdings.txt' \
    --next -sS -m 20 -u "$user" 'ftp://[fd00:20::10]/holdings.txt'
  fetch office -u "$ariel" -P - 'ftp://[fd00:20::11]:419/holdings.txt' \
    --next -sS -m 20 -u "$ariel" -T "$state/holdings.txt" \
    'ftp://[fd00:20::11]:419/scan3.tif'
  fetch reader -u "$user" -P - 'ftp://[fd00:20::12]:2100/holdings.txt' \
    --next -sS -m 20 -u "$user" 'ftp://[fd00:20::12]:2100/holdings.txt'
  fetch reader --mail-from ben@campus.example --mail-rcpt ada@campus.example \
    -T "$state/letter.txt" 'smtp://[fd00:20::3:26]:2525/reader.campus.example'
  ask reader @fd00:20::5:53 www.campus.example AAAA
  ask office @fd00:20::5:54 -p 5300 e5f6a7.tunnel.example A
}
