/** Anchors of the audit trail: its end, told outside now and then, so that whoever cuts it off is found out. */
import { createSocket } from "node:dgram"
import { once } from "node:events"
import { appendFile } from "node:fs/promises"
import type { Settings } from "../config/schema.ts"
import type { Instant, Millis } from "../mail/transaction.ts"
import type { Records } from "../store/store.ts"
import type { Log } from "../telemetry/log.ts"
import { anchorLine, readKey } from "./audit.ts"

type Audit = Settings["audit"]

/** A datagram leaves within this or not at all. */
const SEND: Millis = 2_000

/** Called often; tells what is due: the log always, a file and a syslog server where the settings name them. */
export function createAnchors(records: Pick<Records, "auditHead">, audit: () => Audit, log: Log) {
  let next: Instant = 0
  let last = 0
  return async (now: Instant): Promise<void> => {
    if (now < next) return
    const { every, key, file, syslog } = audit()
    next = now + every
    const head = await records.auditHead()
    if (head === null || head.seq === last) return
    last = head.seq
    try {
      const line = anchorLine(head, now, key === null ? null : readKey(key, "private"))
      log.info("audit anchor", { anchor: line })
      if (file !== null) await appendFile(file, `${line}\n`, { mode: 0o600 })
      if (syslog !== null) await send(line, syslog, now)
    } catch (error) {
      log.error("the anchor of the audit trail could not be told", { error })
    }
  }
}

/** Facility 13 (log audit), severity notice. RFC 5424 §6. */
const PRIORITY = 13 * 8 + 5

async function send(line: string, to: string, now: Instant): Promise<void> {
  const { hostname, port } = new URL(to)
  const socket = createSocket("udp4")
  try {
    socket.connect(Number(port === "" ? 514 : port), hostname)
    await once(socket, "connect", { signal: AbortSignal.timeout(SEND) })
    await new Promise<void>((resolve, reject) => {
      const octets = `<${PRIORITY}>1 ${new Date(now).toISOString()} - congthu - audit - ${line}`
      socket.send(octets, (error) => (error === null ? resolve() : reject(error)))
    })
  } finally {
    socket.close()
  }
}
