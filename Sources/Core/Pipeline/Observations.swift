public import Flows
public import Inventory

/// What the packet lane noticed, in the order it did.
///
/// Things of a kind lie together, so that whoever takes many of them is lent each where it lies: a recognition holds
/// references, and every copy would count them. As a collection it gives copies, one observation at a time.
public struct Observations: Sendable {
    /// What a flow's speakers said first.
    private struct Saying {
        let flow: Flow
        let client: [UInt8]
        let server: [UInt8]
    }

    /// One observation: when it was made, and where it lies.
    public struct Mark: BitwiseCopyable, Sendable {
        /// The frame's number in its capture, counted from 1; the end of a capture has the highest.
        public let frame: Int
        /// What was noticed.
        public let what: What
    }

    /// What was noticed, by its place among its kind.
    public enum What: BitwiseCopyable, Sendable {
        /// One of `recognitions`.
        case recognised(Int)
        /// One of `endedFlows`, and the place of the protocols that followed the first one in it; -1 for none.
        case ended(Int, followers: Int32)
        /// First bytes, kept for an explanation.
        case said(Int)
    }

    /// All of them, in order.
    public private(set) var marks: [Mark] = []
    /// Flows that were recognised.
    public private(set) var recognitions: [Recognition] = []
    /// Flows that ended, as they were then.
    public private(set) var endedFlows: [Flow] = []
    /// The places of the protocols that followed the first one in a flow: few flows have any.
    private var followers: [[Int32]] = []
    private var sayings: [Saying] = []

    /// None yet.
    public init() {}

    /// Those of several lanes, in order of the frames; a frame is one lane's, so its own stay in their order.
    public init(merging lanes: [Observations]) {
        var places: [(frame: Int, lane: Int, place: Int)] = []
        for (lane, observations) in lanes.enumerated() {
            for (place, mark) in observations.marks.enumerated() { places.append((mark.frame, lane, place)) }
        }
        places.sort { $0 < $1 }
        for place in places { append(lanes[place.lane][place.place]) }
    }

    /// A flow was recognised; its fields join the record where it lies, since they would be counted in every copy that is
    /// made on the way there.
    @inline(__always)
    mutating func append(_ recognition: Recognition, _ fields: consuming FlowFields?, frame: Int) {
        let place = recognitions.count
        marks.append(Mark(frame: frame, what: .recognised(place)))
        recognitions.append(recognition)
        recognitions[place].fields = fields
    }

    @inline(__always)
    mutating func append(endOf flow: Flow, then: [Int32]?, frame: Int) {
        var place: Int32 = -1
        if let then, !then.isEmpty {
            place = Int32(followers.count)
            followers.append(then)
        }
        marks.append(Mark(frame: frame, what: .ended(endedFlows.count, followers: place)))
        endedFlows.append(flow)
    }

    mutating func append(_ flow: Flow, client: [UInt8], server: [UInt8], frame: Int) {
        marks.append(Mark(frame: frame, what: .said(sayings.count)))
        sayings.append(Saying(flow: flow, client: client, server: server))
    }

    /// The protocols at a place that the end of a flow names.
    @inline(__always)
    public func followers(_ place: Int32) -> [Int32] { place < 0 ? [] : followers[Int(place)] }

    private mutating func append(_ observation: Observation) {
        switch observation.event {
        case .recognised(let recognition):
            append(recognition, recognition.fields, frame: observation.frame)
        case .ended(let flow, let then): append(endOf: flow, then: then, frame: observation.frame)
        case .said(let flow, let client, let server):
            append(flow, client: client, server: server, frame: observation.frame)
        }
    }

    /// Forgets them and keeps the memory.
    public mutating func removeAll() {
        marks.removeAll(keepingCapacity: true)
        recognitions.removeAll(keepingCapacity: true)
        endedFlows.removeAll(keepingCapacity: true)
        followers.removeAll(keepingCapacity: true)
        sayings.removeAll(keepingCapacity: true)
    }
}

extension Observations: RandomAccessCollection {
    /// 0.
    public var startIndex: Int { 0 }
    /// How many there are.
    public var endIndex: Int { marks.count }

    /// A copy of the observation at a place.
    public subscript(place: Int) -> Observation {
        let event: Observation.Event =
            switch marks[place].what {
            case .recognised(let place): .recognised(recognitions[place])
            case .ended(let place, let then): .ended(endedFlows[place], then: followers(then))
            case .said(let place):
                .said(sayings[place].flow, client: sayings[place].client, server: sayings[place].server)
            }
        return Observation(frame: marks[place].frame, event: event)
    }
}
