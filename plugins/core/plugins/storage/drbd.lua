-- Packets begin with the magic 83740267, a command and a length, or 8620EC20 in the longer header; both nodes
-- send the same, first FFF1 or FFF2 (which connection this is) or FFFE (features) (Linux drivers/block/drbd:
-- drbd_protocol.h).
local first = any { bytes "83 74 02 67 FF F? 00 ??", bytes "83 74 02 67 00 ?? ?? ??",
  bytes "86 20 EC 20 ?? ?? ?? ??" }

protocol "drbd" {
  title     = "Distributed Replicated Block Device",
  reference = "Linux source, drivers/block/drbd/drbd_protocol.h",
  category  = "storage",
  ports     = { "7788-7799/tcp" },
  alternates = { "7000-7999/tcp" },

  tcp { either = first, alone = { "client", "server" } },

  example { client = hex "83 74 02 67 FF F2 00 00", server = hex "83 74 02 67 FF FE 00 50" },
  counterexample { client = hex "83 74 02 66 FF F2 00 00", server = hex "83 74 02 66 FF FE 00 50" },
}
