/// Who the messages say they come from.
struct Sender: Sendable {
    /// The host's name.
    var host = SystemCalls.hostName()
    /// The process's number.
    var process = SystemCalls.processID
    /// The product's version.
    var version = ""
}
