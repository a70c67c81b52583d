public import Inventory

// State: what a run remembers for the next one, in one file.
//
// In: a baseline's snapshot and what was reported, as plain values. Out: the same, or why not.
// May import: Net, Inventory, Records. Must never: leave half a file behind, overwrite one that it does not
// understand, read a clock.

/// What a run remembers for the next one.
public struct SavedState: Sendable, Equatable {
    /// What is normal, and when each service was first seen.
    public var baseline: Baseline.Snapshot
    /// The findings that were reported.
    public var reported: [ReportedFindings.Entry]

    /// A state from its parts.
    public init(baseline: Baseline.Snapshot, reported: [ReportedFindings.Entry]) {
        self.baseline = baseline
        self.reported = reported
    }
}

/// The file that a state is kept in: JSON lines, of which the last tells how many there are and a checksum.
///
/// It is written beside itself and put in place at once, so whenever the writer is stopped there is either the
/// old state or the new one.
public struct StateFile: Sendable {
    /// The version of the file's form.
    public static let version = 1
    /// Larger files are not read.
    static let maximumBytes = 2 << 30

    /// Where it is.
    public let path: String

    /// The state file at a path.
    public init(path: String) { self.path = path }

    /// Why a state could not be read or written.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened, where, and what was done about it.
        public var description: String
    }

    /// Where a file goes that cannot be used.
    var asidePath: String { path + ".refused" }
    /// Where a file is written before it is put in place.
    var newPath: String { path + ".new" }

    /// Puts a state in the place of the one that is there.
    public func write(_ state: SavedState) throws(Failure) {
        do throws(DurableFile.Failure) {
            try DurableFile.replace(path, by: StateWriter.bytes(of: state), writingTo: newPath)
        } catch {
            throw Failure(description: "\(path): the state cannot be written: \(error.reason)")
        }
    }

    /// The state that was written last; nil when there is none.
    ///
    /// A file that is torn, foreign or of a later version is moved aside, and the failure says so: the run can go
    /// on as if there had been none.
    public func read() throws(Failure) -> SavedState? {
        let bytes: [UInt8]
        do throws(DurableFile.Failure) {
            guard let found = try DurableFile.bytes(of: path, limit: Self.maximumBytes) else { return nil }
            bytes = found
        } catch {
            throw Failure(description: "\(path): the state cannot be read: \(error.reason)")
        }
        do throws(StateReader.Refusal) {
            return try StateReader.state(from: bytes)
        } catch {
            throw refused(error.reason)
        }
    }

    private func refused(_ reason: String) -> Failure {
        do throws(DurableFile.Failure) {
            try DurableFile.move(path, to: asidePath)
            return Failure(
                description: "\(path): the state is not used: \(reason); it was moved to \(asidePath)")
        } catch {
            return Failure(
                description:
                    "\(path): the state is not used: \(reason); it cannot be moved aside: \(error.reason)")
        }
    }
}

/// The checksum of a file: FNV-1a of 64 bits, which no single changed byte leaves as it was.
///
/// It guards against
/// accidents, not against people.
struct Checksum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
