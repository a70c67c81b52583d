import Net

// Records: what was found, written for programs and for people.
//
// In: flow records, and an inventory with its services, clients and findings.
// Out: JSON lines (the names of docs/records.md are a contract: add, never rename), CSV, aligned tables and the
// text report, all as bytes or strings that the caller writes where it wants.
// May import: Net, Inventory. Must never: open files, read clocks, ask the terminal; use Foundation.
//
// Banners are the words of strangers. Nothing here lets them break a record (JSON and CSV quote them) or act
// on a terminal (tables and the report show control and formatting characters as dots).

/// What records need to know beyond the inventory: the names of signatures and the versions of packs.
public struct Naming: Sendable {
    /// The name of the signature at a place of the library's list, such as `offport/core/ssh#1`.
    public var signature: @Sendable (_ index: Int) -> String
    /// The version of the pack that a signature is from, without one that of the protocol's; nil where it has none.
    public var packVersion: @Sendable (_ signature: Int?, _ protocolIndex: Int) -> String?
    /// How the title of a protocol's plugin writes the protocol; nil where it does not.
    public var spelling: @Sendable (_ protocolName: String) -> String?

    /// Names as the given functions say.
    public init(
        signature: @escaping @Sendable (_ index: Int) -> String,
        packVersion: @escaping @Sendable (_ signature: Int?, _ protocolIndex: Int) -> String? = { _, _ in
            nil
        },
        spelling: @escaping @Sendable (_ protocolName: String) -> String? = { _ in nil }
    ) {
        self.signature = signature
        self.packVersion = packVersion
        self.spelling = spelling
    }
}

/// The number of a flow as records write it: 16 hexadecimal digits.
public func flowName(_ flow: UInt64) -> String {
    let digits = String(flow, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
