/** What is sent through each relay. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { large, small, withPdf } from "./messages.ts"
import { send } from "./source.ts"

export interface Load {
  readonly name: string
  readonly messages: number
  readonly sessions: number
  /** Sends so many through a port; the waits for 250, or none where the sender does not tell them. */
  send(port: number, messages: number, first: number): Promise<readonly number[]>
}

/** smtp-source of Postfix: the same octets each time. */
function same(
  name: string,
  given: Omit<Load, "name" | "send"> & { readonly octets: number; readonly persistent: boolean },
): Load {
  const { octets, sessions, persistent } = given
  return {
    name,
    ...given,
    async send(port, messages) {
      const flags = [
        "-l",
        String(octets),
        "-m",
        String(messages),
        "-s",
        String(sessions),
        ...(persistent ? ["-d"] : []),
      ]
      const addresses = ["-f", "an@tuyenquang.gov.vn", "-t", "binh@hanoi.gov.vn"]
      const source = spawn("smtp-source", [...flags, ...addresses, `127.0.0.1:${port}`], { stdio: "ignore" })
      const [code] = (await once(source, "exit")) as [number | null]
      if (code !== 0) throw new Error(`smtp-source ended with ${String(code)}`)
      return []
    },
  }
}

function different(
  name: string,
  given: Omit<Load, "name" | "send"> & { readonly make: (serial: number) => Buffer },
): Load {
  return {
    name,
    ...given,
    async send(port, messages, from) {
      const { waits, refused } = await send(port, { ...given, messages, from })
      if (refused.length > 0) throw new Error(`${refused.length} messages were refused: ${refused[0] ?? ""}`)
      return waits
    },
  }
}

const SMALL = { octets: 5_120, messages: 6_000 }

export const LOADS: readonly Load[] = [
  same("5 KiB, 20 persistent sessions", { ...SMALL, sessions: 20, persistent: true }),
  same("5 KiB, a connection each, 100 sessions", { ...SMALL, sessions: 100, persistent: false }),
  same("5 KiB, a connection each, 400 sessions", { ...SMALL, sessions: 400, persistent: false }),
  different("5 KiB of Vietnamese, no two alike, 20 persistent sessions", {
    messages: 4_000,
    sessions: 20,
    make: small,
  }),
  same("100 KiB of text, 20 persistent sessions", { octets: 102_400, messages: 1_000, sessions: 20, persistent: true }),
  different("100 KiB with a PDF, no two alike, 20 persistent sessions", { messages: 600, sessions: 20, make: withPdf }),
  different("10 MB with a film, no two alike, 4 persistent sessions", {
    messages: 30,
    sessions: 4,
    make: large(7_300_000),
  }),
]
