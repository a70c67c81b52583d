// Every capture of the project, mutated in every way and run through the whole engine with the core pack: what a
// service is called does not depend on where it runs, what carries it, or how much luck the tap had.
//
//   CorePack          what is recognised by, and the captures
//   Exclusion         what may change after all, and why: all in one table
//   MutatorTests      the mutations themselves
//
// The target Replays has the mutations' table and the rules of the comparison; `offport plugin test` uses the same.

import Mutations
import Replays
import Testing

@Suite struct MutationTests {
    /// By mutation, every capture compared.
    private static let comparisons: Result<[String: [Comparison]], any Error> = Result {
        let captures = try RecordedCapture.all.get()
        let replay = Replay(CorePack.library)
        return Dictionary(
            uniqueKeysWithValues: MutationCase.all.map { mutation in
                (mutation.name, captures.map { Comparison($0, mutation, replay) })
            })
    }

    private static func comparisons(_ mutation: MutationCase) throws -> [Comparison] {
        try comparisons.get()[mutation.name] ?? []
    }

    @Test(arguments: MutationCase.all)
    func noFlowGetsAnotherName(mutation: MutationCase) throws {
        let wrong = try Self.comparisons(mutation).flatMap(\.renamings).filter { renaming in
            !Exclusion.all.contains { renaming.isExcluded(by: $0) }
        }
        #expect(wrong.isEmpty, "\(wrong.map(\.description).joined(separator: "\n"))")
    }

    @Test(arguments: MutationCase.all.filter(\.keepsServices))
    func servicesAndFindingsStay(mutation: MutationCase) throws {
        let wrong = try Self.comparisons(mutation).flatMap(\.misplacements).filter { misplacement in
            !Exclusion.all.contains { misplacement.isExcluded(by: $0) }
        }
        #expect(wrong.isEmpty, "\(wrong.map(\.description).joined(separator: "\n"))")
    }

    @Test(arguments: MutationCase.all)
    func noHeaderBreaks(mutation: MutationCase) throws {
        #expect(try Self.comparisons(mutation).allSatisfy { $0.newlyMalformed == 0 })
    }

    /// The rule is worth something: most flows have to keep their name, and most services of the lab are moved.
    @Test func muchIsCompared() throws {
        let captures = try RecordedCapture.all.get()
        let all = try Self.comparisons.get().values.joined()
        let (compared, held) = all.reduce((0, 0)) { ($0.0 + $1.flows.compared, $0.1 + $1.flows.held) }
        let moved = try Self.comparisons.get()["relocated", default: []].map(\.outcome.offPort.count).reduce(
            0, +)
        print(
            "\(captures.count) captures, \(all.count) mutated ones, \(compared) flows compared, \(held) of them held to "
                + "their name, \(moved) findings after relocation")
        #expect(captures.count > 70 && compared > 8000 && held > 4000 && moved > 200)
    }

    @Test(arguments: Exclusion.all)
    func everyExclusionIsNeeded(exclusion: Exclusion) throws {
        let all = try Self.comparisons.get().values.joined()
        #expect(
            all.contains { comparison in
                comparison.renamings.contains { $0.isExcluded(by: exclusion) }
                    || comparison.misplacements.contains { $0.isExcluded(by: exclusion) }
            })
    }
}
