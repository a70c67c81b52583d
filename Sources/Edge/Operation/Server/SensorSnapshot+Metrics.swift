import Net

extension SensorSnapshot {
    /// The snapshot in the format that Prometheus reads (version 0.0.4).
    ///
    /// The names stand in docs/operation.md and are a contract: add, never rename.
    public var metrics: String {
        var metrics = MetricsText()
        addSensor(to: &metrics)
        addTraffic(to: &metrics)
        addInventory(to: &metrics)
        addAlerts(to: &metrics)
        addPlugins(to: &metrics)
        return metrics.text
    }

    private static func seconds(_ time: Timestamp) -> Double { Double(time.milliseconds) / 1000 }

    private func addSensor(to metrics: inout MetricsText) {
        metrics.add("offport_build_info", .gauge, "Offport's version; always 1.", [version]) {
            (["version": $0], 1)
        }
        metrics.add("offport_state", .gauge, "1 for the state that the sensor is in.", State.allCases) {
            (["state": $0.rawValue], $0 == state ? 1 : 0)
        }
        metrics.add(
            "offport_start_time_seconds", .gauge, "When the sensor was started, in seconds since 1970.",
            Self.seconds(started))
        metrics.add(
            "offport_snapshot_time_seconds", .gauge,
            "When these numbers were taken, in seconds since 1970: it stands still when the sensor hangs.",
            Self.seconds(now))
        metrics.add(
            "offport_resident_memory_bytes", .gauge, "Memory in use by the process.", Double(residentBytes))
    }

    private func addTraffic(to metrics: inout MetricsText) {
        func each(
            _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (Interface) -> Int
        ) {
            metrics.add(name, kind, help, interfaces) { (["interface": $0.name], Double(value($0))) }
        }
        each("offport_interface_open", .gauge, "1 while the interface is open.") { $0.isOpen ? 1 : 0 }
        each("offport_interface_link_up", .gauge, "1 while the interface has a link.") {
            $0.linkDown ? 0 : 1
        }
        each("offport_interface_packets_total", .counter, "Packets taken from the interface.") {
            $0.received
        }
        each(
            "offport_interface_dropped_packets_total", .counter,
            "Packets that found the kernel's ring full."
        ) { $0.dropped }
        each("offport_interface_lost_packets_total", .counter, "Packets that the interface itself lost.") {
            $0.lost
        }
        metrics.add("offport_packets_total", .counter, "Packets looked at.", Double(packets))
        metrics.add("offport_bytes_total", .counter, "Bytes of these packets on the wire.", Double(bytes))
        metrics.add(
            "offport_packets_per_second", .gauge, "Packets a second, over the last ten seconds.",
            rates.packetsPerSecond)
        metrics.add(
            "offport_bits_per_second", .gauge, "Bits a second, over the last ten seconds.",
            rates.bitsPerSecond)
        metrics.add(
            "offport_malformed_packets_total", .counter, "Packets that could not be decoded.",
            malformed.sorted { $0.key < $1.key }
        ) { (["reason": $0.key], Double($0.value)) }
        metrics.add(
            "offport_fragments_lost_total", .counter, "IP fragments that were given up.",
            fragments.sorted { $0.key < $1.key }
        ) { (["reason": $0.key], Double($0.value)) }
        metrics.add("offport_flows_total", .counter, "Flows seen.", Double(flows.seen))
        metrics.add(
            "offport_flows_recognised_total", .counter, "Flows with a name.", Double(flows.recognised))
        metrics.add(
            "offport_flows_evicted_total", .counter, "Flows ended early because the table was full.",
            Double(flows.evicted))
        metrics.add("offport_flows_tracked", .gauge, "Flows in the table now.", Double(flows.tracked))
        metrics.add(
            "offport_flows_capacity", .gauge, "Flows that the table can hold.", Double(flows.capacity))
    }

    private func addInventory(to metrics: inout MetricsText) {
        let services = services.flatMap { service in
            [("expected", service.expected), ("allowed", service.allowed), ("off-port", service.offPort)]
                .map { (service.name, $0.0, $0.1) }
        }
        metrics.add("offport_services", .gauge, "Services known.", services) {
            (["protocol": $0.0, "standing": $0.1], Double($0.2))
        }
        metrics.add("offport_clients", .gauge, "Client programs known.", Double(clients))
        metrics.add("offport_findings_total", .counter, "Findings.", findings) {
            (["rule": $0.rule, "severity": $0.severity], Double($0.total))
        }
    }

    private func addAlerts(to metrics: inout MetricsText) {
        func each(
            _ name: String, _ kind: MetricsText.Kind, _ help: String, _ value: (Receiver) -> Double
        ) {
            metrics.add(name, kind, help, receivers) { (["receiver": $0.name], value($0)) }
        }
        each("offport_alerts_queued", .gauge, "Alerts that wait.") { Double($0.queued) }
        each("offport_alerts_oldest_waiting_seconds", .gauge, "How long the oldest alert has waited.") {
            $0.oldestWaitingSeconds
        }
        each("offport_alerts_delivered_total", .counter, "Alerts that the receiver has.") {
            Double($0.delivered)
        }
        each("offport_alerts_failed_total", .counter, "Attempts to deliver that failed.") {
            Double($0.failed)
        }
        each("offport_alerts_dropped_total", .counter, "Alerts that were given up.") { Double($0.dropped) }
        each("offport_alerts_held_back_total", .counter, "Alerts that a throttle held back.") {
            Double($0.heldBack)
        }
        metrics.add(
            "offport_alert_latency_seconds", "From a packet's time until a receiver had the alert.",
            alertLatency)
    }

    private func addPlugins(to metrics: inout MetricsText) {
        metrics.add("offport_plugins", .gauge, "Plugins loaded.", Double(plugins.count))
        metrics.add(
            "offport_plugins_disabled", .gauge,
            "Plugins, detections and asset lists switched off because they erred.",
            Double(plugins.disabled.count))
        func each(_ name: String, _ help: String, _ value: (Plugins.Profile) -> Double) {
            metrics.add(name, .counter, help, plugins.profiles) { (["plugin": $0.name], value($0)) }
        }
        let candidates =
            "Looks at a flow that evaluated a signature of the plugin; none for what was heard before."
        each("offport_plugin_candidates_total", candidates) {
            Double($0.candidates)
        }
        each("offport_plugin_matches_total", "Flows that the plugin named.") { Double($0.matches) }
        each("offport_plugin_seconds_total", "Time spent in the plugin's Lua functions.") { $0.seconds }
        each("offport_plugin_errors_total", "Errors in the plugin's Lua functions.") { Double($0.errors) }
        metrics.add(
            "offport_reloads_total", .counter, "Plugins and policy read again.",
            [("done", reloads.done), ("refused", reloads.refused)]
        ) { (["outcome": $0.0], Double($0.1)) }
        metrics.add(
            "offport_last_reload_time_seconds", .gauge,
            "When they were last read again, in seconds since 1970.",
            reloads.lastTime.map { [$0] } ?? []
        ) { ([:], Self.seconds($0)) }
    }
}
