// Imports: what scanners, sensors, exporters and firewalls wrote -> facts.
//
// Comes in: a file of a known kind (`ImportKind`), the protocols' names (`ProtocolNames`), and for syslog what plugins
// declare of logs. Goes out: facts about hosts, services, scanned ports, sessions and alerts into a `FactSink`, in the
// order of the file, and an `ImportAccount` of what was read and what could not be, with its place.
//
// The way through the folder: `Importer` opens the file and asks the reader of its kind. Readers of lines stand on
// `LineReader` and look at bytes, not strings; those of XML on `XMLReader` (expat); that of NetFlow on the reader of
// captures, since a collector records datagrams as a capture.
//
// May import: Net, Wire, Capture, Plugins, Records, CExpat. Must never: read a clock, guess a protocol from a port,
// give up a file because of one bad line, keep more of a file than bounded tables hold.
