import Glibc

/// A terminal taken over for a screen: keys come at once and unseen, and what stood there comes back at the end.
///
/// One of the files that may say `unsafe`: termios(3), ioctl(2), poll(2), read(2).
struct RawTerminal {
    private let saved: termios

    /// Takes the terminal over; nil when input or output is none.
    init?() {
        guard Console.outputIsTerminal, isatty(STDIN_FILENO) == 1, Console.environment("TERM") != "dumb"
        else {
            return nil
        }
        var mode = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &mode) == 0 else { return nil }
        saved = mode
        mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &mode)
        // The alternate screen, without a cursor.
        Self.write("\u{1b}[?1049h\u{1b}[?25l")
    }

    /// Asks for a line that is not shown, such as a password; nil when there is no terminal.
    static func secret(_ question: String) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return nil }
        var mode = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &mode) == 0 else { return nil }
        let before = mode
        mode.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode)
        Console.write(Array(question.utf8), to: STDERR_FILENO)
        let line = readLine()
        var saved = before
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
        Console.error("")
        return line
    }

    /// Gives the terminal back as it was.
    func restore() {
        Self.write("\u{1b}[?25h\u{1b}[?1049l")
        var mode = saved
        unsafe tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    }

    /// Its size; 80 by 24 when it does not tell.
    var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else {
            return (80, 24)
        }
        return (min(Int(size.ws_col), 500), min(Int(size.ws_row), 500))
    }

    /// Replaces the screen, in one piece so that it does not flicker.
    func draw(_ lines: [String]) {
        Self.write(
            "\u{1b}[H" + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\r\n") + "\u{1b}[J")
    }

    /// Waits for the time given; true as soon as `q` is pressed or the terminal is gone.
    func waitForQuit(milliseconds: Int64) -> Bool {
        let end = Console.uptime + milliseconds * 1_000_000
        while !Interruption.isRequested {
            let left = (end - Console.uptime) / 1_000_000
            guard left > 0 else { return false }
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            // A signal or a new size ends the waiting early; the loop sees which.
            guard unsafe poll(&input, 1, Int32(left)) > 0 else { return false }
            var keys = [UInt8](repeating: 0, count: 16)
            let count = unsafe read(STDIN_FILENO, &keys, keys.count)
            if count <= 0 || keys[..<count].contains(where: { $0 == UInt8(ascii: "q") || $0 == 3 }) {
                return true
            }
        }
        return true
    }

    private static func write(_ text: String) { Console.write(Array(text.utf8), to: STDOUT_FILENO) }
}
