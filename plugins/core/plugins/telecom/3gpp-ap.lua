-- The application protocols of 3GPP networks look alike in aligned PER: a choice (00 asks, 20 succeeds, 40
-- fails), a procedure, its criticality, a length, then 00 and a count of elements, each of a number, a
-- criticality and a length.  The elements must fill the message exactly; procedure and first elements
-- together name the protocol (TS 36.413, 38.413, ...).

-- A PER length at `at`: one byte, or two with the top bit set.  Returns it and where the content begins.
local function long(v, at)
  local first = v:u8(at)
  if not first then return nil end
  if first < 0x80 then return first, at + 1 end
  if first < 0xC0 then return v:u16(at) & 0x3FFF, at + 2 end
  return nil
end

-- Whether the message is well formed, and the numbers of its first two elements.
local function elements(v)
  local length, at = long(v, 3)
  if not length or at + length ~= v:size() or v:u8(2) & 0x3F ~= 0 or v:u8(at) ~= 0 then return nil end
  local count, stop, first, second = v:u16(at + 1), at + length, nil, nil
  if not count or count < 1 or count > 60 then return nil end
  at = at + 3
  for index = 1, count do
    local number, size, content = v:u16(at), long(v, at + 3)
    if not size or v:u8(at + 2) & 0x3F ~= 0 then return nil end
    if index == 1 then first = number elseif index == 2 then second = number end
    at = content + size
  end
  if at ~= stop then return nil end
  return first, second
end

-- table: procedure -> first element -> second element (true: any).
local function fits(v, known)
  local first, second = elements(v)
  local row = first and known[v:u8(1)]
  local want = row and row[first]
  return want == true or want ~= nil and want == second
end
local function teller(known)
  return function(m)
    return (not m.client or fits(m.client, known)) and (not m.server or fits(m.server, known))
  end
end
local sides = { "client", "server" }
-- The zero bytes: criticality reject, ignore or notify is in two bits, checked later.  A procedure that is
-- known and a first element that is the first of some procedure spare most of the others' messages the check.
local function pdu(known)
  local procedures, elements = {}, {}
  for procedure, row in pairs(known) do
    table.insert(procedures, string.format("%02X", procedure))
    for element in pairs(row) do table.insert(elements, string.format("%02X", element)) end
  end
  local procedure = " [" .. table.concat(procedures, ",") .. "] "
  local element = " 00 00 ?? 00 [" .. table.concat(elements, ",") .. "]"
  return any {
    bytes("00" .. procedure .. "00 ??" .. element), bytes("00" .. procedure .. "40 ??" .. element),
    bytes("20" .. procedure .. "00 ??" .. element), bytes("40" .. procedure .. "00 ??" .. element),
    bytes("00" .. procedure .. "00 [80-8F] ??" .. element), bytes("00" .. procedure .. "40 [80-8F] ??"
      .. element),
    bytes("20" .. procedure .. "00 [80-8F] ??" .. element),
  }
end

-- A message of S1AP: setup 17; attach and all that names a UE by two numbers (0: the MME's, 8: the eNodeB's).
local pair = { [0] = 8 }
local s1 = { [17] = { [59] = true, [61] = 105, [2] = true }, [12] = { [8] = 26 }, [10] = { [80] = 43 },
  [18] = pair,
  [9] = pair, [11] = pair, [13] = pair, [16] = pair, [22] = pair, [23] = { [99] = true, [0] = 8 },
    [5] = pair, [6] = pair, [7] = pair,
  [21] = pair, [24] = pair, [14] = { [2] = 92 } }

protocol "s1ap" {
  title     = "S1 application protocol",
  reference = "3GPP TS 36.413 section 9.3",
  category  = "telecom",
  ports     = { "36412/sctp" },

  sctp { either = pdu(s1), alone = sides, check = teller(s1) },

  example { client = hex "00 0C 40 12 00 00 02 00 08 00 02 00 01 00 1A 00 05 04 07 41 71 08",
    transport = "sctp" },
  counterexample { client = hex "00 0F 40 12 00 00 02 00 55 00 02 00 01 00 26 00 05 04 7E 00 41 79",
    transport = "sctp" },
}

-- NGAP: setup 21; 10 is the AMF's number of a UE, 85 the node's.
local both = { [10] = 85 }
local ng = { [21] = { [27] = true, [1] = 96 }, [15] = { [85] = 38 }, [4] = both, [46] = both, [14] = both,
  [41] = { [114] = 15, [10] = 85 }, [42] = both,
  [29] = both, [28] = both, [26] = both, [40] = both, [44] = both, [27] = both, [24] = { [115] = 103 },
    [20] = { [15] = 88 } }

protocol "ngap" {
  title     = "NG application protocol",
  reference = "3GPP TS 38.413 section 9.4",
  category  = "telecom",
  ports     = { "38412/sctp" },

  sctp { either = pdu(ng), alone = sides, check = teller(ng) },

  example { client = hex "00 0F 40 12 00 00 02 00 55 00 02 00 01 00 26 00 05 04 7E 00 41 79",
    transport = "sctp" },
  counterexample { client = hex "00 0C 40 12 00 00 02 00 08 00 02 00 01 00 1A 00 05 04 07 41 71 08",
    transport = "sctp" },
}

-- X2AP: setup 6 begins with the eNodeB's identity (21) and its cells (20).
local x2 = { [6] = { [21] = 20 }, [0] = { [10] = 5 } }

protocol "x2ap" {
  title     = "X2 application protocol",
  reference = "3GPP TS 36.423 section 9.3",
  category  = "telecom",
  ports     = { "36422/sctp" },

