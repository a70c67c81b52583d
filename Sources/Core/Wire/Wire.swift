// Wire: frame bytes and a link type come in; headers and the range of the payload go out, as the plain
// value `Packet`.
//
// The three steps of a packet, each a method of `Decoder`:
//   link      the frame's bytes -> where its IP header lies (VLAN, MPLS, PPPoE and LLC are passed through)
//   packet    the IP and transport headers -> addresses, ports, sequence numbers, payload range
//   enclosed  the payload of a tunnel -> where the IP header inside it lies, in the same bytes
// One file per header, named after it. A file holds the header's layout and the decisions about it.
//
// May import: Net. Must never: allocate, keep a reference to the bytes, read outside them, drop a frame
// without counting it under a name, use `unsafe`. Checksums are not verified: network cards fill them in
// after the capture point (offload), so that a correct capture of the sender's own packets fails them all.
