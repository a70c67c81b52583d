import Net
import Testing

@Suite struct RawSpanTextTests {
    private func address(_ text: String) -> IPAddress? {
        Array(text.utf8).withBytes { $0.address(0..<$0.byteCount) }
    }

    @Test func addressesAreReadAsTheirTextsAre() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            // Groups of zeros make gaps.
            var halves: [UInt64] = [0, 0]
            for group in 0..<8 where Bool.random(using: &random) {
                halves[group / 4] |=
                    UInt64(UInt16.random(in: 0...0xffff, using: &random)) << UInt64(16 * (group % 4))
            }
            let value = IPAddress(high: halves[0], low: halves[1])
            #expect(address(value.description) == value)
            let v4 = IPAddress(v4: UInt32.random(in: 0 ... .max, using: &random))
            #expect(address(v4.description) == v4)
        }
    }

    @Test(arguments: [
        "", ":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "1:", ":1",
        "g::",
        "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.", "1..2.3", "1.2.3.4 ", "1:2:3:4:5:6:7:8::",
        "::ffff:1.2.3",
    ])
    func whatIsNoAddressIsNone(_ text: String) {
        #expect(address(text) == nil)
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        "::", "::1", "1::", "fe80::1%eth0", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8", "2001:DB8::A",
    ])
    func unusualFormsAreRead(_ text: String) {
        let plain = String(text.prefix { $0 != "%" })
        #expect(address(text) != nil && address(text) == IPAddress(plain))
    }

    @Test(arguments: [
        ("2026-11-25T11:00:08.123456+0000", "2026-11-25T11:00:08.123456Z"),
        ("2026-11-25T11:00:08Z", "2026-11-25T11:00:08.000000Z"),
        ("2026-11-25T11:00:08+02:00", "2026-11-25T09:00:08.000000Z"),
        ("2026-11-25 11:00:08", "2026-11-25T11:00:08.000000Z"),
    ])
    func times(_ text: String, _ expected: String) {
        #expect(Array(text.utf8).withBytes { $0.isoTime(0..<$0.byteCount) }?.description == expected)
    }

    @Test(arguments: [
        "2026-13-25T11:00:08Z", "2026-11-25T24:00:08Z", "2026-11-25T11:00:08+2:00", "2026-11-25", "now",
        // Further from 1970 than a time may be.
        "1700-01-01T00:00:00Z", "2260-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    ])
    func whatIsNoTimeIsNone(_ text: String) {
        #expect(Array(text.utf8).withBytes { $0.isoTime(0..<$0.byteCount) } == nil)
    }

    @Test(arguments: [
        ("1700000000.123456", 1_700_000_000_123_456_000), ("0.000001", 1000), ("12", 12_000_000_000),
        ("1.5e-05", 15_000),
    ])
    func decimals(_ text: String, _ billionths: Int64) {
        #expect(Array(text.utf8).withBytes { $0.billionths(0..<$0.byteCount) } == billionths)
    }

    @Test(arguments: [("4600000000", 4_600_000_000 as Int64?), ("4700000000", nil), ("8000000000.0", nil)])
    func epochs(_ text: String, _ seconds: Int64?) {
        let time = Array(text.utf8).withBytes { $0.epoch(0..<$0.byteCount) }
        #expect(time == seconds.map(Timestamp.init(seconds:)))
    }

    @Test(arguments: ["", ".", "-1", "1.2.3", "1e400", "99999999999999999999", "nan", "0x10"])
    func whatIsNoDecimalIsNone(_ text: String) {
        #expect(Array(text.utf8).withBytes { $0.billionths(0..<$0.byteCount) } == nil)
    }
}
