// Operation: what an operator touches while a sensor runs.
//
//   Snapshot  ``SensorSnapshot``, the sensor's counters as plain values; the board they are pinned to, once a second
//   Server    /metrics, /status and /health on a local address, read only; the client that asks there
//   View      a snapshot as a page (`offport status`) and as a screen (`offport top`): pure functions
//   Logs      swift-log's messages, each one line of text or of JSON
//   Process   systemd's notifications, privileges, memory
//
// In: snapshots from the live loop. Out: answers to whoever asks the server; lines; datagrams to systemd.
// May import: Net, Records (how numbers and strangers' words are shown), Threads, and, with the targets of alerts alone,
// NIO, Hummingbird, ServiceLifecycle, Logging and Foundation's JSON.
// Must never: hold up the live loop (a snapshot is put on the board under a lock held for a copy), listen where it
// was not told to, let a request change anything, log a line per packet.
