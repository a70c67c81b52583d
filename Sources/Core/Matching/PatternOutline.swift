/// What a PCRE2 pattern asks for, as far as its text says: how it begins, which bytes it cannot do without, how much it
/// takes to fit it by chance.
///
/// Of patterns that use more than common syntax (conditions, recursion, Unicode properties) there is no outline.
public struct PatternOutline: Sendable {
    /// A part of a pattern.
    indirect enum Node: Sendable {
        /// One byte of a class.
        case byte(ByteClass)
        case sequence([Node])
        case alternatives([Node])
        case repeated(Node, least: Int, most: Int?)
        /// A group that captures, with its number.
        case group(Int, Node)
        /// What an earlier group took.
        case reference(Int)
        /// The beginning of the bytes.
        case start
        /// Something that takes no byte: an end, a word's boundary, a look ahead or behind.
        case nothing
    }

    let root: Node
    /// How many groups capture.
    public let groups: Int

    /// The outline of a pattern; nil when it is none, or uses what is not read here.
    public init?(_ pattern: some Collection<UInt8>) {
        var parser = PatternParser(pattern)
        guard let root = parser.parse() else { return nil }
        self.root = root
        groups = parser.groups
    }

    /// Whether it can only hold from the first byte on.
    public var isAnchored: Bool { Self.isAnchored(root) }

    private static func isAnchored(_ node: Node) -> Bool {
        switch node {
        case .start: true
        case .sequence(let parts):
            parts.first { if case .nothing = $0 { false } else { true } }.map(isAnchored) ?? false
        case .alternatives(let parts): parts.allSatisfy(isAnchored)
        case .group(_, let inner): isAnchored(inner)
        case .byte, .repeated, .reference, .nothing: false
        }
    }

    // MARK: How it begins

    /// The classes of the first bytes, one a byte, as far as every fit has them; empty when it is not anchored.
    public var beginning: [ByteClass] {
        guard isAnchored else { return [] }
        var classes = Self.beginning(root).classes
        while classes.last == .all { classes.removeLast() }
        return classes
    }

    private static let longestBeginning = 64

    /// - Returns: the classes, and whether what comes next stands right behind them.
    private static func beginning(_ node: Node) -> (classes: [ByteClass], goesOn: Bool) {
        switch node {
        case .byte(let byteClass): return ([byteClass], true)
        case .start, .nothing: return ([], true)
        case .reference: return ([], false)
        case .group(_, let inner): return beginning(inner)
        case .sequence(let parts):
            var classes: [ByteClass] = []
            for part in parts {
                let next = beginning(part)
                classes += next.classes
                if !next.goesOn || classes.count >= longestBeginning { return (classes, false) }
            }
            return (classes, true)
        case .repeated(let inner, let least, let most):
            let once = beginning(inner)
            guard once.goesOn else { return (least > 0 ? once.classes : [], false) }
            let times = once.classes.isEmpty ? 0 : min(least, longestBeginning)
            let classes = (0..<times).flatMap { _ in once.classes }
            return (classes, most == least && times == least)
        case .alternatives(let parts):
            let all = parts.map(beginning)
            let count = all.map(\.classes.count).min() ?? 0
            let classes = (0..<count).map { place in
                all.reduce(into: ByteClass()) { $0.formUnion($1.classes[place]) }
            }
            return (classes, all.allSatisfy { $0.goesOn && $0.classes.count == count })
        }
    }

    // MARK: What it cannot do without

    /// The texts that stand in everything that fits.
    public var literals: [[UInt8]] {
        var runs: [[UInt8]] = []
        var run: [UInt8] = []
        Self.collect(root, &run, &runs)
        runs.append(run)
        return runs.filter { !$0.isEmpty }
    }

    private static func collect(_ node: Node, _ run: inout [UInt8], _ runs: inout [[UInt8]]) {
        func cut() {
            runs.append(run)
            run = []
        }
        switch node {
        case .byte(let byteClass):
            if let value = byteClass.onlyValue { run.append(value) } else { cut() }
        case .start, .nothing: break
        case .group(_, let inner): collect(inner, &run, &runs)
        case .sequence(let parts): for part in parts { collect(part, &run, &runs) }
        case .repeated(let inner, let least, let most):
            guard least > 0 else { return cut() }
            for _ in 0..<min(least, 8) { collect(inner, &run, &runs) }
            if most != least || least > 8 { cut() }
        case .alternatives, .reference: cut()
        }
    }

    /// How many bits a chance fit takes, at least: 8 for a byte that must be one value, none for any byte.
    public var bits: Int { Self.bits(root) }

    private static func bits(_ node: Node) -> Int {
        switch node {
        case .byte(let byteClass): byteClass.bits
        case .start, .nothing, .reference: 0
        case .group(_, let inner): bits(inner)
        case .sequence(let parts): parts.reduce(0) { min(1 << 20, $0 + bits($1)) }
        case .repeated(let inner, let least, _): min(least, 1 << 10) * bits(inner)
        case .alternatives(let parts): parts.map(bits).min() ?? 0
        }
    }

    // MARK: Samples

    /// A text that should fit; whoever needs one that does asks the pattern, for what it looks at without taking it is
    /// not read here.
    ///
    /// - Parameter attempt: texts of other attempts take other ways where the pattern leaves a choice.
    public func sample(attempt: Int = 0) -> [UInt8] {
        var text: [UInt8] = []
        var taken: [Int: Range<Int>] = [:]
        Self.write(root, attempt, &text, &taken)
        return text
    }

    private static let longestSample = 2000

    private static func write(
        _ node: Node, _ attempt: Int, _ text: inout [UInt8], _ taken: inout [Int: Range<Int>]
    ) {
        guard text.count < longestSample else { return }
        switch node {
        case .byte(let byteClass):
            let liked: [UInt8] = attempt % 2 == 0 ? [49, 97, 65, 32] : [97, 49, 45, 46]
            text.append(liked.first(where: byteClass.contains) ?? byteClass.values.first ?? 0)
        case .start, .nothing: break
        case .reference(let number):
            if let range = taken[number] { text += Array(text[range]) }
        case .group(let number, let inner):
            let start = text.count
            write(inner, attempt, &text, &taken)
            taken[number] = start..<text.count
        case .sequence(let parts): for part in parts { write(part, attempt, &text, &taken) }
        case .repeated(let inner, let least, let most):
            let wanted = min(most ?? .max, max(least, attempt / 2))
            for _ in 0..<min(wanted, 512) { write(inner, attempt, &text, &taken) }
        case .alternatives(let parts):
            write(parts[attempt / 4 % parts.count], attempt, &text, &taken)
        }
    }
}
