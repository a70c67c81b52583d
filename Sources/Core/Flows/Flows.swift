// Flows: packet -> which flow, which direction, who is the client, when it ends.
//
// What comes in: decoded packets (`Packet`) and their time. What goes out: the flow's place in the table and the
// direction of the packet; flows whose time is up, one by one.
//
// A flow is a plain value of two cache lines in a slab (`FlowTable`); its key is symmetric, so both directions find
// it; time comes from the packets and expiry is lazy: a packet only writes its last time, a timer wheel looks later.
//
// May import: Net, Wire, Reassembly. Must never: read a clock, allocate per packet, know what a signature is.
