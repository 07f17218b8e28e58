/** The options of smtp-server, from the rules in force. */
import type { PortName, Rules } from "./port.ts"

/** The library answers these with jokes (WIZ: 200), which scanners take for the real hole. */
const JOKES = ["WIZ", "SHELL", "KILL"]

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
    // Bounds handshakes under way. One more than ours, so that the gate answers first.
    maxClients: limits.connections + 1,
    socketTimeout: limits.sessionTime,
    logger: false,
  }
}
