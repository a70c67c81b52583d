# shellcheck shell=bash disable=SC2154
# The servers, each on its usual port and on a port where it should not be.
# Sourced by record.sh after network.sh; all run in the namespace "server".

# run NAME COMMAND...: a server in the background, its output in a log.
run() {
  local name=$1
  shift
  ip netns exec server "$@" >"$logs/$name" 2>&1 </dev/null &
}

# await ADDRESS:PORT...: until the sockets are there, at most 30 seconds.
await() {
  local socket count=0
  for socket in "$@"; do
    until ip netns exec server ss -Hltun | grep -qF "$socket "; do
      count=$((count + 1))
      [ "$count" -lt 300 ] || { echo "no server on $socket" >&2; return 1; }
      sleep 0.1
    done
  done
}

start_servers() {
  mkdir -p "$state/keys"
  make_certificates
  serve_ssh
  serve_ftp
  serve_http
  serve_smtp
  serve_mail_access
  serve_databases
  serve_dns
  serve_mqtt
  serve_telnet
  serve_management
}

make_certificates() {
  local name
  for name in portal.campus.example panel.campus.example mail.campus.example; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
      -days 3650 -subj "/O=Example Campus/CN=$name" \
      -keyout "$state/keys/$name.key" -out "$state/keys/$name.pem" 2>/dev/null
  done
}

# --- shells ---------------------------------------------------------------

sshd_config() { # ADDRESS PORT
  cat <<CONF
ListenAddress $1
Port $2
HostKey $state/keys/ssh_host
PidFile none
UsePAM no
UseDNS no
PrintMotd no
PasswordAuthentication no
Subsystem sftp internal-sftp
CONF
}

serve_ssh() {
  local user at
  ssh-keygen -q -t ed25519 -N '' -C campus -f "$state/keys/ssh_host"
  ssh-keygen -q -t ed25519 -N '' -C ada -f "$state/keys/ada"
  dropbearkey -t ed25519 -f "$state/keys/dropbear_host" >/dev/null 2>&1
  dropbearkey -t ed25519 -f "$state/keys/ben" 2>/dev/null |
    grep '^ssh-' >"$state/keys/ben.pub"
  for user in ada ben; do
    install -d -m 700 -o "$user" -g "$user" "/home/$user/.ssh"
    cat "$state/keys/ada.pub" "$state/keys/ben.pub" \
      >"/home/$user/.ssh/authorized_keys"
    chown "$user:$user" "/home/$user/.ssh/authorized_keys"
  done
  for at in '10.20.1.22 22' '10.20.1.23 2222' \
    'fd00:20::1:22 22' 'fd00:20::1:23 2222'; do
    # shellcheck disable=SC2086
    sshd_config $at >"$state/sshd-${at// /-}.conf"
    run "sshd-${at// /-}" /usr/sbin/sshd -D -e -f "$state/sshd-${at// /-}.conf"
  done
  for at in 10.20.1.24:8080 '[fd00:20::1:24]:8080' 10.20.1.25:22; do
    run "dropbear-$at" dropbear -F -E -s -P "/run/dropbear-$at.pid" \
      -r "$state/keys/dropbear_host" -p "$at"
  done
  await 10.20.1.22:22 10.20.1.23:2222 10.20.1.24:8080 10.20.1.25:22 \
    '[fd00:20::1:22]:22' '[fd00:20::1:23]:2222' '[fd00:20::1:24]:8080'
}

# --- files ----------------------------------------------------------------

vsftpd_config() { # ADDRESS PORT
  case $1 in
  *:*) printf 'listen=NO\nlisten_ipv6=YES\nlisten_address6=%s\n' "$1" ;;
  *) printf 'listen=YES\nlisten_ipv6=NO\nlisten_address=%s\n' "$1" ;;
  esac
  cat <<CONF
listen_port=$2
background=NO
connect_from_port_20=YES
ftp_data_port=$(($2 - 1))
port_enable=YES
pasv_min_port=40000
pasv_max_port=40999
pam_service_name=vsftpd
local_enable=YES
write_enable=YES
chroot_local_user=YES
allow_writeable_chroot=YES
secure_chroot_dir=/run/vsftpd/empty
xferlog_enable=NO
seccomp_sandbox=NO
CONF
}

