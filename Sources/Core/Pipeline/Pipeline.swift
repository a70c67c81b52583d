// Pipeline: joins the packet lane. Frames come in, observations go out.
//
//   Router   frame -> where its IP header lies, and the shard that its hosts belong to   (reader thread)
//   Lane     frames of its shards -> packets -> flows -> first bytes -> verdicts         (worker thread)
//   Shard    one flow table with what belongs to it; hosts never move between shards
//
// The number of shards is fixed, so a capture gives the same observations however many workers share them out.
// Tunnelled packets and fragments stay in the shard of the outermost addresses.
//
// May import: the core. Must never: read a clock, know a file or a thread, run Lua but for a candidate.
