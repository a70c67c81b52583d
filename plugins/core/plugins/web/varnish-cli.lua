-- A status of three figures, a length in eight places, a line's end, then the text: the server opens with its
-- banner (200), or with a challenge of 32 letters (107) (varnish-cli(7)).
local framed = all { any { starts "200 ", starts "107 " }, at(12, bytes "0A") }

-- Behind a challenge the banner comes once it was answered.  This always holds, though not before the banner,
-- 1 KB or the end, so that the fields find it.
local answered = any { contains "\nvarnish-", none { contains "\nvarnish-" } }

protocol "varnish-cli" {
  title     = "Varnish CLI",
  reference = "varnish-cli(7)",
  category  = "web",
  ports     = { "6082/tcp" },

  tcp { server = all { framed, contains "\nVarnish Cache CLI " }, alone = "server" },
  tcp { server = all { framed, matches [[^107 59 +\n[a-z]{32}\n\nAuthentication required\.\n]], answered },
    alone = "server" },

  fields {
    server = {
      [[\n(?<software>varnish)-(?<version>\d[\w.]*)]],
      [[\n(?<os>Linux|FreeBSD|NetBSD|OpenBSD|SunOS|Darwin),]],
    },
    describe = { software = function() return { product = "Varnish", vendor = "Varnish" } end },
  },

  example { client = "ping\n",
    server = "200 258     \n-----------------------------\nVarnish Cache CLI 1.0\n\z
      -----------------------------\nLinux,6.1.0,x86_64,-junix,-sdefault,-hcritbit\n\z
      varnish-7.1.1 revision abcdef\n\nType 'help' for command list.\n" },
  example { client = "auth " .. string.rep("a1", 32) .. "\n",
    server = "107 59      \nabcdefghijklmnopqrstuvwxyzabcdef\n\nAuthentication required.\n\n" },
  counterexample { client = "LIST\r\n", server = "200 news.example.org ready\r\n" },
  counterexample { client = "a\n", server = "107 59      \nAuthentication required.\n" },
}
