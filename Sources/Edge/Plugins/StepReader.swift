internal import Matching

/// The words of `seq`.
extension MatcherReader {
    /// The steps of a sequence; nil after reporting what is wrong.
    func steps(_ node: LuaNode) -> [Step]? {
        let values = values(node)
        guard !values.isEmpty else {
            wrong(node, "seq { bytes \"...\", counted(2), ... }")
            return nil
        }
        let steps = values.compactMap { step($0, in: node) }
        return steps.count == values.count ? steps : nil
    }

    private func step(_ value: LuaValue, in sequence: LuaNode) -> Step? {
        guard case .node(let node) = value else {
            reading.report(
                sequence.line, "seq takes steps such as bytes \"...\" and counted(2), not \(value.kind)")
            return nil
        }
        switch node.word {
        case .bytes:
            // Any byte is a step too: it passes over what does not matter.
            guard node.arguments.count == 1, case .string(let text) = node.arguments[0], !text.isEmpty else {
                wrong(node, "bytes \"16 03 0? ??\"")
                return nil
            }
            return pattern(text, node).map { .classes($0) }
        case .starts, .startsNocase:
            guard case .classes(let classes, _)? = read(value, owner: "seq", line: node.line) else {
                return nil
            }
            return .classes(classes)
        case .labels, .ends:
            guard node.arguments.isEmpty else {
                wrong(node, "\(node.word.text)()")
                return nil
            }
            return node.word == .labels ? .labels : .ends
        case .counted, .countedLE: return counted(node)
        case .enter, .skip: return element(node)
        default:
            reading.report(
                node.line,
                "seq takes bytes, starts, labels, counted, enter, skip and ends, not \(node.word.text)")
            return nil
        }
    }

    private func counted(_ node: LuaNode) -> Step? {
        let numbers = integers(node)
        let (low, high) = numbers.count > 2 ? (numbers[1], numbers[2]) : (0, Step.maximumCount)
        let less = numbers.count == 4 ? numbers[3] : 0
        guard [1, 3, 4].contains(numbers.count), (1...4).contains(numbers[0]), 0 <= low, low <= high,
            (0...65_535).contains(less), less <= low
        else {
            wrong(
                node,
                "\(node.word.text)(2), \(node.word.text)(2, 1, 512) or \(node.word.text)(2, 4, 512, 4): bytes of the "
                    + "number, the least and the most it may be, what it counts of itself")
            return nil
        }
        return .counted(width: numbers[0], isLittle: node.word == .countedLE, range: low...high, less: less)
    }

    private func element(_ node: LuaNode) -> Step? {
        var tag: [ByteClass] = []
        if node.arguments.count == 1, case .string(let text) = node.arguments[0] {
            guard let classes = pattern(text, node) else { return nil }
            tag = classes
        }
        guard tag.count == 1 else {
            wrong(node, "\(node.word.text) \"30\": the element's tag, one byte")
            return nil
        }
        return .element(tag[0], enters: node.word == .enter)
    }

    /// `sized(2, 2)`, `sized(2, 2, 20)`.
    func sized(_ node: LuaNode) -> Matcher? {
        let numbers = integers(node)
        guard [2, 3].contains(numbers.count), (0...65_535).contains(numbers[0]), (1...4).contains(numbers[1]),
            (-65_535...65_535).contains(numbers.count == 3 ? numbers[2] : 0)
        else {
            wrong(
                node,
                "\(node.word.text)(2, 2) or \(node.word.text)(2, 2, 20): where the length stands, its bytes, what it does not count"
            )
            return nil
        }
        return .sized(
            offset: numbers[0], width: numbers[1], isLittle: node.word == .sizedLE,
            plus: numbers.count == 3 ? numbers[2] : 0)
    }

    /// The arguments of a word that takes whole numbers only; empty when one is something else.
    private func integers(_ node: LuaNode) -> [Int] {
        let numbers = node.arguments.compactMap { value -> Int? in
            guard case .integer(let number) = value else { return nil }
            return Int(number)
        }
        return numbers.count == node.arguments.count ? numbers : []
    }
}

extension Step {
    /// What a count may say when the plugin does not.
    static let maximumCount = Int(UInt32.max)

    /// Whether it asks for certain bytes, so that it can be found or refuted by them.
    var hasKnownBytes: Bool {
        switch self {
        case .classes, .element: true
        case .labels, .counted, .ends: false
        }
    }
}
