// Matching: compiled signatures + the first bytes of both speakers -> a verdict.
//
// What comes in: the plugins' definitions, once (`SignatureIndex`), then for each flow what its two directions
// said first (`Recogniser.decide`). What goes out: a `Verdict`, or that more bytes are needed, or that nothing
// fits. The fields of a recognised flow come from here too (`FieldExtractor`).
//
// How: every matcher is filed under one masked four-byte window (`WindowIndex`), so a scan touches a handful of
// hash buckets however many signatures there are; the few candidates are then evaluated whole (`Programs`).
//
// May import: Net, Regexes. Must never: look at a port (a recognition is about what was said), read a clock,
// allocate during a scan, call Lua for anything but a candidate whose declared bytes all fit.
