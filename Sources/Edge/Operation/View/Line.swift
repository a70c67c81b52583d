import Records

/// A line of a page: pieces with a colour each, cut to the width before the colours are put in.
struct Line {
    private struct Piece {
        var text: String
        var colour: Paint.Colour?
    }

    private var pieces: [Piece] = []
    private(set) var used = 0

    /// A line that begins with plain words.
    init(_ text: String = "", _ colour: Paint.Colour? = nil) { add(text, colour) }

    /// A line with a title in the first columns.
    init(title: String) {
        add(padded(title, to: 10), .bold)
    }

    /// Adds words; those of strangers are made harmless.
    mutating func add(_ text: String, _ colour: Paint.Colour? = nil) {
        let text = printable(text)
        guard !text.isEmpty else { return }
        pieces.append(Piece(text: text, colour: colour))
        used += columns(text)
    }

    /// Adds words in a column of their own.
    mutating func add(_ text: String, width: Int, atRight: Bool = false, _ colour: Paint.Colour? = nil) {
        add(padded(truncated(printable(text), to: width), to: width, atRight: atRight), colour)
    }

    /// Adds words behind a gap; nothing when they are nil.
    mutating func item(_ text: String?, _ colour: Paint.Colour? = nil) {
        guard let text else { return }
        add("   ")
        add(text, colour)
    }

    /// Adds words at the right edge, where there is room.
    mutating func atRight(_ text: String, width: Int, _ colour: Paint.Colour? = nil) {
        let room = width - used - columns(text)
        guard room > 0 else { return }
        add(String(repeating: " ", count: room) + text, colour)
    }

    /// The line, at most so wide, without spaces at its end.
    func text(width: Int, _ paint: Paint) -> String {
        var text = ""
        var left = width
        for (place, piece) in pieces.enumerated() where left > 0 {
            let isLast = place == pieces.count - 1
            var shown = truncated(piece.text, to: left)
            left -= columns(shown)
            if isLast || left <= 0 { while shown.last == " " { shown.removeLast() } }
            text += paint(shown, piece.colour)
        }
        return text
    }
}

extension Paint {
    /// The colour of a standing by its name.
    static func colour(ofStanding name: String) -> Colour? {
        switch name {
        case "off-port": .yellow
        case "allowed": .green
        default: nil
        }
    }
}
