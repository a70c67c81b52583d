-- "hrpc", a version (4 to 9), a service class and a form of authentication: 0 none, DF (-33) SASL (Hadoop
-- ipc.Client, connection header).  Before version 9 the last byte is 50 to 52 hex.
protocol "hadoop-rpc" {
  title     = "Hadoop RPC",
  reference = "Apache Hadoop source, ipc/RpcConstants and Client.writeConnectionHeader",
  category  = "storage",
  ports     = { "8020/tcp" },
  shares    = { "9000/tcp" },
  alternates = { "8019/tcp", "8030-8033/tcp", "8050/tcp", "9820/tcp", "50020/tcp", "9867/tcp", "8485/tcp" },

  tcp { client = any { bytes "68 72 70 63 09 ?? 00", bytes "68 72 70 63 09 ?? DF",
      bytes "68 72 70 63 [04-08] [50-52]",
    bytes "68 72 70 63 [07-08] ?? [50-52]" },
    -- An answer with its length, or -1: not that version.
    server = any { bytes "00 ?? ?? ??", bytes "FF FF FF FF" }, alone = "client" },

  fields {
    client = {
      function(m)
        local number = m.client and m.client:u8(4)
        return number and { protocol_version = tostring(number) }
      end,
      [[(?<info>org\.apache\.hadoop\.[\w.]+)]],
    },
  },

  example { client = hex "68 72 70 63 09 00 00 00 00 00 2C 1D 08 02 10 00" },
  -- Behind it a length, a request's header (call -3, an id of 16 bytes), the user and the protocol.
  example { client = hex "68 72 70 63 09 00 00 00 00 00 52 1A 08 02 10 00 18 05 22 10"
    .. string.rep("\xA5", 16) .. hex "28 01 36 12 04 0A 02 6D 65 1A 2E"
    .. "org.apache.hadoop.hdfs.protocol.ClientProtocol" },
  example { client = hex "68 72 70 63 09 00 00 00 00 00 02 08 02", server = hex "00 00 00 04 03 08 00 10" },
  example { client = hex "68 72 70 63 04 50", server = hex "FF FF FF FF 00 00 00 29" },
  counterexample { client = hex "68 72 70 63 09 00 00 00 00 00 02 08 02", server = "220 ftp.example.org\r\n" },
  counterexample { client = "hrpc is here\r\n", server = "what?\r\n" },
}