serve_ftp() {
  local at
  mkdir -p /run/vsftpd/empty /srv/ftp "$state/pub/incoming"
  chmod 733 "$state/pub/incoming"
  python3 -c 'print("\n".join(f"{n:04d} campus serials holdings" for n in range(40)))' \
    >"$state/holdings.txt"
  cp "$state/holdings.txt" "$state/pub/release.nfo"
  cp "$state/holdings.txt" /home/ada/holdings.txt
  cp "$state/holdings.txt" /home/ariel/holdings.txt
  chown ada:ada /home/ada/holdings.txt
  chown ariel:ariel /home/ariel/holdings.txt

  vsftpd_config 10.20.0.10 21 >"$state/ftp-21.conf"
  {
    vsftpd_config 10.20.0.12 2100
    printf 'anonymous_enable=YES\nanon_upload_enable=YES\nanon_root=%s\n' \
      "$state/pub"
    echo 'ftpd_banner=t3h dr0p (ratio 1:3)'
  } >"$state/ftp-2100.conf"
  for at in 21 419 2100; do
    vsftpd_config "fd00:20::1$((at == 419 ? 1 : at == 2100 ? 2 : 0))" "$at" \
      >"$state/ftp6-$at.conf"
    run "ftp6-$at" vsftpd "$state/ftp6-$at.conf"
  done
  run ftp-21 vsftpd "$state/ftp-21.conf"
  run ftp-2100 vsftpd "$state/ftp-2100.conf"
  run ftp-419 "$LAB_WORK/packages/pure-ftpd/usr/sbin/pure-ftpd" \
    -4 -A -E -H -l unix -S 10.20.0.11,419 -p 41000:41999 -g /run/pure-ftpd.pid
  await 10.20.0.10:21 10.20.0.11:419 10.20.0.12:2100 \
    '[fd00:20::10]:21' '[fd00:20::11]:419' '[fd00:20::12]:2100'
}

# --- web ------------------------------------------------------------------

