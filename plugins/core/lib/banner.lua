-- What servers that greet with a line of text say of themselves: the words of that line, names and versions.
local banner = {}

-- Greetings often hold what changes with each session; a banner ends before it, or each would have one of its
-- own.  These are parts of patterns, with (?x) or without.  A date and a time of day, in either order: a date
-- alone is that of a build.
local day = [[(?:(?i:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?i:day)?[.,]?\x20+)?+]]
local month = [[(?i:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?]]
local date = [[(?:\d{1,2}(?:\x20|-)]] .. month .. [[(?:\x20|-)\d{2,4}|]] .. month
  .. [[\x20+\d{1,2}(?:,?\x20+\d{4})?|\d{4}[-/]\d\d[-/]\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})]]
local clock = [[\d{1,2}:\d\d(?::\d\d)?]]
banner.now = [[(?:]] .. day .. date .. [[(?:T|[\x20,]+(?:at\x20)?)]] .. clock .. [[|]]
  .. clock .. [[\x20+(?:[A-Z]{3,4}\x20+)?(?:on\x20+)?]] .. day .. date .. [[)]]
-- Blanks, if there are any.  Tried at each place of a line, parts that begin with a run of something must begin
-- where it does: a line full of blanks would be read through once for each of them.
banner.blanks = [[(?:(?<!\x20)\x20++)?+]]
-- That behind a blank or a mark, perhaps "at" or "on".
banner.time = [[(?:(?<![\x20,;(])[\x20,;(]++|(?<=[\x20-]))(?:(?:at|on)\x20++)?+]] .. banner.now
-- The address of the client.
banner.peer = banner.blanks .. [[\b(?i:from|client|client\x20host|your\x20(?:IP|address)(?:\x20is)?)]]
  .. [[[\x20:]+[\[(]?(?:\d{1,3}\.\d|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:)]]

-- The rest of a line, up to where one of the given parts of a pattern stands; they are looked for in 300 bytes.
function banner.before(...)
  return [[(?:[^\r\n]{0,300}?(?=]] .. table.concat({ ... }, "|") .. [[)|[^\r\n]*)]]
end

-- The words of the first lines and where each begins: blanks, brackets, commas and slashes part them, and a
-- hyphen before a number or behind a reply's code.
local cut = {}
for i = 1, #" \t\r\n/()[]<>,;\"'=" do cut[string.byte(" \t\r\n/()[]<>,;\"'=", i)] = true end
function banner.words(text)
  local bytes, list, starts, start = { string.byte(text, 1, -1) }, {}, {}, nil
  local size = #bytes
  bytes[size + 1] = 32
  for i = 1, size + 1 do
    local c = bytes[i]
    if c == 45 then
      local after, before = bytes[i + 1] or 32, bytes[i - 1] or 32
      if after >= 48 and after <= 57 and (before < 48 or before > 57)
        or start and i - start == 3 and before >= 48 and before <= 57 then c = 32 end
    end
    if cut[c] then
      if start then list[#list + 1], starts[#list + 1] = string.sub(text, start, i - 1), start end
      start = nil
      if c == 10 then list[#list + 1], starts[#list + 1] = "\n", i end
    elseif not start then
      start = i
    end
  end
  return list, starts
end

-- The number that a word is, as in 2.3.4, v2.3.4, 2.3.4-rest or 2.3.4--; nil for words that are none.
function banner.number(word)
  local first = string.byte(word) or 0
  if (first == 118 or first == 86) and #word > 1 then            -- v, perhaps with a dot behind it
    word = string.sub(word, string.byte(word, 2) == 46 and 3 or 2)
    first = string.byte(word) or 0
  end
  if first < 48 or first > 57 then return nil end
  for i = 2, #word do
    local c, after = string.byte(word, i, i + 1)
    local ends = c == 58 or c == 45 and (not after or after == 45 or after > 57)
    if ends then return string.sub(word, 1, i - 1) end
  end
  return string.byte(word, #word) == 46 and string.sub(word, 1, -2) or word
end

-- The first of the known names (product, vendor, whether it is weak) in a list of words, and the number that
-- follows it, perhaps behind one of the usual words.  A weak name counts only where no other stands; `fits`
-- may refuse the number at a place.
function banner.named(list, known, between, fits)
  local found
  for i, word in ipairs(list) do
    local last = string.byte(word, #word)
    if last == 46 or last == 58 then word = string.sub(word, 1, -2) end
    local name = known[string.lower(word)]
    if name and (not found or found.weak and not name[3]) then
      found = { product = name[1], vendor = name[2], weak = name[3] }
      for k = i + 1, math.min(i + 4, #list) do
        local skip = between[string.lower(list[k])]
        found.version = not skip and (not fits or fits(name, k)) and banner.number(list[k]) or nil
        if not skip then break end
      end
    end
  end
  if found then found.weak = nil end
  return found or {}
end

return banner
