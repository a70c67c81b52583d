-- What servers of mailboxes (IMAP, POP) call themselves.
local mailbox = {}

-- By the name in lower case: the product, who makes it, and whether the name is weak.
function mailbox.products(service)
  return {
    dovecot = { "Dovecot", "Dovecot" }, cyrus = { "Cyrus " .. service, "Carnegie Mellon University" },
    courier = { "Courier " .. service, "Double Precision" },
    ["courier-imap"] = { "Courier " .. service, "Double Precision" },
    qpopper = { "Qpopper", "Qualcomm" }, qpop = { "Qpopper", "Qualcomm" },
    exchange = { "Microsoft Exchange Server", "Microsoft" },
    microsoft = { "Microsoft Exchange Server", "Microsoft", true }, domino = { "Lotus Domino", "IBM" },
    zimbra = { "Zimbra Collaboration", "Zimbra" }, mailenable = { "MailEnable", "MailEnable" },
    callpilot = { "CallPilot", "Nortel" }, groupwise = { "GroupWise", "Novell" },
    mdaemon = { "MDaemon", "Alt-N" }, imail = { "IMail Server", "Ipswitch" },
    kerio = { "Kerio MailServer", "Kerio" }, communigate = { "CommuniGate Pro", "CommuniGate" },
    icewarp = { "IceWarp", "IceWarp" }, merak = { "Merak Mail Server", "IceWarp" },
    axigen = { "Axigen", "Axigen" }, hmailserver = { "hMailServer", "hMailServer" },
    smartermail = { "SmarterMail", "SmarterTools" }, surgemail = { "SurgeMail", "NetWin" },
    xmail = { "XMail", "XMail" }, ccproxy = { "CCProxy", "Youngzsoft" },
    cmailserver = { "CMailServer", "Youngzsoft" }, argosoft = { "ArGoSoft Mail Server", "ArGoSoft" },
    mailsite = { "MailSite", "Rockliffe" }, teapop = { "Teapop", "Teapop" },
    popa3d = { "popa3d", "Openwall" },
    uw = { "UW " .. service, "University of Washington" },
    applepasswordserver = { "Apple Open Directory", "Apple" },
    citadel = { "Citadel", "Citadel" }, perdition = { "Perdition", "Vergenet" },
    vpop3 = { "VPOP3", "Paul Smith" }, mercury = { "Mercury Mail Transport System", "David Harris" },
    slmail = { "SLMail", "Seattle Labs" }, gpop = { "Gmail POP", "Google" },
    gimap = { "Gmail IMAP", "Google" },
    bincimap = { "Binc IMAP", "Binc" },
  }
end

-- What may stand between a name and its number.
mailbox.between = {
  server = true, service = true, version = true, release = true, pop3 = true, imap = true, imap4 = true,
  imap4rev1 = true, ["imap4rev1-server"] = true, murder = true, pop3d = true, mail = true, connect = true,
  mailserver = true, pro = true, ["version:"] = true, cyrus = true, ["2000"] = true, ["2003"] = true,
  ["2007"] = true,
}

-- Words at the beginning or before the name of the protocol that name no product.
local plain = {
  pop = true, pop3 = true, imap = true, imap4 = true, imap4rev1 = true, hello = true, welcome = true,
  server = true, ready = true, service = true, the = true, ok = true, capability = true, preauth = true,
  bye = true,
}

-- The first in this list of those systems that stand in the text.
local systems = { "OS X", "Debian", "Ubuntu", "Raspbian", "Fedora" }
local first_bytes = {}
for i = 1, #systems do first_bytes[string.byte(systems[i])] = true end
function mailbox.system(text)
  local best = #systems + 1
  for i = 1, #text do
    if first_bytes[string.byte(text, i)] then
      for k = 1, best - 1 do
        if string.sub(text, i, i + #systems[k] - 1) == systems[k] then best = k break end
      end
    end
  end
  return systems[best]
end

-- What names the session at the end of a greeting: base64 in brackets, or H, a machine and an id.
mailbox.session = [[\x20\[[A-Za-z0-9+/]{16,}=*\]|\x20H\x20[a-z0-9]+\x20[0-9A-Za-z-]{16,}]]

-- Whether a word is made of letters and begins with a capital.
function mailbox.is_name(word)
  local first = word and string.byte(word) or 0
  if first < 65 or first > 90 or #word < 2 or plain[string.lower(word)] then return false end
  for i = 2, #word do
    local c = string.byte(word, i)
    if c < 65 or c > 90 and c < 97 or c > 122 then return false end
  end
  return true
end

return mailbox