serve_http() {
  local name
  mkdir -p "$state/www" "$state/nginx"
  for name in www news wiki lab-results elite portal shop; do
    mkdir "$state/www/$name"
    printf '<!doctype html>\n<title>%s</title>\n<p>This is %s on campus.\n' \
      "$name" "$name" >"$state/www/$name/index.html"
  done
  cat >"$state/nginx.conf" <<CONF
daemon off;
user www-data;
worker_processes 1;
pid /run/nginx.pid;
error_log stderr;
events { worker_connections 64; }
http {
  access_log off;
  types { text/html html; }
  client_body_temp_path $state/nginx/body;
  proxy_temp_path $state/nginx/proxy;
  fastcgi_temp_path $state/nginx/fastcgi;
  uwsgi_temp_path $state/nginx/uwsgi;
  scgi_temp_path $state/nginx/scgi;
  ssl_certificate $state/keys/portal.campus.example.pem;
  ssl_certificate_key $state/keys/portal.campus.example.key;
  server { listen 10.20.2.80:80 default_server;
           listen [fd00:20::2:80]:80 ipv6only=on;
           server_name www.campus.example www6.campus.example;
           root $state/www/www; }
  server { listen 10.20.2.80:80; server_name news.campus.example;
           root $state/www/news; }
  server { listen 10.20.2.80:80; server_name wiki.campus.example;
           root $state/www/wiki; }
  server { listen 10.20.2.81:8000;
           listen [fd00:20::2:81]:8000 ipv6only=on;
           server_name lab-results.campus.example;
           root $state/www/lab-results; }
  server { listen 10.20.2.82:31337; server_name elite.campus.example;
           root $state/www/elite; }
  server { listen 10.20.2.83:443 ssl; server_name portal.campus.example;
           root $state/www/portal; }
  server { listen 10.20.2.83:443 ssl; server_name shop.campus.example;
           root $state/www/shop; }
}
CONF
  run nginx nginx -e stderr -c "$state/nginx.conf"
  run tls-8443 openssl s_server -quiet -WWW -accept 10.20.2.84:8443 \
    -cert "$state/keys/panel.campus.example.pem" \
    -key "$state/keys/panel.campus.example.key"
  for name in 10.20.2.90:3128 10.20.2.91:8888; do
    cat >"$state/tinyproxy-$name.conf" <<CONF
User nobody
Group nogroup
Listen ${name%:*}
Port ${name#*:}
MaxClients 4
StartServers 1
ConnectPort 443
ConnectPort 8443
CONF
    run "tinyproxy-$name" tinyproxy -d -c "$state/tinyproxy-$name.conf"
  done
  await 10.20.2.80:80 10.20.2.81:8000 10.20.2.82:31337 10.20.2.83:443 \
    10.20.2.84:8443 10.20.2.90:3128 10.20.2.91:8888 \
    '[fd00:20::2:80]:80' '[fd00:20::2:81]:8000'
}

# --- mail -----------------------------------------------------------------

serve_smtp() {
  mkdir -p /var/spool/smtpd "$state/mail"
  chmod 711 /var/spool/smtpd
  cat >"$state/aliases" <<CONF
postmaster: ada
CONF
  cat >"$state/smtpd.conf" <<CONF
table aliases file:$state/aliases
listen on 10.20.3.25 port 25 hostname mail.campus.example
listen on 10.20.3.26 port 2525 hostname relay.campus.example
listen on fd00:20::3:26 port 2525 hostname relay.campus.example
action "local" maildir "/home/%{user.username}/Maildir" alias <aliases>
match from any for domain "campus.example" action "local"
CONF
  run smtpd smtpd -d -f "$state/smtpd.conf"
  await 10.20.3.25:25 10.20.3.26:2525 '[fd00:20::3:26]:2525'
}

serve_mail_access() {
  local user
  for user in ada ben; do
    mkdir -p "/home/$user/Maildir"/{cur,new,tmp}
    printf 'From: <library@campus.example>\r\nTo: <%s@campus.example>\r\nSubject: %s\r\nMessage-ID: <1.%s@campus.example>\r\n\r\n%s\r\n' \
      "$user" 'Your loan is due' "$user" 'Please bring it back.' \
      >"/home/$user/Maildir/new/1700000000.1.campus"
    chown -R "$user:$user" "/home/$user/Maildir"
  done
  cat >"$state/dovecot.conf" <<CONF
protocols = imap pop3
base_dir = /run/dovecot
log_path = /dev/stderr
ssl = yes
ssl_cert = <$state/keys/mail.campus.example.pem
ssl_key = <$state/keys/mail.campus.example.key
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
passdb {
  driver = shadow
}
userdb {
  driver = passwd
}
service imap-login {
  inet_listener imap {
    address = 10.20.3.110
    port = 143
  }
  inet_listener imap-odd {
    address = 10.20.3.111
    port = 9143
  }
}
service pop3-login {
  inet_listener pop3 {
    address = 10.20.3.110
    port = 110
  }
  inet_listener pop3-odd {
    address = 10.20.3.111
    port = 1100
  }
}
CONF
  run dovecot dovecot -F -c "$state/dovecot.conf"
  await 10.20.3.110:110 10.20.3.110:143 10.20.3.111:9143 10.20.3.111:1100
}

# --- databases ------------------------------------------------------------

serve_databases() {
  local at programs
  install -d -o mysql -g mysql "$state/mysql-3306"
  mariadb-install-db --user=mysql --datadir="$state/mysql-3306" \
    --auth-root-authentication-method=normal --skip-test-db \
    >"$logs/mariadb-install" 2>&1
  cp -a "$state/mysql-3306" "$state/mysql-33306"
  printf '%s\n' "CREATE DATABASE loans;" \
    "CREATE TABLE loans.books (id INT PRIMARY KEY, title VARCHAR(40));" \
    "INSERT INTO loans.books VALUES (1,'Port Numbers'),(2,'On Campus');" \
    "CREATE USER ada@'%' IDENTIFIED BY 'campus-lab';" \
    "GRANT SELECT ON loans.* TO ada@'%';" >"$state/loans.sql"
  for at in 10.20.4.10:3306 10.20.4.11:33306; do
    run "mariadb-$at" mariadbd --no-defaults --user=mysql \
      --datadir="$state/mysql-${at#*:}" --bind-address="${at%:*}" \
      --port="${at#*:}" --socket="$state/mysql-${at#*:}/socket" \
      --pid-file="$state/mysql-${at#*:}/pid" --skip-name-resolve \
      --init-file="$state/loans.sql"
  done

  programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)
  install -d -o postgres -g postgres "$state/postgres-5432" /run/postgresql
  setpriv --reuid postgres --regid postgres --clear-groups \
    "$programs/initdb" -D "$state/postgres-5432" -A trust -N \
    >"$logs/postgres-initdb" 2>&1
  echo 'host all all 10.20.0.0/16 scram-sha-256' \
    >>"$state/postgres-5432/pg_hba.conf"
  echo "CREATE ROLE ada LOGIN PASSWORD 'campus-lab';" |
    setpriv --reuid postgres --regid postgres --clear-groups \
      "$programs/postgres" --single -D "$state/postgres-5432" postgres \
      >"$logs/postgres-role" 2>&1
  cp -a "$state/postgres-5432" "$state/postgres-15432"
  for at in 10.20.4.20:5432 10.20.4.21:15432; do
    run "postgres-$at" setpriv --reuid postgres --regid postgres \
      --clear-groups "$programs/postgres" -D "$state/postgres-${at#*:}" \
      -h "${at%:*}" -p "${at#*:}" -k /run/postgresql
  done

  for at in 10.20.4.30:6379 10.20.4.31:7777; do
    run "redis-$at" redis-server --bind "${at%:*}" --port "${at#*:}" \
      --protected-mode no --save '' --dir "$state"
  done
  await 10.20.4.10:3306 10.20.4.11:33306 10.20.4.20:5432 10.20.4.21:15432 \
    10.20.4.30:6379 10.20.4.31:7777
}

