-- An ICA server repeats 7F 7F "ICA" 00 until the client says the same.  Session reliability wraps it in the
-- Common Gateway Protocol, whose first bytes are 1A "CGP/01" (Citrix; observed, not published).
local detect = bytes "7F 7F 49 43 41 00"
local gateway = starts "\x1ACGP/01"

protocol "ica" {
  title     = "Citrix Independent Computing Architecture",
  reference = "Citrix ICA and Common Gateway Protocol (not published)",
  category  = "remote-access",
  ports     = { "1494/tcp", "2598/tcp" },

  tcp { server = detect, alone = "server" },
  -- The answer is not known, but no text.
  tcp { client = gateway, server = bytes "[00-1F]", alone = "client" },

  example { client = "\x7F\x7FICA\0", server = "\x7F\x7FICA\0\x7F\x7FICA\0" },
  example { client = "\x1ACGP/01\0\0\0\0" },
  counterexample { client = "\x1ACGP/01\0\0\0\0", server = "220 ftp.example.org\r\n" },
  counterexample { client = "\x7FELF", server = "\x7F\x7FICQ\0" },
}
