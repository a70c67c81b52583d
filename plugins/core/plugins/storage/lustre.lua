-- Lustre's network (LNet) over TCP, in the byte order of the sender.  Who connects says ACCE7100, version 1 or 2 and
-- the address that it means; then both greet with 45726963 and version 2 to 4, or once with EEBC0DED and 1.0, and
-- their addresses.
local hello = any {
  bytes "63 69 72 45 [02-04] 00 00 00", bytes "45 72 69 63 00 00 00 [02-04]",
  bytes "ED 0D BC EE 01 00 00 00", bytes "EE BC 0D ED 00 01 00 00",
}

protocol "lustre" {
  title     = "Lustre file system",
  reference = "Lustre source, lnet-idl.h (lnet_acceptor_connreq), socklnd.h (ksock_hello_msg)",
  category  = "storage",
  ports     = { "988/tcp" },

  tcp { client = any { bytes "00 71 CE AC [01-02] 00 00 00", bytes "AC CE 71 00 00 00 00 [01-02]" },
    server = hello, alone = "client" },
  tcp { server = hello, alone = "server" },

  example { client = hex "00 71 CE AC 01 00 00 00 01 02 00 C0 00 00 02 00",
    server = hex "63 69 72 45 03 00 00 00 01 02 00 C0 00 00 02 00" },
  example { client = hex "AC CE 71 00 00 00 00 01 00 02 00 00 C0 00 02 01",
    server = hex "45 72 69 63 00 00 00 03 00 02 00 00 C0 00 02 01" },
  example { client = hex "00 71 CE AC 01 00 00 00 01 02 00 C0 00 00 02 00" },
  example { server = hex "63 69 72 45 03 00 00 00 01 02 00 C0 00 00 02 00" },
  example { server = hex "ED 0D BC EE 01 00 00 00 01 02 00 C0 00 00 02 00" },
  counterexample { client = hex "00 71 CE AC 03 00 00 00 01 02 00 C0 00 00 02 00" },
  counterexample { server = hex "00 71 CE AC 01 00 00 00 01 02 00 C0 00 00 02 00" },
  counterexample { client = hex "63 69 72 45 03 00 00 00 01 02 00 C0 00 00 02 00" },
  counterexample { server = "cirEulatory\n" },
}
