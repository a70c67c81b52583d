extension Section {
    /// A while such as `500ms`, `10s`, `5m`, `1h`, `2d`, `1w`; ten years at most.
    func duration(_ key: String, allowsZero: Bool = false) -> Duration? {
        guard let value = table[key] else { return nil }
        guard let (number, unit) = quantity(value),
            let one = Self.durations.first(where: { $0.unit == unit }), number >= (allowsZero ? 0 : 1)
        else {
            report(
                key,
                "\(written(value)) is not a duration; write it like \"500ms\", \"10s\", \"5m\", \"1h\" or \"7d\""
            )
            return nil
        }
        guard number <= 1_000_000, one.length * number <= .seconds(3650 * 86_400) else {
            report(key, "\(key) can be ten years at most (3650d), not \(written(value))")
            return nil
        }
        return one.length * number
    }

    /// A size in bytes such as `64KB`, `100MB`, `1GB`; a unit is 1024 of the one before.
    func size(_ key: String) -> Int? {
        guard let value = table[key] else { return nil }
        guard let (number, unit) = quantity(value), let one = Self.sizes.first(where: { $0.unit == unit }),
            number >= 1, number <= 1_000_000
        else {
            report(key, "\(written(value)) is not a size; write it like \"64KB\", \"100MB\" or \"1GB\"")
            return nil
        }
        return one.bytes * number
    }

    private static let durations: [(unit: Substring, length: Duration)] = [
        ("ms", .milliseconds(1)), ("s", .seconds(1)), ("m", .seconds(60)), ("h", .seconds(3600)),
        ("d", .seconds(86_400)), ("w", .seconds(604_800)),
    ]

    private static let sizes: [(unit: Substring, bytes: Int)] = [
        ("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1 << 30),
    ]

    private func quantity(_ value: LuaValue) -> (number: Int, unit: Substring)? {
        guard case .string(let bytes) = value else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let digits = text.prefix { ("0"..."9").contains($0) }
        return Int(digits).map { ($0, text.dropFirst(digits.count)) }
    }

    private func written(_ value: LuaValue) -> String {
        switch value {
        case .string(let bytes): "'\(String(decoding: bytes, as: UTF8.self))'"
        case .integer(let number): "\(number) without a unit"
        default: value.kind
        }
    }
}
