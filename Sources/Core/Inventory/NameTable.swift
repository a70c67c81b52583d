/// Names by number, each kept as long as somebody uses it; the numbers of forgotten names are used again.
struct NameTable: Sendable {
    private var names: [String] = []
    private var users: [UInt32] = []
    private var free: [UInt32] = []
    private var numbers: [String: UInt32] = [:]

    /// How many names are kept.
    var count: Int { numbers.count }

    subscript(number: UInt32) -> String { names[Int(number)] }

    /// The number of a name, which the caller now uses.
    mutating func retain(_ name: String) -> UInt32 {
        if let known = numbers[name] {
            users[Int(known)] &+= 1
            return known
        }
        let number: UInt32
        if let used = free.popLast() {
            number = used
            names[Int(number)] = name
            users[Int(number)] = 1
        } else {
            number = UInt32(names.count)
            names.append(name)
            users.append(1)
        }
        numbers[name] = number
        return number
    }

    /// One more uses a number that is in use.
    mutating func retain(_ number: UInt32) { users[Int(number)] &+= 1 }

    /// One less uses it; nobody, and the name is forgotten.
    mutating func release(_ number: UInt32) {
        let place = Int(number)
        users[place] &-= 1
        guard users[place] == 0 else { return }
        numbers[names[place]] = nil
        names[place] = ""
        free.append(number)
    }
}
