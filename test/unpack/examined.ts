/** A message with one attachment through the pool of children, as the gateway examines it. */
import { createHash, randomBytes } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { settingsSchema } from "../../src/config/schema.ts"
import type { Finding } from "../../src/mail/finding.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { createPool, type Pool } from "../../src/sandbox/pool.ts"
import { scanSettings } from "../../src/sandbox/protocol.ts"
import { mail } from "../support/mail.ts"

/** `passwords`: those the unit knows. */
export function pool(clamd: string | null = null, children = 1, passwords: readonly string[] = []): Pool {
  const settings = settingsSchema.parse({
    hostname: "mx.tuyenquang.gov.vn",
    postmaster: "postmaster@tuyenquang.gov.vn",
    publicUrl: "http://127.0.0.1:8025",
    domains: ["tuyenquang.gov.vn"],
    policy: "x",
    deliver: { routes: [{ domains: ["*"], to: "mx" }] },
    scan: { clamd, children, passwords },
    authentication: { check: false },
  })
  return createPool({ scan: scanSettings(settings) })
}

export interface Sent {
  readonly name: string
  readonly type?: string
  readonly body?: string
}

export function letterWith(bytes: Buffer, { name, type, body }: Sent): Buffer {
  return mail({
    ...(body === undefined ? {} : { body }),
    attachments: [{ name, bytes, ...(type === undefined ? {} : { type }) }],
  })
}

function spooled(message: Buffer): Spooled {
  return {
    size: message.length,
    sha256: createHash("sha256").update(message).digest("hex"),
    eightBit: true,
    key: randomBytes(32),
    at: { kind: "memory", bytes: message },
  }
}

export async function findingsOf(children: Pool, message: Spooled): Promise<readonly Finding[]> {
  const { findings, seen } = await children.examine(message)
  return findings.state === "known" ? findings.value : seen
}

export function examined(children: Pool, message: Buffer): Promise<readonly Finding[]> {
  return findingsOf(children, spooled(message))
}

/** What lets nothing pass by the shipped policy: everything but what only flags. */
export function stops({ kind, why }: Finding): boolean {
  if (kind === "encrypted") return why !== "opened"
  if (kind === "unscannable") return why !== "no-scanner"
  return ["malware", "forbidden-type", "disguised", "archive-bomb", "ambiguous", "known-bad"].includes(kind)
}

/** Most memory the children of this process had since this was last asked, in octets. proc(5). */
export function mostMemory(): number {
  const peaks = childIds().map((pid) => {
    const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0)
    // The peak begins anew.
    writeFileSync(`/proc/${pid}/clear_refs`, "5")
    return peak * 1_024
  })
  return Math.max(0, ...peaks)
}

/** Processor time the children of this process have had, in ms. proc(5): fields 14 and 15, in ticks of 10 ms. */
export function processorTime(): number {
  return childIds()
    .map((pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? []
      return 10 * (Number(fields[11]) + Number(fields[12]))
    })
    .reduce((sum, each) => sum + each, 0)
}

function childIds(): readonly string[] {
  return readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").trim().split(" ")
}
