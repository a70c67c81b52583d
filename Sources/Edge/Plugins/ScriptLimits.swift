/// What the Lua of plugins may use.
public struct ScriptLimits: Sendable {
    /// Instructions while a file is loaded.
    public var loadInstructions: Int64
    /// Bytes a loading file may hold.
    public var loadMemory: Int
    /// Instructions of one check or field function.
    public var callInstructions: Int64
    /// Bytes a call may hold above what the loaded file holds.
    public var callMemory: Int
    /// Errors and overruns after which a file is asked no more.
    public var failures: Int
    /// Protocols of a library, 65,535 at most: a flow keeps its own in 16 bits.
    public var protocols: Int

    /// Limits; what is left out is as in ``standard``.
    public init(
        loadInstructions: Int64 = 10_000_000, loadMemory: Int = 64 << 20, callInstructions: Int64 = 100_000,
        callMemory: Int = 1 << 20, failures: Int = 5, protocols: Int = 65_535
    ) {
        self.loadInstructions = loadInstructions
        self.loadMemory = loadMemory
        self.callInstructions = callInstructions
        self.callMemory = callMemory
        self.failures = failures
        self.protocols = min(protocols, 65_535)
    }

    /// Enough for packs with thousands of signatures, too little to stall a worker.
    public static let standard = ScriptLimits()

    var loading: LuaState.Limits {
        LuaState.Limits(
            memory: loadMemory, turnover: 8 * loadMemory, stringLength: 64 << 10,
            instructions: loadInstructions, milliseconds: 5_000)
    }

    /// Data needs next to nothing.
    var loadingData: LuaState.Limits {
        LuaState.Limits(
            memory: loadMemory / 4, turnover: 2 * loadMemory, stringLength: 64 << 10,
            instructions: loadInstructions / 10, milliseconds: 1_000)
    }

    var calling: LuaState.Limits {
        LuaState.Limits(
            memory: callMemory, turnover: 8 * callMemory, stringLength: 16 << 10,
            instructions: callInstructions, milliseconds: 200)
    }
}