  sctp { either = pdu(x2), alone = sides, check = teller(x2) },

  example { client = hex "00 06 00 12 00 00 02 00 15 00 04 00 01 02 03 00 14 00 03 00 00 01",
    transport = "sctp" },
  counterexample { client = hex "00 06 00 12 00 00 02 00 15 00 04 00 01 02 03 00 16 00 03 00 00 01",
    transport = "sctp" },
}

-- F1AP: setup 1 begins with a transaction (78) and the distributed unit (42) or, answered, the central
-- unit's cells or version; 40 and 41 are the two numbers of a UE.
local f1 = { [1] = { [78] = true }, [11] = { [41] = true }, [12] = { [40] = 41 }, [13] = { [40] = 41 },
  [5] = { [40] = true },
  [6] = { [40] = 41 }, [7] = { [40] = 41 } }

protocol "f1ap" {
  title     = "F1 application protocol",
  reference = "3GPP TS 38.473 section 9.4",
  category  = "telecom",
  ports     = { "38472/sctp" },

  sctp { either = pdu(f1), alone = sides, check = teller(f1) },

  example { client = hex "00 01 00 10 00 00 02 00 4E 00 02 00 01 00 2A 00 03 01 00 01", transport = "sctp" },
  counterexample { client = hex "00 01 00 10 00 00 02 00 4D 00 02 00 01 00 2A 00 03 01 00 01",
    transport = "sctp" },
}

-- E1AP: setup 3 begins with a transaction (57) and the user plane's identity (7); 2 and 3 are the two
-- numbers of a UE.
local e1 = { [3] = { [57] = true }, [8] = { [2] = true }, [9] = { [2] = 3 }, [11] = { [2] = 3 } }

protocol "e1ap" {
  title     = "E1 application protocol",
  reference = "3GPP TS 37.483 section 9.4",
  category  = "telecom",
  ports     = { "38462/sctp" },

  sctp { either = pdu(e1), alone = sides, check = teller(e1) },

  example { client = hex "00 03 00 10 00 00 02 00 39 00 02 00 01 00 07 00 03 01 00 01", transport = "sctp" },
  counterexample { client = hex "00 03 00 10 00 00 02 00 38 00 02 00 01 00 07 00 03 01 00 01",
    transport = "sctp" },
}

-- XnAP: setup 17 begins with the node (14) and its areas (75); a handover with the source's number of a UE
-- (73).
local xn = { [17] = { [14] = 75 }, [0] = { [73] = true }, [1] = { [73] = 79 }, [2] = { [73] = true } }

protocol "xnap" {
  title     = "Xn application protocol (XnAP)",
  reference = "3GPP TS 38.423 section 9.3",
  category  = "telecom",
  ports     = { "38422/sctp" },

  sctp { either = pdu(xn), alone = sides, check = teller(xn) },

  example { client = hex "00 11 00 12 00 00 02 00 0E 00 04 00 01 02 03 00 4B 00 03 00 00 01",
    transport = "sctp" },
  counterexample { client = hex "00 11 00 12 00 00 02 00 3B 00 04 00 01 02 03 00 4B 00 03 00 00 01",
    transport = "sctp" },
}

-- LCS-AP: location 0 and what it carries, 1 and 2; a correlation (2) comes first.
local lcs = { [0] = { [2] = true }, [1] = { [2] = 15 }, [2] = { [19] = 3 } }

protocol "lcsap" {
  title     = "Location services application protocol",
  reference = "3GPP TS 29.171 section 7.4",
  category  = "telecom",
  ports     = { "9082/sctp" },

  sctp { either = pdu(lcs), alone = sides, check = teller(lcs) },

  example { client = hex "00 00 00 10 00 00 02 00 02 00 04 00 00 00 01 00 0D 00 01 00", transport = "sctp" },
  counterexample { client = hex "00 00 00 10 00 00 02 00 03 00 04 00 00 00 01 00 0D 00 01 00",
    transport = "sctp" },
}

-- RUA, between a home base station and its gateway: every message begins with the domain (7) and a context
-- (3).
local rua = { [1] = { [7] = 3 }, [2] = { [7] = 3 }, [3] = { [7] = 3 } }

protocol "rua" {
  title     = "RANAP user adaptation",
  reference = "3GPP TS 25.468 section 9.3",
  category  = "telecom",
  shares    = { "29169/sctp" },                                  -- HNBAP opens the association

  sctp { either = pdu(rua), alone = sides, check = teller(rua) },

  example { client = hex "00 02 40 14 00 00 03 00 07 40 01 00 00 03 40 03 00 00 01 00 04 40 01 00",
    transport = "sctp" },
  counterexample { client = hex "00 02 40 14 00 00 03 00 07 40 01 00 00 05 40 03 00 00 01 00 04 40 01 00",
    transport = "sctp" },
}

-- HNBAP on the same association: a base station registers with its identity (3) and location (8), a UE with
-- its own (5).
local hnb = { [1] = { [3] = 8, [14] = true }, [3] = { [5] = true } }

protocol "hnbap" {
  title     = "Home NodeB application part",
  reference = "3GPP TS 25.469 section 9.3",
  category  = "telecom",
  ports     = { "29169/sctp" },

  sctp { either = pdu(hnb), alone = sides, check = teller(hnb) },

  example { client = hex "00 01 00 10 00 00 02 00 03 00 02 00 01 00 08 40 03 00 00 01", transport = "sctp" },
  counterexample { client = hex "00 01 00 10 00 00 02 00 04 00 02 00 01 00 08 40 03 00 00 01",
    transport = "sctp" },
}
