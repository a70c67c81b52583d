/// Why a receiver did not take an alert.
enum DeliveryError: Error, CustomStringConvertible {
    /// It may later.
    case failed(String)
    /// It never will take this one; others it may.
    case refused(String)

    var description: String {
        switch self {
        case .failed(let text), .refused(let text): text
        }
    }
}
