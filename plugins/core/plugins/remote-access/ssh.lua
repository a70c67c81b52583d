-- Both sides open with an identification line: SSH-protoversion-softwareversion SP comments CR LF.
protocol "ssh" {
  title     = "Secure Shell",
  reference = "RFC 4253 section 4.2",
  category  = "remote-access",
  ports     = { "22/tcp" },
  alternates = { "2222/tcp", "22222/tcp" },

  -- A server may send other lines before its identification; a client may not.
  tcp { client = starts "SSH-", server = line "SSH-", alone = { "client", "server" } },
  -- A server that names itself is an SSH server, whatever was said to it (a web scanner, a TLS hello, garbage).
  tcp { server = starts "SSH-" },

  fields {
    server = {
      [[(?m)^(?<banner>SSH-(?<protocol_version>[\d.]+)-(?<software>[^\s]+)[^\r\n]*)]],
      -- Some put the name of their library first: 1.0 library: Product 2.3
      [[(?m)^SSH-[\d.]+-[\d.]+ \w+: (?<product>[A-Za-z][A-Za-z ]*[A-Za-z])(?: \(\w+\))?(?: (?<version>\d[\d.]*))?]],
      [[(?m)^SSH-[\d.]+-(?<product>[A-Za-z]+(?:[_-][A-Za-z]+)*)]],
      [[(?m)^SSH-[\d.]+-[^\r\n]*?[A-Za-z][_/ -]v?(?<version>\d[\dA-Za-z.]*)]],
      [[(?m)^SSH-[^ \r\n]+ (?<info>[^\r\n]+)]],
      [[(?m)^SSH-[^\r\n]*[ _](?<os>Debian|Ubuntu|Raspbian|FreeBSD|NetBSD|OpenBSD|Windows)]],
    },
    client = [[^SSH-(?<protocol_version>[\d.]+)-(?<software>[^\r\n]+)]],
  },

  example { client = "SSH-2.0-OpenSSH_9.6\r\n", server = "SSH-2.0-dropbear_2022.83\r\n" },
  example { client = "GET / HTTP/1.1\r\n\r\n", server = "SSH-2.0-OpenSSH_9.6\r\n" },
  example { client = "SSH-1.5-1.2.27\n", server = "Authorised use only\r\nSSH-1.99-Cisco-1.25\n" },
  example { server = "SSH-2.0-OpenSSH_9.6p1 Ubuntu-3\r\n" },
  counterexample { client = "SSH-2.0-OpenSSH_9.6\r\n", server = "HTTP/1.1 400 Bad Request\r\n\r\n" },
  counterexample { client = "GET / HTTP/1.1\r\n\r\n", server = "HTTP/1.1 200 OK\r\n\r\n" },
}
