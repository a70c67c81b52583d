/// Turns nmap's templates (`$1`, `$P(1)`, `$SUBST(1,"_",".")`, `$I(1,">")`) into those of `identify`.
enum NmapTemplate {
    /// The template in Offport's words; nil when it cannot be read.
    ///
    /// - Parameter isCPE: what groups took is written as a part of a CPE name.
    static func converted(_ text: [UInt8], isCPE: Bool = false) -> [UInt8]? {
        var reader = Reader(text: text, tail: isCPE ? ":cpe" : "")
        return reader.read()
    }

    private struct Reader {
        let text: [UInt8]
        let tail: String
        var place = 0
        var result: [UInt8] = []

        init(text: [UInt8], tail: String) {
            self.text = text
            self.tail = tail
        }

        mutating func read() -> [UInt8]? {
            while place < text.count {
                let byte = text[place]
                place += 1
                switch byte {
                case UInt8(ascii: "{"): result += Array("{{".utf8)
                case UInt8(ascii: "$"): guard group() else { return nil }
                default: result.append(byte)
                }
            }
            return result
        }

        mutating func group() -> Bool {
            if let number = digits() {
                result += Array("{\(number)\(tail)}".utf8)
                return true
            }
            let start = place
            while place < text.count, (65...90).contains(text[place]) { place += 1 }
            let word = String(decoding: text[start..<place], as: UTF8.self)
            guard let arguments = arguments(), case .number(let number)? = arguments.first else {
                return false
            }
            let filter: [UInt8]
            switch (word, arguments.dropFirst().map { $0 }) {
            case ("P", let rest) where rest.isEmpty: filter = Array(":printable".utf8)
            case ("I", let rest) where rest.count == 1:
                guard case .text(let order) = rest[0], order == [62] || order == [60] else { return false }
                filter = Array((order == [62] ? ":number" : ":number_le").utf8)
            case ("SUBST", let rest) where rest.count == 2:
                guard case .text(let old) = rest[0], case .text(let new) = rest[1], !old.isEmpty,
                    let mark = "/|#!;~,".utf8.first(where: { !old.contains($0) && !new.contains($0) })
                else { return false }
                filter = Array(":replace".utf8) + [mark] + old + [mark] + new + [mark]
            default: return false
            }
            result += Array("{\(number)".utf8) + filter + Array("\(tail)}".utf8)
            return true
        }

        mutating func digits() -> Int? {
            var value: Int?
            while place < text.count, (48...57).contains(text[place]), (value ?? 0) < 100 {
                value = (value ?? 0) * 10 + Int(text[place] - 48)
                place += 1
            }
            return value
        }

        enum Argument {
            case number(Int)
            case text([UInt8])
        }

        /// `(1,"_",".")`.
        mutating func arguments() -> [Argument]? {
            guard place < text.count, text[place] == UInt8(ascii: "(") else { return nil }
            place += 1
            var found: [Argument] = []
            while place < text.count {
                switch text[place] {
                case UInt8(ascii: ")"):
                    place += 1
                    return found
                case UInt8(ascii: ","), 32: place += 1
                case UInt8(ascii: "\""):
                    guard let string = quoted() else { return nil }
                    found.append(.text(string))
                default:
                    guard let number = digits() else { return nil }
                    found.append(.number(number))
                }
            }
            return nil
        }

        mutating func quoted() -> [UInt8]? {
            let start = place + 1
            place = start
            while place < text.count, text[place] != UInt8(ascii: "\"") {
                place += text[place] == UInt8(ascii: "\\") ? 2 : 1
            }
            guard place < text.count else { return nil }
            defer { place += 1 }
            return NmapProbesReader.unescaped(Array(text[start..<place]))
        }
    }
}
