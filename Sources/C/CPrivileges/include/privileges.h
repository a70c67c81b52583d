// The calls of Linux that Swift cannot make: prctl(2) takes any number of arguments, capset(2) has no header.
//
// Each gives 0, or the errno that tells why not.

#ifndef OFFPORT_PRIVILEGES_H
#define OFFPORT_PRIVILEGES_H

// Whether this thread keeps its permitted capabilities when it gives up user 0.
int offport_keep_capabilities(int keep);

// Makes CAP_NET_RAW and CAP_NET_ADMIN the only capabilities of this thread.
int offport_keep_only_capture_capabilities(void);

// Takes all others out of what this thread and those it starts can ever get.
int offport_bound_capabilities(void);

// Whether this thread has both.
int offport_has_capture_capabilities(void);

// No program that is started from here can have more rights than this process.
int offport_gain_no_privileges(void);

#endif
