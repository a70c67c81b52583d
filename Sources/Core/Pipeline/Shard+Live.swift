internal import Flows
internal import Matching
internal import Net

extension Shard {
    /// Ends the flows that have been silent too long, though no packet tells the time.
    mutating func advance(to time: Timestamp, _ bench: inout Workbench) {
        let second = time.nanoseconds / 1_000_000_000
        if table.isNews(second: second) { expire(second, &bench) }
    }

    /// The library was replaced: protocols have other places now.
    ///
    /// - Parameter places: where each protocol of the old library is in the new one.
    mutating func adopt(_ places: [Int32], _ bench: borrowing Workbench) {
        for place in table.places {
            let number = Int(table[place].protocolNumber)
            guard number > 0 else { continue }
            let new = places[number - 1]
            table[place].protocolNumber = UInt16(new + 1)
            // Which signature it was is told already; the number means another one now.
            table[place].signature = -1
            // What the new library has no further interest in is only counted.
            switch table[place].phase {
            case .watched, .tunnel: treat(place, as: bench.treatments[Int(new)].phase)
            case .undecided, .settled, .layered, .vacant: break
            }
        }
        layers = layers.mapValues { $0.map { places[Int($0)] } }
        expectations.adopt(places)
        hiddenFlows.adopt(places)
    }
}
