-- A read (1) or write (2) request: a file name, a zero, a mode, a zero, then options (RFC 1350 section 5, RFC
-- 2347). The answer comes from another port, so requests are always one-way and the transfer is a flow of its
-- own (section 4).
protocol "tftp" {
  title     = "Trivial File Transfer Protocol",
  reference = "RFC 1350 section 5",
  category  = "file-transfer",
  also      = { "spicy_tftp" },
  ports     = { "69/udp" },

  udp { client = all { any { bytes "00 01", bytes "00 02" },
    matches [[^\x00[\x01\x02][^\x00-\x1f]{1,255}\x00(?i:netascii|octet|mail)\x00]] },
        alone = "client" },
  -- The transfer: the first block of data against its acknowledgement, which is always four bytes.
  -- The server's new port speaks first: it acknowledges block 0 when it is written to, and sends
  -- data when it is read from.
  udp { client = all { bytes "00 04 00 0?", length(4) }, server = all { bytes "00 03 00 01",
    length(4, 1468) } },
  udp { client = all { bytes "00 03 00 01", length(4, 1468) }, server = all { bytes "00 04 00 0?",
    length(4) } },

  expect_flow { client = "\0\1", notation = "sender", as = "tftp" },
  expect_flow { client = "\0\2", notation = "sender", as = "tftp" },

  -- A file that is not there: the server says so from another port.
  probe { send = "\0\1offport-probe\0octet\0", answer = [=[^\x00[\x03\x05\x06]]=] },

  example { client = "\0\1boot.img\0octet\0" },
  example { client = "\0\4\0\1", server = "\0\3\0\1data" },
  example { client = "\0\3\0\1data", server = "\0\4\0\1" },
  counterexample { client = "\0\1\0\0\0\0\0\0" },
  counterexample { client = "\0\1boot.img\0binary\0" },
}
