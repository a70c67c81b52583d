import Inventory
import Net
import Records

extension SiteReport {
    /// The same for programs: a `report` record, then findings, services, and what belongs to the report alone.
    public var jsonLines: [UInt8] {
        var line = JSONLine()
        line.begin("report")
        line.field("made", made)
        line.field("site", site)
        line.field("first_seen", span?.first)
        line.field("last_seen", span?.last)
        line.field("new_since", newSince)
        if !only.isEmpty { line.list("only", only) }
        for total in totals { line.field("\(total.key)", total.number) }
        line.end()
        for bar in activity.bars {
            line.begin("activity")
            line.field("time", bar.time)
            line.field("seconds", activity.bucketSeconds)
            line.field("established", bar.established)
            line.field("attempts", bar.attempts)
            line.end()
        }
        for entry in allowances {
            line.begin("allowance")
            line.field("name", entry.allowance.name)
            line.field("protocol", entry.allowance.protocolName)
            line.field("ports", entry.ports)
            line.field("services", entry.services)
            line.field("used", entry.isUsed)
            line.field("owner", entry.allowance.owner)
            line.field("reason", entry.allowance.reason)
            line.field("ticket", entry.allowance.ticket)
            line.field("expires", entry.allowance.expires)
            line.end()
        }
        for list in assets {
            for member in list.members {
                line.begin("asset")
                line.field("list", list.name)
                line.field("member", member)
                line.end()
            }
        }
        var bytes = line.bytes
        bytes += Question.findings.jsonLines(of: holdings)
        bytes += Question.services.jsonLines(of: holdings)
        return bytes
    }
}
