internal import Plugins

/// A list of archives in a folder, behind an HTTPS address, or in a bundle: `packs.index`.
///
/// The list itself is believed in nothing: each archive is held against its size and SHA-256, then against its own list of
/// files, then against who signed it.
struct PackIndex: Sendable {
    /// The list's name in its folder.
    static let fileName = "packs.index"

    /// An archive.
    struct Entry: Sendable, Equatable {
        var name: String
        var version: Version
        /// The archive's name beside the list.
        var archive: String
        var size: Int
        var sha256: String
        /// What it needs of Offport.
        var needs: String?
        var depends: [String: String]
    }

    var entries: [Entry]

    /// Lists archives.
    init(_ entries: [Entry]) {
        self.entries = entries.sorted { ($0.name, $1.version) < ($1.name, $0.version) }
    }

    /// Reads a list.
    init(_ bytes: [UInt8], from origin: String) throws(PackFailure) {
        var entries: [Entry] = []
        for stanza in try Stanza.read(bytes, path: origin) {
            let place = "\(origin):\(stanza.line)"
            if stanza.word == "format" {
                guard stanza.value == "1" else {
                    throw PackFailure("\(place): written by a newer offport (format \(stanza.value))")
                }
                continue
            }
            let parts = stanza.value.split(separator: " ")
            guard stanza.word == "pack", parts.count == 2, PackName.isOwned(String(parts[0])),
                let version = Version(parts[1]), let archive = stanza["archive"],
                PackGate.complaint(about: archive) == nil, let size = stanza["size"].flatMap({ Int($0) }),
                (0...PackLimits.totalBytes).contains(size), let hash = stanza["sha256"],
                Hex.isDigits(hash, count: 64)
            else { throw PackFailure("\(place): this is no entry of an index of packs") }
            var depends: [String: String] = [:]
            for text in stanza.all("depends") {
                let parts = text.split(separator: " ", maxSplits: 1)
                guard parts.count == 2 else { throw PackFailure("\(place): depends needs versions") }
                depends[String(parts[0])] = String(parts[1])
            }
            entries.append(
                Entry(
                    name: String(parts[0]), version: version, archive: archive, size: size, sha256: hash,
                    needs: stanza["needs"], depends: depends))
        }
        self.init(entries)
    }

    /// As it is written.
    var bytes: [UInt8] {
        let stanzas = entries.map { entry in
            var items = [
                Stanza.Item(key: "archive", value: entry.archive),
                Stanza.Item(key: "size", value: "\(entry.size)"),
                Stanza.Item(key: "sha256", value: entry.sha256),
            ]
            if let needs = entry.needs { items.append(.init(key: "needs", value: needs)) }
            items += entry.depends.sorted { $0.key < $1.key }.map {
                .init(key: "depends", value: "\($0.key) \($0.value)")
            }
            return Stanza(word: "pack", value: "\(entry.name) \(entry.version)", items: items)
        }
        let all = [Stanza(word: "format", value: "1")] + stanzas
        return Array(
            Stanza.text(all, comment: "Packs that can be installed from here: offport pack index").utf8)
    }
}

extension PackIndex.Entry {
    /// An archive that holds a pack.
    init(_ pack: SealedPack, archive: String, bytes: [UInt8]) {
        self.init(
            name: pack.name, version: pack.version, archive: archive, size: bytes.count,
            sha256: Hex.sha256(bytes), needs: pack.manifest.needs, depends: pack.manifest.depends)
    }
}
