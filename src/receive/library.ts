/** smtp-server: its classes that our own stand upon, and its options from the rules in force. The only file that knows the package. */
import type { PortName, Rules } from "./port.ts"

export { SMTPServer, type SMTPServerAuthentication, type SMTPServerSession } from "smtp-server"
export { SMTPConnection } from "smtp-server/lib/smtp-connection.js"
export { SMTPStream } from "smtp-server/lib/smtp-stream.js"

/** The library answers these with jokes (WIZ: 200), which scanners take for the real hole. */
const JOKES = ["WIZ", "SHELL", "KILL"]

/** Sessions that may be leaving at once. */
const LEAVING = 200

export function libraryOptions({ hostname, limits, certificate, ports }: Rules, portName: PortName) {
  const port = ports[portName]
  const off = [...JOKES]
  if (certificate === null) off.push("STARTTLS")
  if (certificate === null || port === null || port.users === null) off.push("AUTH")
  return {
    ...certificate,
    // RFC 8996; the library's default is TLS 1.0.
    minVersion: "TLSv1.2" as const,
    secure: portName === "submissions",
    name: hostname,
    heloResponse: "%s",
    size: limits.messageSize,
    disabledCommands: off,
    authOptional: true,
    authMethods: ["PLAIN", "LOGIN"],
    hideENHANCEDSTATUSCODES: false,
    hideDSN: false,
    hideREQUIRETLS: false,
    disableReverseLookup: true,
    useProxy: [...(port?.proxyFrom ?? [])],
    useXClient: [...(port?.xclientFrom ?? [])],
    // Bounds handshakes under way. More than ours, so that the gate answers first; sessions told to go are still counted here.
    maxClients: limits.connections + LEAVING,
    socketTimeout: limits.sessionTime,
    logger: false,
  }
}
