// Probes: asks the ports that a user names what they are, politely.
//
// In: addresses and ports, the hellos that plugins declare, the compiled signatures. Out: for each port whether it
// accepts, and what was said there, as packets that the packet lane takes like any others: so names, versions and
// findings come out as if a sensor had listened.
// May import: Net, Matching, Regexes, Capture. Must never: speak to an address that the user has not named, send more
// than its rate, decide what a service may do.
//
//   TargetList -> Prober (one thread; PortProbe is the state of one port; TalkJudge says what a talk shows) -> ProbeResult
