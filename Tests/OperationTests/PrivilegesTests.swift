import Glibc
import Testing

@testable import Operation

/// Only what changes nothing: the tests go on in this process.
@Suite struct PrivilegesTests {
    @Test func anUnknownUserIsSaid() {
        let expected = Privileges.Failure(
            description: "--user no-such-user: there is no such user (useradd --system no-such-user)")
        #expect(throws: expected) { try Privileges.drop(to: "no-such-user") }
    }

    @Test func rootIsNoUserToBecome() {
        let failure = #expect(throws: Privileges.Failure.self) { try Privileges.drop(to: "root") }
        #expect(
            failure?.description
                == (geteuid() == 0
                    ? "--user root: that is root itself; name a user without rights"
                    : "--user root: only root can become another user; this process belongs to user \(geteuid())")
        )
    }
}
