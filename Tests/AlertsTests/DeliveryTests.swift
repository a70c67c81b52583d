import Crypto
import Foundation
import Inventory
import NIOCore
import NIOHTTP1
import NIOPosix
import Net
import Testing

@testable import Alerts

extension AlertsTests {
    @Suite struct DeliveryTests {
        @Test(arguments: [Receiver.Syslog.Carrier.tcp, .tls])
        func syslogOverAConnection(carrier: Receiver.Syslog.Carrier) async throws {
            let folder = Folder()
            let certificate = carrier == .tls ? try TestCertificate() : nil
            let server = try await SyslogServer(certificate: certificate)
            let authorities = certificate.map { folder.write("ca.pem", $0.certificatePEM) }
            let center = try center(syslog(carrier, port: server.port, authorities: authorities), in: folder)
            center.start()
            for number in 1...20 { center.submit(finding(number)) }
            #expect(await eventually { server.messages.count == 20 })
            #expect(await eventually { ports(server.messages) == Array(1...20) })
            #expect(server.messages[0].hasPrefix("<163>1 20"))
            #expect(await center.stop(within: .seconds(30)) == 0)
            #expect(center.snapshot.receivers[0].delivered == 20)
            try await server.stop()
        }

        @Test func aCertificateThatIsNotTrustedIsADownReceiver() async throws {
            let server = try await SyslogServer(certificate: try TestCertificate())
            let (folder, reports) = (Folder(), Reports())
            let other = folder.write("ca.pem", try TestCertificate().certificatePEM)
            let center = try center(
                syslog(.tls, port: server.port, authorities: other), in: folder, reports: reports)
            center.start()
            center.submit(finding(1))
            #expect(
                await eventually {
                    reports.lines.contains { $0.contains("is down (TLS: its certificate is not trusted: ") }
                })
            #expect(reports.lines.allSatisfy { !$0.contains("handshake") && !$0.contains(".cc:") })
            #expect(await center.stop(within: .milliseconds(50)) == 1)
            #expect(server.messages.isEmpty)
            try await server.stop()
        }

