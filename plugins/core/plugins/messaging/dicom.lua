-- An association: type 1 asks, 2 accepts, a zero, a length, version 1, two titles of 16 characters, 32 zero
-- bytes, then the application context 1.2.840.10008.3.1.1.1 (DICOM PS3.8 section 9.3).  3 refuses, 7
-- aborts.
local context = at(74, starts "\x10\0\0\x151.2.840.10008.3.1.1.1")

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

  example { client = hex "01 00 00 00 00 5D 00 01 00 00" .. "ARCHIVE         STATION         " ..
    string.rep("\0", 32) ..
    "\x10\0\0\x151.2.840.10008.3.1.1.1" },
  example { server = hex "02 00 00 00 00 5D 00 01 00 00" .. "ARCHIVE         STATION         " ..
    string.rep("\0", 32) ..
    "\x10\0\0\x151.2.840.10008.3.1.1.1" },
  counterexample { client = hex "01 00 00 00 00 5D 00 01 00 00" .. string.rep("x", 90),
    server = hex "03 00 00 00 00 04 00 01 01 01" },
}
