#define _GNU_SOURCE
#include "privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(capability) ((uint32_t)1 << (capability))

// Both are below 32, so the upper words stay empty.
static const uint32_t capture = BIT(CAP_NET_RAW) | BIT(CAP_NET_ADMIN);

static int result(long returned) { return returned == 0 ? 0 : errno; }

int offport_keep_capabilities(int keep) { return result(prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0)); }

int offport_keep_only_capture_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    memset(data, 0, sizeof data);
    data[0].effective = capture;
    data[0].permitted = capture;
    return result(syscall(SYS_capset, &header, data));
}

int offport_bound_capabilities(void) {
    // The kernel may know more capabilities than the header that this was compiled with.
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++) {
        if (capability < 32 && (capture & BIT(capability))) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return errno;
    }
    return 0;
}

int offport_has_capture_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    memset(data, 0, sizeof data);
    return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & capture) == capture;
}

int offport_gain_no_privileges(void) { return result(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)); }
