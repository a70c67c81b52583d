extension Service {
    /// The names that its record has already: no field of a plugin can be called so.
    public static let ownNames: Set<String> = [
        "kind", "host", "transport", "port", "protocol", "standing", "by", "class", "owner", "first_seen",
        "last_seen", "sessions", "clients", "plugin", "capture", "direction", "confidence", "flow", "banners",
        "evidence", "sources", "conflicts",
    ]
}
