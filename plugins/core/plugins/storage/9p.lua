-- Tversion (100) with tag FFFF, a message size and the version's text; Rversion (101) answers with the same
-- tag.  Sizes are little-endian (Plan 9 manual, intro(5) and version(5)).
protocol "9p" {
  title     = "Plan 9 file protocol",
  reference = "Plan 9 manual section 5, version(5)",
  category  = "storage",
  ports     = { "564/tcp" },

  -- 13 bytes, then "9P".
  tcp { client = bytes "?? 00 00 00 64 FF FF ?? ?? ?? 00 ?? 00 39 50", server = bytes "?? 00 00 00 65 FF FF",
        alone = "client" },

  fields { server = [[^.{13}(?<protocol_version>9P[\w.]{1,16})]] },

  example { client = hex "15 00 00 00 64 FF FF 00 20 00 00 08 00" .. "9P2000.L",
    server = hex "15 00 00 00 65 FF FF 00 20 00 00 08 00" .. "9P2000.L" },
  counterexample { client = hex "15 00 00 00 64 00 01 00 20 00 00 08 00" .. "9P2000.L" },
}
