public import Inventory

// Tools spell one product in several ways: `vsFTPd 3.0.3` and `vsftpd 3.0.3`, `Apache` and `Apache httpd`. All that
// compares what two of them say compares it here.

extension Service.Banner {
    /// Whether this says something else than an other banner of the same service.
    ///
    /// That is another product, or of the same product another version. Where one of them names no product, the exact
    /// words count.
    public func contradicts(_ other: Service.Banner) -> Bool {
        if program != nil, other.program != nil {
            return ProductNames.differ((program, fields["version"]), (other.program, other.fields["version"]))
        }
        if let text, let words = other.text { return text != words }
        return (product ?? text) != (other.product ?? other.text)
    }

    /// Whether this tells nothing that an other banner of the same service has not told: the same words or, where one of
    /// them has no words of its own, the same product.
    public func repeats(_ other: Service.Banner) -> Bool {
        if let text, let words = other.text { return text == words }
        guard program != nil, other.program != nil else { return false }
        return !contradicts(other)
    }
}

/// Compares products and versions as tools write them.
enum ProductNames {
    /// Whether two name different products, or different versions; one may say more than the other, and what one does
    /// not say is no difference.
    static func differ(
        _ left: (product: String?, version: String?), _ right: (product: String?, version: String?)
    ) -> Bool {
        if let one = left.product, let other = right.product, !isSame(one, other) { return true }
        guard let one = left.version, let other = right.version else { return false }
        return !continues(one, other) && !continues(other, one)
    }

    /// Whether two names mean the same product: all words of the one are words of the other, in either case.
    static func isSame(_ one: String, _ other: String) -> Bool {
        let (left, right) = (words(one), words(other))
        guard !left.isEmpty, !right.isEmpty else { return one == other }
        return left.isSubset(of: right) || right.isSubset(of: left)
    }

    private static func words(_ name: String) -> Set<Substring> {
        Set(name.lowercased().split { !$0.isLetter && !$0.isNumber })
    }

    /// Whether a version is another one, or tells more of it: `9.6p1` of `9.6`, but not `1.22` of `1.2`.
    private static func continues(_ long: String, _ short: String) -> Bool {
        guard long.hasPrefix(short) else { return false }
        guard let next = long.dropFirst(short.count).first, let last = short.last else { return true }
        return !(next.isNumber && last.isNumber)
    }
}
