/** The scribe's main: reads pictures of documents with the system's tesseract, one page each, for the children that read mail. It keeps nothing. */
import { type ChildProcess, spawn } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { createServer, type Socket } from "node:net"
import { availableParallelism, setPriority } from "node:os"

/** Pages read at once: somebody else needs the other half of the machine. */
const AT_ONCE = Math.max(1, Math.floor(availableParallelism() / 2))
/** Pages that wait; whoever comes later is told so, and need not wait for nothing. */
const MOST_WAITING = 8
/** Octets of one file, and of the text of one page. */
const LARGEST = 33_554_432
const LONGEST_TEXT = 262_144
/** Of one page, from start to end, whatever is asked for. */
const LONGEST_TIME = 60_000
/** Address space and processor seconds of one program. prlimit(1). */
const LIMITS = ["--as=1500000000", "--cpu=20", "--core=0", "--nofile=64"]
/** Long side of a page made from a PDF, in pixels: A4 at 200 dpi. */
const LONG_SIDE = "2340"

const PLACES = ["/usr/bin", "/usr/local/bin", "/bin"]

function program(name: string): string | null {
  const found = PLACES.map((place) => `${place}/${name}`).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  return found ?? null
}

const tesseract = program("tesseract")
const pdftoppm = program("pdftoppm")
const prlimit = program("prlimit")

/** Argument lists only, nothing of this environment, below everybody else. */
function run(path: string, options: readonly string[]): ChildProcess {
  const limited = prlimit === null ? options : [...LIMITS, path, ...options]
  return spawn(prlimit ?? path, limited, {
    env: { OMP_THREAD_LIMIT: "1", PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    stdio: ["pipe", "pipe", "ignore"],
    cwd: "/",
  })
}

/** A page as text; null when it could not be read in time. */
async function read(kind: string, octets: Buffer, time: number): Promise<string | null> {
  if (tesseract === null || (kind === "pdf" && pdftoppm === null)) return null
  const programs: ChildProcess[] = []
  const timer = setTimeout(() => programs.forEach((one) => one.kill("SIGKILL")), Math.min(time, LONGEST_TIME))
  try {
    const reader = run(tesseract, ["stdin", "stdout", "-l", "vie", "--psm", "3"])
    programs.push(reader)
    let source: ChildProcess = reader
    if (kind === "pdf" && pdftoppm !== null) {
      source = run(pdftoppm, ["-f", "1", "-l", "1", "-gray", "-r", "200", "-scale-to", LONG_SIDE, "-"])
      programs.push(source)
      if (source.stdout !== null && reader.stdin !== null) source.stdout.pipe(reader.stdin)
    }
    for (const one of programs) {
      // Its own end tells; a broken pipe is none of the mail's business.
      one.stdin?.on("error", () => {})
      one.on("error", () => {})
    }
    source.stdin?.end(octets)
    return await textOf(reader)
  } finally {
    clearTimeout(timer)
    for (const one of programs) one.kill("SIGKILL")
  }
}

function textOf(reader: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let size = 0
    reader.stdout?.on("data", (part: Buffer) => {
      size += part.length
      if (size <= LONGEST_TEXT) parts.push(part)
    })
    reader.once("error", () => resolve(null))
    reader.once("close", (code) => resolve(code === 0 ? Buffer.concat(parts).toString("utf8") : null))
  })
}

let running = 0
const waiting: (() => void)[] = []

async function turn<T>(work: () => Promise<T>): Promise<T | null> {
  if (running >= AT_ONCE) {
    if (waiting.length >= MOST_WAITING) return null
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else running++
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}

/** Asked: a line of JSON, then the octets. Answered: the text behind a 1, or a 0; then the end. */
function serve(socket: Socket): void {
  const parts: Buffer[] = []
  let size = 0
  socket.on("error", () => socket.destroy())
  socket.on("data", (part: Buffer) => {
    size += part.length
    if (size > LARGEST) socket.destroy()
    else parts.push(part)
  })
  socket.on("end", () => void answer(socket, Buffer.concat(parts)))
}

async function answer(socket: Socket, asked: Buffer): Promise<void> {
  const came = Date.now()
  const border = asked.indexOf(10)
  const head: unknown = border < 0 ? null : parsed(asked.toString("utf8", 0, border))
  const text = !isHead(head)
    ? null
    : await turn(async () => {
        const left = head.time - (Date.now() - came)
        return left > 0 && !socket.destroyed ? read(head.kind, asked.subarray(border + 1), left) : null
      })
  socket.end(text === null ? "0" : `1${text}`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isHead(head: unknown): head is { readonly kind: string; readonly time: number } {
  if (typeof head !== "object" || head === null || !("kind" in head) || !("time" in head)) return false
  return typeof head.kind === "string" && typeof head.time === "number"
}

/** Tells whether there is anybody to read: tesseract with Vietnamese. */
function languages(): Promise<boolean> {
  if (tesseract === null) return Promise.resolve(false)
  return textOf(run(tesseract, ["--list-langs"])).then((list) => /^vie$/m.test(list ?? ""))
}

const NICENESS = 15

process.once("disconnect", () => process.exit(0))
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {})
process.once("message", (name) => {
  if (typeof name !== "string") return
  setPriority(0, NICENESS)
  void begin(name)
})

async function begin(name: string): Promise<void> {
  if (!(await languages())) {
    process.send?.({ is: "unable" })
    return
  }
  const server = createServer({ allowHalfOpen: true }, serve)
  server.on("error", () => process.exit(1))
  server.listen(name, () => process.send?.({ is: "ready" }))
}
