/* Before the C library: uname() tells of a machine like any other, so that no
 * capture says on which kernel it was made. */
#include <string.h>
#include <sys/utsname.h>

int uname(struct utsname *name) {
    memset(name, 0, sizeof *name);
    strcpy(name->sysname, "Linux");
    strcpy(name->nodename, "stage");
    strcpy(name->release, "6.1.0");
    strcpy(name->version, "#1");
    strcpy(name->machine, "x86_64");
    return 0;
}
