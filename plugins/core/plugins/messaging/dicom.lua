-- An association: type 1 asks, 2 accepts, a zero, a length, version 1, two titles of 16 characters, 32 zero
-- bytes, then the application context 1.2.840.10008.3.1.1.1 (DICOM PS3.8 section 9.3).  3 refuses, 7
-- aborts.
local name    = "1.2.840.10008.3.1.1.1"
local context = at(74, starts("\x10\0\0\x15" .. name))

-- For the examples: items have a type, a zero and a length of two bytes; the last, about the user,
-- names the software.
local function item(kind, value) return string.char(kind, 0, 0, #value) .. value end
local software = item(0x50, item(0x51, "\0\0\x40\0") .. item(0x52, "1.2.276.0.7230010.3.0.3.6.7") ..
  item(0x55, "OFFIS_DCMTK_367"))
local titles = "ARCHIVE         STATION         " .. string.rep("\0", 32) .. item(0x10, name)

protocol "dicom" {
  title     = "DICOM upper layer",
  reference = "DICOM PS3.8 section 9.3",
  category  = "messaging",
  ports     = { "104/tcp", "11112/tcp" },
  alternates = { "4242/tcp", "2761-2762/tcp" },

  tcp { client = all { bytes "01 ?? 00 00 ?? ?? 00 01", context },
        server = any { all { bytes "02 ?? 00 00 ?? ?? 00 01", context }, bytes "03 00 00 00 00 04 00",
          bytes "07 00 00 00 00 04 00 00" },
        alone = "client" },
  tcp { server = all { bytes "02 ?? 00 00 ?? ?? 00 01", context }, alone = "server" },

  fields {
    server = { [[(?s)^\x02.{9}(?<hostname>[\x21-\x7e][\x20-\x7e]{0,15}?) *(?: |\x00)]],
      [[(?s)\x55\x00\x00.(?<product>[A-Za-z][\w. -]{2,15})]] },
    client = [[(?s)\x55\x00\x00.(?<software>[A-Za-z][\w. -]{2,15})]],
  },

  -- An echo (C-ECHO, 1.2.840.10008.1.1) in plain little-endian.
  example { client = hex "01 00 00 00 00 CD 00 01 00 00" .. titles ..
      item(0x20, "\1\0\0\0" .. item(0x30, "1.2.840.10008.1.1") ..
        item(0x40, "1.2.840.10008.1.2")) .. software,
    server = hex "02 00 00 00 00 B8 00 01 00 00" .. titles ..
      item(0x21, "\1\0\0\0" .. item(0x40, "1.2.840.10008.1.2")) .. software },
  example { client = hex "01 00 00 00 00 5D 00 01 00 00" .. titles },
  example { client = hex "01 00 00 00 00 5D 00 01 00 00" .. titles,
    server = hex "03 00 00 00 00 04 00 01 01 07" },
  example { server = hex "02 00 00 00 00 5D 00 01 00 00" .. titles },
  counterexample { client = hex "01 00 00 00 00 5D 00 01 00 00" .. string.rep("x", 90),
    server = hex "03 00 00 00 00 04 00 01 01 01" },
}
