/** `npm run bench -- --hostile`: one message of 25 MB of each kind that is dear to read; the reply, and how long SMTP's event loop stood still. */
import { freePorts } from "../support/process.ts"
import { startOurs } from "./contenders.ts"
import { startSink } from "./measure.ts"
import { small } from "./messages.ts"
import { send } from "./source.ts"

const OCTETS = 25_000_000
const HEAD =
  "From: an@tuyenquang.gov.vn\r\nTo: binh@hanoi.gov.vn\r\nDate: Thu, 26 Nov 2026 08:00:00 +0700\r\nMIME-Version: 1.0\r\n"
const MIXED = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'

/** Lines again and again; no limit of line, header or parts is what stops them first where that can be helped. */
const KINDS: Readonly<Record<string, readonly [head: string, again: string]>> = {
  "empty lines": ["\r\n", "\r\n"],
  "one letter a line": ["\r\n", "a\r\n"],
  "fields of the header": ["", "X-A: b\r\n"],
  "encoded words in one subject": ["Subject: a", "\r\n =?utf-8?B?xJHhu5lj?="],
  "recipients in one field": ["Cc: a@b.vn", ",\r\n a@b.vn"],
  "empty parts": [MIXED, "--b\r\n\r\n\r\n"],
  "multiparts within multiparts": [MIXED, `--b\r\n${MIXED}`],
  "messages within messages": ["Content-Type: message/rfc822\r\n\r\n", "Content-Type: message/rfc822\r\n\r\n"],
  "base64 of nothing": ["Content-Transfer-Encoding: base64\r\n\r\n", "=\r\n"],
  "quoted-printable of each octet": ["Content-Transfer-Encoding: quoted-printable\r\n\r\n", "=3D=E1=BA=A1=\r\n"],
  "tags of HTML": ["Content-Type: text/html; charset=utf-8\r\n\r\n", "<div><b style='x'>\r\n"],
  "runs of uuencode": ["\r\n", "begin 644 a.exe\r\n#86%A\r\n`\r\nend\r\n"],
}

export async function hostileOnes(): Promise<string> {
  const [port = 0] = await freePorts(1)
  const sink = await startSink(port, 1_000_000)
  const gateway = await startOurs(port)
  const lines: string[] = []
  try {
    await send(gateway.port, { messages: 20, sessions: 4, make: small, from: 0 })
    for (const [kind, [head, again]] of Object.entries(KINDS)) {
      const message = Buffer.concat([Buffer.from(HEAD + head), Buffer.alloc(OCTETS, again)])
      await gateway.lag()
      const started = performance.now()
      const { refused } = await send(gateway.port, { messages: 1, sessions: 1, make: () => message, from: 0 })
      const seconds = ((performance.now() - started) / 1_000).toFixed(1)
      const lag = await gateway.lag()
      const reply = refused[0]?.split("\r\n", 1)[0]?.slice(0, 60) ?? "250"
      lines.push(
        `${kind.padEnd(32)} ${seconds} s  loop p99 ${lag.p99.toFixed(0)} ms, longest ${lag.max.toFixed(0)} ms  ${reply}`,
      )
    }
    return lines.join("\n")
  } finally {
    sink.stop()
    await gateway.stop()
  }
}
