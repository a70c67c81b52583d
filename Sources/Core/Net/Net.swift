// Net: the words every other target shares.
//
// What is here: addresses, subnets, ports, endpoints, transports, times and the one safe way to read
// big-endian integers out of bytes. All of them are plain values without references, so they may be used
// on the packet path.
//
// May import: nothing. Must never: read a clock, allocate in a read accessor, import Foundation.
