-- A login request is 48 bytes: opcode 43 (3 with the immediate bit), flags, versions 0, no additional
-- headers, a data length; then text keys, of which the first request must hold InitiatorName.  The response
-- has opcode 23 (RFC 7143 sections 11.12 and 11.13).
protocol "iscsi" {
  title     = "iSCSI",
  reference = "RFC 7143 sections 11.12 and 11.13",
  category  = "storage",
  ports     = { "3260/tcp", "860/tcp" },

  tcp { client = all { bytes "43 ?? 00 00 00 00 ?? ??", contains "InitiatorName=" },
        server = bytes "23 ?? 00 00 00", alone = "client" },

  fields {
    client = { [[InitiatorName=(?<software>[^\x00]{3,223})\x00]],
      [[TargetName=(?<info>[^\x00]{3,223})\x00]] },
    server = [[TargetAlias=(?<product>[^\x00]{1,223})\x00]],
  },

  example {
    client = hex "43 81 00 00 00 00 00 74 40 00 01 37 00 00 00 00" .. string.rep("\0", 32)
      .. "InitiatorName=iqn.2001-04.org.example:a\0SessionType=Normal\0"
      .. "TargetName=iqn.2001-04.com.example:disk1\0AuthMethod=None\0",
    -- 62 bytes of text, and two to fill the last word.
    server = hex "23 81 00 00 00 00 00 3E 40 00 01 37 00 00 00 01" .. string.rep("\0", 32)
      .. "TargetAlias=Disk array\0TargetPortalGroupTag=1\0AuthMethod=None\0\0\0",
  },
  counterexample { client = hex "43 87 00 00 00 00 00 30 40 00 01 37 00 00 00 00" .. string.rep("\0", 32)
    .. "Name=a\0",
    server = hex "23 87 00 00 00 00 00 00" },
}
