import Net
import Testing

@Suite("Ports")
struct PortTests {
    @Test(
        "port ranges keep their text",
        arguments: ["22/tcp", "6000-6063/tcp", "53/udp", "0/sctp", "65535/tcp", "0-65535/udp"])
    func text(_ text: String) throws {
        #expect(try #require(PortRange(text)).description == text)
    }

    @Test("a range of one port is written as one")
    func rangeOfOne() throws {
        #expect(try #require(PortRange("22-22/tcp")).description == "22/tcp")
    }

    @Test(
        "what is no port",
        arguments: [
            "", "22", "22/tpc", "22/TCP", "/tcp", "22/", "22/tcp/", "65536/tcp", "-1/tcp", "+22/tcp",
            "22-/tcp",
            "-22/tcp", "22-21/tcp", "1-2-3/tcp", "22 /tcp", "22/icmp", "٢٢/tcp", "1--2/tcp", "-/tcp",
        ])
    func noPort(_ text: String) {
        #expect(PortRange(text) == nil)
    }

    @Test(
        "kinds",
        arguments: [(1023, PortKind.system), (1024, .user), (32767, .user), (32768, .dynamic)]
            as [(UInt16, PortKind)])
    func kind(number: UInt16, expected: PortKind) {
        #expect(PortKind(number) == expected)
    }

    @Test(
        "containment",
        arguments: [
            ("22/tcp", 22, TransportProtocol.tcp, true), ("22/tcp", 22, .udp, false),
            ("6000-6063/tcp", 5999, .tcp, false), ("6000-6063/tcp", 6000, .tcp, true),
            ("6000-6063/tcp", 6063, .tcp, true), ("6000-6063/tcp", 6064, .tcp, false),
            ("0-65535/udp", 65535, .udp, true),
        ] as [(String, UInt16, TransportProtocol, Bool)])
    func contains(range: String, number: UInt16, transport: TransportProtocol, expected: Bool) throws {
        #expect(try #require(PortRange(range)).contains(ServicePort(number, transport)) == expected)
    }

    @Test("ports sort by number, then transport")
    func order() {
        let ports = [
            ServicePort(53, .tcp), ServicePort(53, .udp), ServicePort(53, .sctp), ServicePort(443, .tcp),
        ]
        #expect(ports.shuffled().sorted() == ports)
        #expect(ports.map(\.description) == ["53/tcp", "53/udp", "53/sctp", "443/tcp"])
    }

    @Test(
        "transport names",
        arguments: [
            (6, "tcp"), (17, "udp"), (132, "sctp"), (47, "gre"), (4, "ipip"), (41, "6in4"), (1, "ip-1"),
        ]
            as [(UInt8, String)])
    func transports(number: UInt8, name: String) {
        #expect(TransportProtocol(number: number).description == name)
        let isNamedInPorts = ["tcp", "udp", "sctp"].contains(name)
        #expect(TransportProtocol(name)?.number == (isNamedInPorts ? number : nil))
    }
}

