/// The folder that holds the spools of all receivers.
public enum SpoolFolder {
    /// Makes sure that what the spools hold is on the disk, and waits for that.
    ///
    /// For whoever is about to note durably what was reported: what is noted is never told again, so the alerts of it
    /// must not be lost with the machine's power. A slow disk makes the caller wait and holds up no alert.
    ///
    /// - Returns: why it could not be done; nil when it was, or when there are no spools.
    public static func sync(_ path: String) -> String? {
        do throws(DiskError) {
            for receiver in try namesThere(path) {
                let folder = "\(path)/\(receiver)"
                for name in try namesThere(folder) { try sync(file: "\(folder)/\(name)") }
                // The names of new files are on the disk only when their folder is.
                try sync(file: folder)
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func namesThere(_ folder: String) throws(DiskError) -> [String] {
        do throws(DiskError) { return try SystemCalls.names(in: folder) } catch {
            if error.isMissing { return [] }
            throw error
        }
    }

    private static func sync(file path: String) throws(DiskError) {
        do throws(DiskError) { try SystemCalls.sync(path) } catch {
            // A segment goes when all in it is delivered.
            if !error.isMissing { throw error }
        }
    }
}
