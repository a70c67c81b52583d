/// What a site says of packs: which of two it takes, what of them it leaves out, which of their offers it takes up.
extension Word {
    var choiceGuide: Language.Guide {
        switch self {
        case .accept:
            guide(
                .policy, "accept \"offport/library/ariel\"",
                "Takes up the allowances of a pack, of one of its files, or one of them (\"...#2\").",
                ["id": "string"])
        case .disable:
            guide(
                .policy, "disable \"acme/ics/modbus\"",
                "Leaves out a pack, a plugin, a protocol, a detection or an allowance.", ["id": "string"])
        case .prefer:
            guide(
                .policy, "prefer \"modbus\" { \"acme/ics\" }",
                "Of two packs that name the same protocol or detection, this one's counts.",
                ["name": "string"])
        default:
            guide(
                .policy, "severity \"alternate\" { \"info\" }",
                "How grave findings are here: of a detection, of a rule such as off-port, or of a class of off-port.",
                ["rule": "string"])
        }
    }
}
