internal import CExpat
internal import Capture
internal import Net

/// Takes what stands in an XML file, in order.
protocol XMLTaker: AnyObject {
    /// Whether anything of an element is wanted; the attributes of others are not looked at.
    func wants(_ element: String) -> Bool
    /// An element begins; only those that are wanted.
    func begin(_ element: String, _ attributes: [String: String], line: Int)
    /// An element ends, of any name.
    func end(_ element: String)
    /// Text in an element; it may come in parts.
    func text(_ bytes: String)
}

/// Reads XML in pieces with expat, which checks it and knows its encodings.
///
/// Entities that a document declares are refused: no scanner declares any, and what they expand to has no bound.
/// Nothing outside the file is ever looked at.
@safe final class XMLReader {
    /// Why reading ended early.
    struct Failure: Error {
        var line: Int
        var text: String
    }

    /// Elements inside each other; nmap needs 6.
    private static let maximumDepth = 64
    /// The longest single tag or comment.
    private static let longestToken = 8 << 20
    private static let longestText = 64 << 10

    private let parser: XML_Parser?
    private let taker: any XMLTaker
    private var depth = 0
    private var bytesGiven = 0
    private var refusal: String?

    init(_ taker: any XMLTaker) {
        self.taker = taker
        unsafe parser = XML_ParserCreate(nil)
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        unsafe XML_SetElementHandler(
            parser, { unsafe XMLReader.from($0)?.began($1, $2) }, { unsafe XMLReader.from($0)?.ended($1) })
        unsafe XML_SetCharacterDataHandler(parser) { unsafe XMLReader.from($0)?.said($1, $2) }
        unsafe XML_SetEntityDeclHandler(parser) { owner, _, _, _, _, _, _, _, _ in
            unsafe XMLReader.from(owner)?.refuse(
                "declares entities, which no scanner does and which are not read: is this file what it seems?"
            )
        }
    }

    deinit { unsafe XML_ParserFree(parser) }

    /// Gives the parser the next bytes.
    func read(_ bytes: RawSpan, isLast: Bool) throws(Failure) {
        guard unsafe parser != nil else { throw Failure(line: 0, text: "there is no memory to read it") }
        bytesGiven += bytes.byteCount
        let status = unsafe bytes.withUnsafeBytes { all in
            unsafe XML_Parse(
                parser, all.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(clamping: all.count),
                isLast ? 1 : 0)
        }
        if let refusal { throw Failure(line: line, text: refusal) }
        guard status == XML_STATUS_OK else { throw failure() }
        let waiting = unsafe bytesGiven - max(Int(XML_GetCurrentByteIndex(parser)), 0)
        if !isLast, waiting > Self.longestToken {
            throw Failure(line: line, text: "has a tag or comment that is longer than 8 MB")
        }
    }

    private var line: Int { unsafe Int(XML_GetCurrentLineNumber(parser)) }

    private func failure() -> Failure {
        let code = unsafe XML_GetErrorCode(parser)
        let column = unsafe Int(XML_GetCurrentColumnNumber(parser)) + 1
        switch code {
        case XML_ERROR_NO_ELEMENTS:
            return Failure(line: line, text: "ends before an element: it is no XML file")
        case XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_PARTIAL_CHAR:
            return Failure(line: line, text: "ends early: it is cut off")
        case XML_ERROR_NO_MEMORY: return Failure(line: line, text: "there is no memory to read it")
        default:
            let word = unsafe XML_ErrorString(code).map { unsafe String(cString: $0) } ?? "error"
            return Failure(line: line, text: "is no XML from column \(column) on: \(word)")
        }
    }

    // MARK: What expat calls

    private static func from(_ owner: UnsafeMutableRawPointer?) -> XMLReader? {
        unsafe owner.map { unsafe Unmanaged<XMLReader>.fromOpaque($0).takeUnretainedValue() }
    }

    private func refuse(_ reason: String) {
        if refusal == nil { refusal = reason }
        unsafe XML_StopParser(parser, 0)
    }

    private func began(_ name: UnsafePointer<CChar>?, _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        depth += 1
        guard depth <= Self.maximumDepth else {
            return refuse("has more than \(Self.maximumDepth) elements inside each other")
        }
        guard refusal == nil, let name = unsafe name else { return }
        let element = unsafe String(cString: name)
        guard taker.wants(element) else { return }
        var attributes: [String: String] = [:]
        var place = 0
        while let key = unsafe list?[place], let value = unsafe list?[place + 1] {
            unsafe attributes[String(cString: key)] = String(cString: value)
            place += 2
        }
        taker.begin(element, attributes, line: line)
    }

    private func ended(_ name: UnsafePointer<CChar>?) {
        depth -= 1
        guard refusal == nil, let name = unsafe name else { return }
        unsafe taker.end(String(cString: name))
    }

    private func said(_ text: UnsafePointer<CChar>?, _ length: CInt) {
        guard refusal == nil, let text = unsafe text, length > 0 else { return }
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: min(Int(length), Self.longestText))
        unsafe taker.text(String(decoding: bytes, as: UTF8.self))
    }
}

/// Text of an element, gathered up to a bound.
struct GatheredText {
    private(set) var text = ""
    private static let longest = 4096

    mutating func clear() { text = "" }

    mutating func add(_ more: String) {
        guard text.utf8.count < Self.longest else { return }
        text += more.utf8.count <= Self.longest ? more : String(more.prefix(Self.longest))
    }
}
