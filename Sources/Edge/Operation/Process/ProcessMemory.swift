import FoundationEssentials
import Glibc

/// The memory of this process.
public enum ProcessMemory {
    /// The bytes that are in use; 0 where the system does not tell.
    public static var residentBytes: Int {
        // proc(5): the second number counts pages.
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let numbers = text.split(separator: " ")
        guard numbers.count > 1, let pages = Int(numbers[1]) else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