        @Test func aCertificateForAnotherAddressIsNotTrusted() async throws {
            let certificate = try TestCertificate(for: [127, 0, 0, 2])
            let server = try await SyslogServer(certificate: certificate)
            let (folder, reports) = (Folder(), Reports())
            let authorities = folder.write("ca.pem", certificate.certificatePEM)
            let center = try center(
                syslog(.tls, port: server.port, authorities: authorities), in: folder, reports: reports)
            center.start()
            #expect(
                await eventually {
                    reports.lines.contains {
                        $0.contains("is down (TLS: its certificate is for another host; ")
                    }
                })
            await center.stop(within: .zero)
            try await server.stop()
        }

        @Test func whatDoesNotSpeakTLSIsADownReceiver() async throws {
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.writeAndFlush(ByteBuffer(string: "SSH-2.0-OpenSSH_9.6\r\n"), promise: nil)
                    return channel.eventLoop.makeSucceededVoidFuture()
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let reports = Reports()
            let center = try center(
                syslog(.tls, port: server.localAddress?.port ?? 0), in: Folder(), reports: reports)
            center.start()
            center.submit(finding(1))
            let words = "is down (TLS: what answers there does not speak TLS; is the port right?)"
            #expect(await eventually { reports.lines.contains { $0.contains(words) } }, "\(reports.lines)")
            await center.stop(within: .zero)
            try await server.close()
        }

        @Test(arguments: [
            ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted: "),
            ("WRONG_VERSION_NUMBER", "what answers there does not speak TLS"),
            ("TLSV1_ALERT_PROTOCOL_VERSION", "it offers older versions only"),
            ("TLSV1_ALERT_CERTIFICATE_REQUIRED", "it refuses the connection"),
            ("NO_SHARED_CIPHER", "the handshake failed: no shared cipher"),
        ])
        func aFailureOfTLSInPlainWords(name: String, told: String) {
            let error =
                "handshakeFailed(NIOSSL.BoringSSLError.sslError([Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:\(name) at /build/handshake.cc:320]))"
            let words = PlainWords.security(error)
            #expect(words.hasPrefix(told) && !words.contains("/build"), "\(words)")
        }

        /// What can be done is told where it can be done.
        @Test func whomToTrustIsSaidWhereItIsAsked() {
            let error = "OPENSSL_internal:CERTIFICATE_VERIFY_FAILED"
            #expect(PlainWords.security(error).hasSuffix("; ca = \"FILE\" in the policy says whom to trust"))
            #expect(PlainWords.security(error, for: .download).hasSuffix("; --ca FILE says whom to trust"))
        }

        @Test func syslogOverDatagrams() async throws {
            let server = try await DatagramServer()
            let center = try center(syslog(.udp, port: server.port, format: .rfc5424), in: Folder())
            center.start()
            for number in 1...20 { center.submit(finding(number)) }
            #expect(await eventually { server.messages.count == 20 })
            #expect(
                server.messages[4].contains(#" port="5" "#) && server.messages[4].hasSuffix("] SSH on 5/tcp"))
            #expect(await center.stop(within: .seconds(30)) == 0)
            try await server.stop()
        }

        @Test func aDatagramThatIsRefusedWaits() async throws {
            let port = try await freePort()
            let reports = Reports()
            let center = try center(syslog(.udp, port: port), in: Folder(), reports: reports)
            center.start()
            center.submit(finding(1))
            #expect(await eventually { reports.lines.contains { $0.contains("is down") } })
            let server = try await DatagramServer(port: port)
            #expect(await eventually { ports(server.messages) == [1] })
            #expect(await center.stop(within: .seconds(30)) == 0)
            try await server.stop()
        }

        @Test(arguments: [false, true]) func webhook(isSecure: Bool) async throws {
            let folder = Folder()
            let certificate = isSecure ? try TestCertificate() : nil
            let server = try await WebServer(certificate: certificate)
            let hook = Receiver.Webhook(
                url: "\(isSecure ? "https" : "http")://127.0.0.1:\(server.port)/alerts?from=sensor",
                secretFile: folder.write("secret", "abc\n"),
                authorities: certificate.map { folder.write("ca.pem", $0.certificatePEM) })
            let center = try center(.webhook(hook), in: folder)
            center.start()
            for number in 1...5 { center.submit(finding(number)) }
            #expect(await eventually { server.requests.count == 5 })
            #expect(ports(server.bodies) == Array(1...5))
            let request = try #require(server.requests.first)
            #expect(request.head.method == .POST && request.head.uri == "/alerts?from=sensor")
            #expect(request.head.headers["Content-Type"] == ["application/json"])
            let expected = HMAC<SHA256>.authenticationCode(
                for: request.body, using: SymmetricKey(data: Data("abc".utf8)))
            let digits = expected.map { String(format: "%02x", $0) }.joined()
            #expect(request.head.headers["X-Offport-Signature"] == ["sha256=\(digits)"])
            let time = try #require(request.head.headers["X-Offport-Timestamp"].first.flatMap { Double($0) })
            #expect(abs(time - Date().timeIntervalSince1970) < 60)
            #expect(await center.stop(within: .seconds(30)) == 0)
            try await server.stop()
        }

        /// RFC 4231 section 4.3.
        @Test func theSignatureIsThatOfTheStandard() {
            #expect(
                WebhookOutlet.signature(
                    of: Array("what do ya want for nothing?".utf8), secret: Array("Jefe".utf8))
                    == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        }

        @Test func whatAWebhookAnswersDecides() async throws {
            let server = try await WebServer(answering: [.serviceUnavailable, .found, .badRequest, .ok])
            let reports = Reports()
            let hook = Receiver.Webhook(url: "http://127.0.0.1:\(server.port)/")
            let center = try center(.webhook(hook), in: Folder(), reports: reports)
            center.start()
            for number in 1...2 { center.submit(finding(number)) }
            // Twice tried again, then refused for good; the second goes through.
            #expect(await eventually { server.requests.count == 4 })
            #expect(ports(server.bodies) == [1, 1, 1, 2])
            #expect(server.requests[0].head.headers["X-Offport-Signature"].isEmpty)
            #expect(await center.stop(within: .seconds(30)) == 0)
            let figures = center.snapshot.receivers[0]
            #expect(figures.delivered == 1 && figures.dropped == 1 && figures.failedAttempts == 2)
            #expect(reports.lines.contains { $0.contains("refused an alert (it answered 400") })
            try await server.stop()
        }

        @Test func aThousandAlertsAreHandedOverInTime() async throws {
            let server = try await SyslogServer()
            let center = try center(syslog(.tcp, port: server.port), in: Folder())
            center.start()
            #expect(await eventually { center.snapshot.receivers[0].isDown == false })
            var longest = Duration.zero
            for number in 1...1000 {
                let alert = finding(number)
                longest = max(longest, ContinuousClock().measure { center.submit(alert) })
                // One by one, as findings come; a burst would measure how much a machine can do.
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(await eventually { server.messages.count == 1000 })
            #expect(await eventually { ports(server.messages) == Array(1...1000) })
            #expect(await center.stop(within: .seconds(30)) == 0)
            let latencies = center.snapshot.receivers[0].sinceSubmission
            #expect(latencies.count == 1000)
            let bounds = [0.5, 0.9, 0.99].map { latencies.bound(of: $0).map { "\($0)" } ?? "more" }
            print("1,000 alerts: handed over within \(bounds) (50, 90, 99 %); longest submit \(longest)")
            // Generous: other tests share the processors.
            #expect((latencies.bound(of: 0.5) ?? .seconds(9)) <= .seconds(1))
            try await server.stop()
        }
    }
}
