// Alerts: what an analyst should know at once goes to the receivers that the policy names.
//
// Comes in: ``Alert`` values, from any thread, and the policy's routes and receivers. Goes out: syslog messages,
// webhook requests, records for commands and in files; reports in plain words; counters.
//
// The way of an alert: AlertCenter (which receivers? told already? too many?) -> Intake (a bounded queue in memory) ->
// Spool (on disk, until it is delivered) -> Outlet (the network). A Courier for each receiver moves it along; each has
// its own spool, its own pace and its own troubles, so a receiver that is down delays no other.
//
// Beside the way, because only this target may talk to the network: Download, a file by HTTPS.
//
// May import: Net, Inventory, Records (to write JSON), Glibc, and, alone of all targets, NIO, NIOSSL, AsyncHTTPClient,
// Logging and Subprocess; Crypto for hashes. Must never: hold up the caller of `submit`, touch a disk or the network in
// the caller's thread, grow without bound, say a record's bytes so that they could break a line.
