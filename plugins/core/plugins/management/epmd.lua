-- Erlang's port mapper: the client sends a length and a request: x registers, z asks for a node, n for all
-- names; the answers have no length: y (or v) and 0, w and 0, or epmd's own port (Erlang distribution
-- protocol, EPMD).
local function whole(m)
  local v = m.client
  if v:u8(2) == nil then return more end
  if v:size() < 2 + v:u16(0) then return more end
  if v:u8(2) ~= 0x78 then return true end
  -- A node type (M visible, H hidden), protocol 0, the highest and the lowest version, at least 5.
  local high, low = v:u16(7), v:u16(9)
  return low ~= nil and (v:u8(5) == 77 or v:u8(5) == 72 or v:u8(5) == 110) and high >= low and low >= 1
    and high <= 16
end

-- A name is a word, and nothing follows.
local function plain(m)
  local v = m.client
  if v:size() ~= 2 + v:u16(0) then return false end
  for i = 3, v:size() - 1 do
    local letter = v:u8(i)
    if letter < 0x21 or letter > 0x7E then return false end
  end
  return true
end

protocol "epmd" {
  title     = "Erlang port mapper daemon",
  reference = "Erlang distribution protocol: EPMD protocol",
  category  = "management",
  ports     = { "4369/tcp" },

  tcp { client = bytes "00 01 6E", server = bytes "00 00 ?? ??", check = function(m)
    local v = m.server
    if v:size() == 4 then return m.client:size() == 3 end        -- no node is registered
    return v:starts(4, "name ")
  end },
  tcp { client = bytes "00 ?? 78 ?? ?? [48-6e] 00 00 0? 00 0? 00 ??", server = any { bytes "79 00",
    bytes "76 00" },
    alone = "client", check = whole },
  -- A node was found: its port, type, protocol 0, versions.
  tcp { client = bytes "00 ?? 7A [21-7e]", server = bytes "77 00 ?? ?? [48-6e] 00 00 0? 00 0?",
    check = whole },

  -- Or no such node.
  tcp { client = bytes "00 [02-ff] 7A [21-7e] [21-7e]", server = all { bytes "77 [01-0f]", length(2) },
    check = plain },

  fields { server = [[(?s)^\x00\x00..name (?<info>[^\r\n]{1,200})]] },

  -- NAMES_REQ.
  probe { send = hex "00 01 6E" },

  example { client = hex "00 01 6E", server = hex "00 00 11 11" .. "name rabbit at port 25672\n" },
  example { client = hex "00 13 78 64 48 4D 00 00 06 00 05 00 06" .. "rabbit" .. hex "00 00",
    server = hex "76 00 00 00 00 01" },
  example { client = hex "00 07 7A" .. "rabbit", server = hex "77 00 64 48 4D 00 00 06 00 05 00 06"
    .. "rabbit" },
  example { client = hex "00 07 7A" .. "rabbit", server = hex "77 01" },
  counterexample { client = hex "00 01 6E", server = hex "00 00 11 11" .. "hello" },
}