@Suite("Times")
struct TimeTests {
    // The seconds are those of `date -u -d ... +%s`.
    static let moments: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1, "1970-01-01T00:00:00.000000Z"),
        (999, "1970-01-01T00:00:00.000000Z"),
        (1000, "1970-01-01T00:00:00.000001Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000Z"),
        (951_868_800_000_000_000, "2000-03-01T00:00:00.000000Z"),
        (1_709_210_096_123_456_789, "2024-02-29T12:34:56.123456Z"),
        (1_795_464_909_000_000_000, "2026-11-23T20:15:09.000000Z"),
        (4_102_444_799_999_999_999, "2099-12-31T23:59:59.999999Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (-1000, "1969-12-31T23:59:59.999999Z"),
        (-1001, "1969-12-31T23:59:59.999998Z"),
        (-86_400_000_000_000, "1969-12-31T00:00:00.000000Z"),
        (-2_208_988_800_000_000_000, "1900-01-01T00:00:00.000000Z"),
        (.max, "2262-04-11T23:47:16.854775Z"),
        (.min, "1677-09-21T00:12:43.145224Z"),
    ]

    @Test("RFC 3339 text", arguments: moments)
    func text(nanoseconds: Int64, expected: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).description == expected)
    }

    @Test("every day of 1600 to 2400 goes to its number and back, one after the other")
    func everyDay() throws {
        let first = try #require(CivilDate.toDays(year: 1600, month: 1, day: 1))
        let last = try #require(CivilDate.toDays(year: 2400, month: 12, day: 31))
        #expect(first == -135_140)
        #expect(last == 157_419)
        var (year, month, day): (Int64, Int64, Int64) = (1600, 1, 1)
        for number in first...last {
            let date = CivilDate.fromDays(number)
            guard date == (year, month, day), CivilDate.toDays(year: year, month: month, day: day) == number
            else {
                Issue.record("day \(number) is \(date), not \(year)-\(month)-\(day)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            day += 1
            if day > lengths[Int(month) - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test(
        "dates",
        arguments: [
            ("1970-01-01", 0), ("2027-06-30", 20_999), ("2024-02-29", 19_782), ("2000-02-29", 11_016),
            ("0000-03-01", -719_468),
        ] as [(String, Int64)])
    func dates(text: String, days: Int64) {
        #expect(CivilDate.parse(text) == days)
    }

    @Test(
        "what is no date",
        arguments: [
            "", "2026", "2026-11", "2026-11-31", "2023-02-29", "1900-02-29", "2026-13-01", "2026-00-01",
            "2026-01-00", "2026-1-1", "26-01-01", "2026/01/01", "2026-01-01T00:00:00Z", "-026-01-01",
            "2026-01-01-", "２０２６-01-01", "+026-01-01", "2026--1-01",
        ])
    func noDate(_ text: String) {
        #expect(CivilDate.parse(text) == nil)
    }

    @Test(
        "what a file may tell",
        arguments: [
            (0, 1, 0, 0), (-1, 1_000_000_000, 7, -999_999_993), (.max / 2, 1, 0, .max / 2),
            (.max / 2, 1, 1, nil), (-(.max / 2), 1, -1, nil), (.max, 1000, 0, nil), (1, 1, .max, nil),
        ] as [(Int64, Int64, Int64, Int64?)])
    func possible(count: Int64, unit: Int64, rest: Int64, expected: Int64?) {
        #expect(Timestamp(possible: count, of: unit, and: rest)?.nanoseconds == expected)
    }

    @Test(
        "RFC 3339 of years that are too far", arguments: ["1700-01-01", "2260-01-01", "9999-12-31T23:59:59Z"])
    func tooFar(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(
        "differences are as large as fits",
        arguments: [(7, 3, 4), (3, 7, -4), (.max, -1, .max), (.min, 1, .min)] as [(Int64, Int64, Int64)])
    func differences(end: Int64, start: Int64, expected: Int64) {
        #expect(Timestamp(nanoseconds: end).nanoseconds(since: Timestamp(nanoseconds: start)) == expected)
    }

    @Test("milliseconds", arguments: [(1_999_999, 1), (2_000_000, 2), (0, 0)] as [(Int64, Int64)])
    func milliseconds(nanoseconds: Int64, expected: Int64) {
        #expect(Timestamp(nanoseconds: nanoseconds).milliseconds == expected)
    }

    @Test("seconds become nanoseconds")
    func seconds() {
        #expect(Timestamp(seconds: 3).nanoseconds == 3_000_000_000)
        #expect(Timestamp(seconds: 3) < Timestamp(nanoseconds: 3_000_000_001))
    }
}

@Suite("Integers of spans")
struct SpanTests {
    @Test("network byte order at unaligned offsets")
    func integers() {
        let bytes: [UInt8] = [0xff, 1, 2, 3, 4, 5, 6, 7, 8]
        bytes.withBytes { span in
            #expect(span.u8(0) == 0xff)
            #expect(span.u16(1) == 0x0102)
            #expect(span.u24(1) == 0x01_0203)
            #expect(span.u32(1) == 0x0102_0304)
            #expect(span.u64(1) == 0x0102_0304_0506_0708)
            #expect(span.u16le(1) == 0x0201)
            #expect(span.u32le(1) == 0x0403_0201)
        }
    }
}
