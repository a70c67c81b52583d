-- Version 2, a type (1 info, 2 security, 3 message, 4 compressed), a length of six bytes.  A message has a
-- header of 22 bytes (16 hex); info asks by names on lines and is answered with name, tab, value (Aerospike
-- client, as_proto.h).
local function frame(v)
  local kind, length = v:u8(1), v:u32(4)
  if not length or length > 0x08000000 then return length == nil and more or false end
  if kind == 3 then return v:u8(8) == nil and more or v:u8(8) == 22 and length >= 22 end
  if kind == 1 then
    local first = v:u8(8)
    return length == 0 or first == nil or first >= 0x20 and first < 0x7F
  end
  return length >= 8
end

local function check(m)
  if m.client:u8(1) ~= m.server:u8(1) and m.client:u8(1) < 3 then return false end
  local a, b = frame(m.client), frame(m.server)
  if a == true and b == true then return true end
  return a and b and more or false
end

protocol "aerospike" {
  title     = "Aerospike",
  reference = "Aerospike C client: as_proto.h",
  category  = "database",
  ports     = { "3000/tcp" },
  alternates = { "3001/tcp", "3002/tcp" },

  tcp { client = bytes "02 [01-04] 00 00 ?? ?? ?? ??", server = bytes "02 [01-04] 00 00 ?? ?? ?? ??",
      check = check },

  -- "build" is answered with a number, "version" with the edition and that number.
  fields { server = {
    [[\bbuild\t(?<version>\d[\w.-]*)]],
    [[\bversion\t(?<product>Aerospike \w+ Edition) build (?<version>\d[\w.-]*)]],
  } },

  example { client = "\2\1\0\0\0\0\0\5node\n", server = "\2\1\0\0\0\0\0\x15node\tBB9020011AC4202\n" },
  example { client = "\2\1\0\0\0\0\0\x0Ebuild\nversion\n",
    server = "\2\1\0\0\0\0\0\x40build\t6.4.0.1\n\z
      version\tAerospike Community Edition build 6.4.0.1\n" },
  counterexample { client = "\2\1\0\0\0\0\0\5node\n", server = "\2\3\0\0\0\0\0\x15\1\2\3" },
}
