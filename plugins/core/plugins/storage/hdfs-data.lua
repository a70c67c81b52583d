-- Blocks go from and to data nodes: version 28 (00 1C), an operation (80 write to 88), a length and a message
-- in protocol buffers that opens with the block's pool, BP-random-address-time (Hadoop DataTransferProtocol,
-- datatransfer.proto).
protocol "hdfs-data" {
  title     = "HDFS data transfer",
  reference = "Apache Hadoop source, DataTransferProtocol and datatransfer.proto",
  category  = "storage",
  ports     = { "9866/tcp", "50010/tcp" },
  alternates = { "1004/tcp", "1019/tcp" },

  tcp { client = all { bytes "00 1C [50-58] ??",
    matches [[(?s)^\x00\x1c[\x50-\x58][\x08-\xff][\x01-\x7f]?\x0a..?(?:\x0a..?)?\x0a..?\x0a.BP-\d+-]] },
        -- A length and the operation's status, its first field.
        server = any { bytes "?? 08 ??", bytes "?? [01-7F] 08 ??" }, alone = "client" },

  fields { client = [[(?s)^.{8,20}?(?<info>BP-\d+-[0-9a-fA-F.:]+-\d+)]] },

  example { client = hex "00 1C 51 64 0A 40 0A 38 0A 34 0A 26" .. "BP-1001-192.0.2.10-1600000000000" ..
      hex "10 01 18 02",
    server = hex "05 08 00 22 02 08 00" },
  counterexample { client = hex "00 1C 51 64 0A 40 0A 38 0A 34 0A 26" .. "PB-1001-192.0.2.10" },
}
