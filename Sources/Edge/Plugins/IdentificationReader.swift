internal import Matching
internal import Net
internal import Regexes

/// Turns `identify { server = [[...]], gives = { ... } }` into an identification.
struct IdentificationReader {
    let reading: Reading

    func read(_ section: Section) -> Identification? {
        let errorsBefore = reading.errorCount
        section.checkKeys(Language.keys(of: .identify))
        section.checkNoItems()
        let (client, server) = (section.bytes("client"), section.bytes("server"))
        guard (client == nil) != (server == nil), let text = client ?? server else {
            reading.report(section.line, "identify needs either client = [[...]] or server = [[...]]")
            return nil
        }
        let regex = reading.expression(text, from: section.line)
        var within: String?
        if let text = section.bytes("within") {
            let regex = reading.expression(text, from: section.line)
            within = regex?.pattern
            if regex?.groupCount == 0 {
                reading.report(literal: text, from: section.line, "within needs a group: the text to look at")
            }
        }
        guard case .table(let table)? = section.table["gives"], table.items.isEmpty, !table.keys.isEmpty
        else {
            section.report("gives", "identify needs what it gives: gives = { product = \"...\" }")
            return nil
        }
        var names: [String: Int] = [:]
        for group in regex?.groups ?? [] where names[group.name] == nil { names[group.name] = group.number }
        var gives: [(name: String, template: FieldTemplate)] = []
        for (name, value) in table.keys {
            if client == nil, let clash = Reading.clash(ofField: name) { section.report(name, clash) }
            guard case .string(let text) = value else {
                section.report(name, "\(name) must be a string, not \(value.kind)")
                continue
            }
            do throws(FieldTemplate.Problem) {
                let template = try FieldTemplate(text, names: names)
                gives.append((name, template))
                if let regex, let wrong = template.groups.first(where: { $0 > regex.groupCount }) {
                    section.report(name, "{\(wrong)} is no group: the pattern has \(regex.groupCount)")
                }
            } catch {
                section.report(name, error.description)
            }
        }
        guard let regex, reading.errorCount == errorsBefore else { return nil }
        return Identification(
            speaker: client == nil ? .server : .client, pattern: regex.pattern, within: within, gives: gives,
            origin: reading.location(section.line))
    }
}
