/// What the index can find a matcher by.
struct Foothold {
    /// Of these one must be there; nil when there is nothing to rely on.
    private(set) var anchors: [Anchor]?
    let required: RequiredBits
    /// Bits of the weakest anchor; half for lines, which may come late.
    let quality: Int
    let isLineBased: Bool

    init(_ matcher: Matcher) {
        anchors = matcher.anchors()
        required = RequiredBits(of: matcher)
        isLineBased = matcher.isLineBased
        let bits = anchors.map(Matcher.weakest) ?? 0
        if bits == 0 { anchors = nil }
        quality = isLineBased ? bits / 2 : bits
    }
}
