-- Tank gauges: SOH, a function (i or I, three digits: inquire; s or S: set), a tank of two digits; the
-- answer repeats it, on paper form behind a line break, and ends with ETX (Veeder-Root 576013-635, TLS-350
-- serial interface).  Some leave out the SOH of their answers.  9999FF1B says that the function is not known.
local ask    = matches [[^\x01[iIsS][0-9A-F]{3}\d\d(?:[\r\n]|$)]]
local reply  = any { starts "\x01", starts "9999FF1B", matches [=[^[\r\n]{1,2}[iIsS][0-9A-F]{3}\d\d[\r\n]]=] }
local answer = matches [[^\x01(?:\r\n)?[iIsS][0-9A-F]{3}\d\d(?:\r\n\w{3} +\d|\d{10})]]

protocol "atg" {
  title     = "Veeder-Root automatic tank gauge",
  reference = "Veeder-Root 576013-635, serial interface manual",
  category  = "industrial",
  ports     = { "10001/tcp" },

  -- The digits of the functions in use: 101, 102, 20x, 21x, 30x, 50x, 60x, 90x.
  tcp { client = all { any { starts "\x01I", starts "\x01i", starts "\x01S", starts "\x01s" }, ask },
    server = reply },
  tcp { client = all { any { starts "\x01I20", starts "\x01i20", starts "\x01I10", starts "\x01i10",
    starts "\x01I90", starts "\x01i90" },
        ask }, server = starts "\x01", alone = "client" },
  tcp { server = all { any { starts "\x01\r\nI", starts "\x01I", starts "\x01i", starts "\x01\r\nS" },
    answer },
        alone = "server" },

  example { client = "\x01I20100\r\n", server = "\x01\r\nI20100\r\nJAN 01, 2024 12:00 PM\r\n" },
  example { client = "\x01I30100\n", server = "\x01\r\nI30100\r\n" },
  example { client = "\x01i20100\n", server = "\x01i201002401011200" },
  example { client = "\x01I20100\r\n" },
  example { server = "\x01\r\nI20100\r\nJAN 01, 2024 12:00 PM\r\n" },
  example { client = "\x01I20500\r\n", server = "\nI20500\n01/01/2024 12:00\n\nSHOP\n" },
  example { client = "\x01I99900\r\n", server = "9999FF1B\x03" },
  counterexample { client = "\x01I2\r\n" },
  counterexample { client = "\x01I20500\r\n", server = "\nInput?\n" },
}
