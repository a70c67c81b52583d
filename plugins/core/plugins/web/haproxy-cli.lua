-- The answers to "show info" and "show stat" have fixed first words (HAProxy Management Guide, sections 9.1
-- and 9.3); nothing is said before.
protocol "haproxy-cli" {
  title     = "HAProxy CLI",
  reference = "HAProxy Management Guide sections 9.1 and 9.3",
  category  = "web",

  tcp { server = any { starts "Name: HAProxy\nVersion: ", starts "# pxname,svname,qcur,qmax," },
    alone = "server" },

  fields { server = [[^Name: (?<product>HAProxy)\nVersion: (?<version>\d[\w.]*)]] },

  example { client = "show info\n", server = "Name: HAProxy\nVersion: 2.6.12-1\nRelease_date: 2023/03/28\n" },
  example { client = "show stat\n", server = "# pxname,svname,qcur,qmax,scur,smax\n" },
  counterexample { client = "show info\n", server = "Name: HAProxy is not here\n" },
}
