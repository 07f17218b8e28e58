/** The log: JSON lines on stdout, one event a line, its name in `msg`. What people may not read never gets here. */
import pino from "pino"
import type { Settings } from "../config/schema.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"

export type Fields = Readonly<Record<string, unknown>>

export interface Log {
  debug(msg: string, fields?: Fields): void
  info(msg: string, fields?: Fields): void
  warn(msg: string, fields?: Fields): void
  error(msg: string, fields?: Fields): void
  /** Writes all that waits; also done when the process ends. */
  flush(): void
}

/** Characters of one string: hosts, replies and reasons come from outside. */
const LONGEST = 500
/** Entries of one list, and lists or objects inside one another. */
const MOST = 100
const DEEPEST = 4
/** Nothing to clean: nearly every string. */
const PLAIN = /^[\x20-\x7e]*$/
/** Octets that may wait for a slow reader of stdout; more is dropped, since the records keep every event anyway. */
const WAITING = 16 * 1_048_576

export function createLog(level: Settings["log"]["level"]): Log {
  const stdout = byTurn(pino.destination({ dest: 1, sync: false, maxLength: WAITING }))
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: cleanFields },
    },
    stdout,
  )
  return {
    debug: (msg, fields = {}) => logger.debug(fields, clean(msg)),
    info: (msg, fields = {}) => logger.info(fields, clean(msg)),
    warn: (msg, fields = {}) => logger.warn(fields, clean(msg)),
    error: (msg, fields = {}) => logger.error(fields, clean(msg)),
    flush: () => stdout.flushSync(),
  }
}

interface Sink {
  write(lines: string): unknown
  flushSync(): void
}

/** The lines of one turn of the event loop are written at once: a commit ends many messages in the same turn. */
function byTurn(sink: Sink): Sink {
  let lines = ""
  const flush = (): void => {
    if (lines !== "") sink.write(lines)
    lines = ""
  }
  const flushSync = (): void => {
    flush()
    sink.flushSync()
  }
  process.once("exit", flushSync)
  return {
    write(line) {
      if (lines === "") setImmediate(flush)
      lines += line
    },
    flushSync,
  }
}

/** What somebody should look at when it happens. */
const ALARMS: ReadonlySet<EventKind> = new Set(["undeliverable", "set-aside", "login-failed"])

/** One line for one event. */
export function event(log: Log, { kind, at, transaction, recipient, by, detail }: MailEvent): void {
  const fields = { at: new Date(at).toISOString(), transaction, recipient, by, detail }
  if (ALARMS.has(kind)) log.warn(kind, fields)
  else log.info(kind, fields)
}

function cleanFields(fields: object): Record<string, unknown> {
  return cleanObject(fields, 0)
}

function cleanObject(fields: object, depth: number): Record<string, unknown> {
  const cleaned: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(fields)) cleaned[clean(key)] = cleanValue(value, depth)
  return cleaned
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return clean(value)
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? Number(value) : value
  if (value instanceof Error) return { error: clean(value.message), stack: clean(value.stack ?? "") }
  if (ArrayBuffer.isView(value)) return `${value.byteLength} octets`
  if (depth >= DEEPEST) return "…"
  if (Array.isArray(value)) return value.slice(0, MOST).map((one) => cleanValue(one, depth + 1))
  return cleanObject(value, depth + 1)
}

/** Controls and direction marks would let a line show something else than it holds. */
function clean(text: string): string {
  const short = text.length > LONGEST ? text.slice(0, LONGEST) : text
  return PLAIN.test(short) ? short : short.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ")
}
