-- A JSON object by broadcast: host_int, version, displayname, port and the namespaces it has (Dropbox LAN
-- sync discovery; described in public analyses, not by the vendor).
protocol "dropbox-lan" {
  title     = "Dropbox LAN sync discovery",
  reference = "Dropbox LAN sync discovery (JSON; public analyses)",
  category  = "file-transfer",
  ports     = { "17500/udp" },

  udp { either = all { starts '{"', contains '"host_int": ', contains '"namespaces": [' },
        alone = { "client", "server" } },

  fields { client = { [["version": \[(?<protocol_version>\d+)]],
    [["displayname": "(?<hostname>[^"]{1,64})"]] } },

  example { client = '{"host_int": 12345, "version": [2, 0], "displayname": "den", "port": 17500, "namespaces": [1, 2]}',
    transport = "udp" },
  counterexample { client = '{"host": 12345, "namespaces": [1, 2]}', transport = "udp" },
}