# --- infrastructure -------------------------------------------------------

serve_dns() {
  local long
  # An answer of about 3000 bytes, which has to be fragmented.
  long=$(python3 -c 'print(" ".join("\"" + c * 250 + "\"" for c in "abcdefghijkl"))')
  cat >"$state/unbound.conf" <<CONF
server:
  interface: 10.20.5.53
  interface: fd00:20::5:53
  port: 53
  username: unbound
  chroot: ""
  directory: "$state"
  pidfile: ""
  use-syslog: no
  access-control: 10.20.0.0/16 allow
  access-control: fd00:20::/64 allow
  max-udp-size: 4096
  edns-buffer-size: 4096
  hide-identity: yes
  module-config: "iterator"
  local-zone: "campus.example." static
  local-data: "campus.example. IN MX 10 mail.campus.example."
  local-data: "www.campus.example. IN A 10.20.2.80"
  local-data: "www.campus.example. IN AAAA fd00:20::2:80"
  local-data: "files.campus.example. IN A 10.20.0.10"
  local-data: "mail.campus.example. IN A 10.20.3.25"
  local-data: 'long.campus.example. IN TXT $long'
remote-control:
  control-enable: no
CONF
  run unbound unbound -d -c "$state/unbound.conf"
  run dnsmasq dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv \
    --no-hosts --port=5300 --bind-interfaces --listen-address=10.20.5.54 \
    --listen-address=fd00:20::5:54 --user=nobody --pid-file \
    --except-interface=lo --log-facility=- \
    --address=/tunnel.example/10.20.5.54 --txt-record=key.tunnel.example,aGVsbG8
  await 10.20.5.53:53 10.20.5.54:5300 '[fd00:20::5:53]:53' \
    '[fd00:20::5:54]:5300'
}

serve_mqtt() {
  printf '%s\n' 'per_listener_settings false' 'allow_anonymous true' \
    'persistence false' 'listener 1883 10.20.5.183' \
    'listener 18830 10.20.5.184' >"$state/mosquitto.conf"
  run mosquitto mosquitto -c "$state/mosquitto.conf"
  await 10.20.5.183:1883 10.20.5.184:18830
}

serve_telnet() {
  cat >"$state/inetd.conf" <<CONF
10.20.5.23:23   stream tcp nowait root /usr/sbin/telnetd telnetd -h
10.20.5.24:2323 stream tcp nowait root /usr/sbin/telnetd telnetd -h
CONF
  run inetd inetutils-inetd -d "$state/inetd.conf"
  await 10.20.5.23:23 10.20.5.24:2323
}

serve_management() {
  local at
  mkdir -p "$state/tftp"
  printf 'hostname edge-switch\nvlan 20 name campus\nend\n' \
    >"$state/tftp/edge-switch.cfg"
  cp "$state/holdings.txt" "$state/tftp/firmware.txt"
  chmod -R a+rX "$state/tftp"
  for at in 10.20.5.69:69 10.20.5.70:6969; do
    run "tftpd-$at" in.tftpd --foreground --address "$at" --user nobody \
      --secure "$state/tftp"
  done

  cat >"$state/snmpd.conf" <<CONF
agentaddress udp:10.20.5.161:161,udp:10.20.5.162:1161
rocommunity campus-ro 10.20.0.0/16
sysDescr Example campus core switch
sysName core-switch.campus.example
sysLocation library basement
sysContact operations@campus.example
CONF
  run snmpd snmpd -f -Lo -C -c "$state/snmpd.conf" -p /run/snmpd.pid

  for at in '10.20.5.123 123' '10.20.5.124 10123'; do
    cat >"$state/chrony-${at#* }.conf" <<CONF
local stratum 10
allow 10.20.0.0/16
bindaddress ${at% *}
port ${at#* }
cmdport 0
bindcmdaddress /
pidfile /run/chronyd-${at#* }.pid
CONF
    run "chronyd-${at#* }" chronyd -x -d -u root -f "$state/chrony-${at#* }.conf"
  done
  await 10.20.5.69:69 10.20.5.70:6969 10.20.5.161:161 10.20.5.162:1161 \
    10.20.5.123:123 10.20.5.124:10123
}
