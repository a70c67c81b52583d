// Reassembly: TCP segments and IP fragments in any order -> contiguous bytes, bounded.
//
// What comes in: pieces with their offsets. What goes out: for TCP the first bytes of a stream (`StreamHead` in a
// `HeadSlab`), for IP whole datagrams (`FragmentTable`).
//
// Overlaps: bytes that came first win (TCP and IPv4); overlapping IPv6 fragments discard the datagram (RFC 5722).
//
// May import: Net. Must never: keep more than its bounds, trust an offset or a length, know what a flow is.
