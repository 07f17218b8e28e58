/** What the kernel saw: before each 250 the record's log was written and synced, and a large body's file and folder before that. */
import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { connect } from "../support/client.ts"
import { START, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { HANG, openSink } from "../support/sink.ts"

const noStrace = existsSync("/usr/bin/strace") ? false : "strace is not installed"
const CALLS = "trace=fsync,fdatasync,sync_file_range,write,writev,pwrite64,sendto,sendmsg"

/** Lines of strace in the order in which the calls returned. */
interface Trace {
  readonly lines: readonly string[]
}

/** Position of the first line from `start` to `end` that matches; -1 when none does. */
function last({ lines }: Trace, pattern: RegExp, start: number, end: number): number {
  return lines.findLastIndex((line, at) => at >= start && at < end && pattern.test(line))
}

/** A call that another thread interrupted is one line where it returned. */
function joined(text: string): Trace {
  const begun = new Map<string, string>()
  const lines = text.split("\n").flatMap((line) => {
    const [, pid = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? []
    const unfinished = / <unfinished \.\.\.>$/.exec(rest)
    if (unfinished !== null) {
      begun.set(pid, rest.slice(0, unfinished.index))
      return []
    }
    return [rest.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(pid) ?? "")]
  })
  return { lines }
}

test("no 250 leaves before its message is on the disk", { skip: noStrace }, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "congthu-strace-"))
  t.after(() => rm(dir, { recursive: true }))
  const file = join(dir, "trace")
  // Nothing is delivered, so that all writing between 354 and 250 is the message's own.
  await using sink = await openSink({ answer: () => HANG })
  const strace = ["strace", "-f", "-y", "-s", "80", "--seccomp-bpf", "-e", CALLS, "-o", file]
  await using gateway = await startGateway({ to: sink.url, program: [...strace, ...START], group: true })
  const client = await connect(gateway.submission)
  await client.expect(/^220/)
  await client.say("EHLO client.example", /^250/)
  const codes: { readonly code: string; readonly large: boolean }[] = []
  for (const large of [false, true, false, true]) {
    const message = mail({ attachments: [{ name: "a.txt", bytes: Buffer.alloc(large ? 400_000 : 100, "x") }] })
    const { reply } = await client.transact({ from: "a@tuyenquang.gov.vn", to: ["b@hagiang.gov.vn"], message })
    codes.push({ code: /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? reply, large })
  }
  client.close()
  await gateway.stop()

  const trace = joined(await readFile(file, "utf8"))
  for (const { code, large } of codes) {
    const reply = last(trace, new RegExp(`"250 2\\.0\\.0 \\[${code}\\]`), 0, Infinity)
    assert.ok(reply > 0, `the reply to ${code} is in the trace`)
    const go = last(trace, /"354 /, 0, reply)
    const written = last(trace, /^pwrite64\(\d+<[^>]*-wal>/, go, reply)
    const synced = last(trace, /^f(data)?sync\(\d+<[^>]*-wal>.*= 0$/, go, reply)
    assert.ok(go > 0 && written > go, `${code}: its record was written`)
    assert.ok(synced > written, `${code}: the log was synced after the last write to it, before the reply`)
    if (!large) continue
    const body = last(trace, /^f(data)?sync\(\d+<[^>]*\/bodies\/[^>]+>.*= 0$/, go, reply)
    const folder = last(trace, /^fsync\(\d+<[^>]*\/bodies>.*= 0$/, go, reply)
    const bodyWritten = last(trace, /^p?writev?(64)?\(\d+<[^>]*\/bodies\/[^>]+>/, go, reply)
    assert.ok(body > bodyWritten && bodyWritten > go, `${code}: the body's file was synced after its last write`)
    assert.ok(folder > body && folder < written, `${code}: then its folder, then the record was written`)
  }
})
