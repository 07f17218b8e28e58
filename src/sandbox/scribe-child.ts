/** The scribe's main: reads and draws pages with the system's tesseract and poppler, for the children that read mail. It keeps nothing. */
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
/** Octets of a page that is drawn. */
const LARGEST_PAGE = 8_388_608
/** Of one page, from start to end, whatever is asked for. */
const LONGEST_TIME = 60_000
/** Address space and processor seconds of one program. prlimit(1). */
const LIMITS = ["--as=1500000000", "--cpu=20", "--core=0", "--nofile=64"]
/** Long side of a page made from a PDF, in pixels: A4 at 200 dpi. */
const LONG_SIDE = "2340"
/** Of a page that somebody looks at. */
const SHOWN_SIDE = "1400"

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

/** Null where it is not there, or has no Vietnamese. */
let tesseract = program("tesseract")
const pdftoppm = program("pdftoppm")
const pdfinfo = program("pdfinfo")
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

interface Wanted {
  readonly kind: string
  readonly octets: Buffer
  readonly time: number
  readonly page: number
}

/** `1` and a page as text, or how many pages there are, a new line, and one of them as PNG; null when it could not be done in time. */
async function done({ kind, octets, time, page }: Wanted): Promise<Buffer | null> {
  const programs: ChildProcess[] = []
  const timer = setTimeout(() => programs.forEach((one) => one.kill("SIGKILL")), Math.min(time, LONGEST_TIME))
  try {
    return kind === "draw" ? await draw(octets, page, programs) : await read(kind, octets, programs)
  } finally {
    clearTimeout(timer)
    for (const one of programs) one.kill("SIGKILL")
  }
}

/** No pages at all: nobody here draws. */
async function draw(octets: Buffer, page: number, programs: ChildProcess[]): Promise<Buffer | null> {
  if (pdftoppm === null || pdfinfo === null) return Buffer.from("10\n")
  const filter = (path: string, options: readonly string[]): ChildProcess => {
    const one = run(path, options)
    programs.push(one)
    one.on("error", () => {})
    one.stdin?.on("error", () => {})
    one.stdin?.end(octets)
    return one
  }
  const told = await outputOf(filter(pdfinfo, ["-"]), LONGEST_TEXT)
  const pages = Number(/^Pages:\s+(\d+)$/m.exec(told?.toString("latin1") ?? "")?.[1] ?? 0)
  if (!(page >= 1 && page <= pages)) return null
  const number = String(page)
  const png = await outputOf(
    filter(pdftoppm, ["-png", "-f", number, "-l", number, "-scale-to", SHOWN_SIDE, "-"]),
    LARGEST_PAGE,
    "spoilt",
  )
  return png === null || png.length === 0 ? null : Buffer.concat([Buffer.from(`1${pages}\n`), png])
}

async function read(kind: string, octets: Buffer, programs: ChildProcess[]): Promise<Buffer | null> {
  if (tesseract === null || (kind === "pdf" && pdftoppm === null)) return null
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
  const text = await outputOf(reader, LONGEST_TEXT)
  return text === null ? null : Buffer.concat([Buffer.from("1"), text])
}

/** What is beyond `most` octets is cut off, or spoils it. */
function outputOf(one: ChildProcess, most: number, beyond: "cut" | "spoilt" = "cut"): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let size = 0
    one.stdout?.on("data", (part: Buffer) => {
      size += part.length
      if (size <= most) parts.push(part)
      else if (beyond === "spoilt") one.kill("SIGKILL")
    })
    one.once("error", () => resolve(null))
    one.once("close", (code) => resolve(code === 0 ? Buffer.concat(parts) : null))
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

/** Asked: a line of JSON, then the octets. Answered: what `done` gives, or a 0; then the end. */
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
  const made = !isHead(head)
    ? null
    : await turn(async () => {
        const left = head.time - (Date.now() - came)
        const wanted = { kind: head.kind, page: head.page ?? 1, octets: asked.subarray(border + 1), time: left }
        return left > 0 && !socket.destroyed ? done(wanted) : null
      })
  socket.end(made ?? "0")
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isHead(head: unknown): head is { readonly kind: string; readonly time: number; readonly page?: number } {
  if (typeof head !== "object" || head === null || !("kind" in head) || !("time" in head)) return false
  if ("page" in head && !Number.isSafeInteger(head.page)) return false
  return typeof head.kind === "string" && typeof head.time === "number"
}

/** Tells whether there is anybody to read: tesseract with Vietnamese. */
function languages(): Promise<boolean> {
  if (tesseract === null) return Promise.resolve(false)
  return outputOf(run(tesseract, ["--list-langs"]), LONGEST_TEXT).then((list) => /^vie$/m.test(String(list ?? "")))
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
  const reads = await languages()
  if (!reads && pdftoppm === null) {
    process.send?.({ is: "unable" })
    return
  }
  if (!reads) tesseract = null
  const server = createServer({ allowHalfOpen: true }, serve)
  server.on("error", () => process.exit(1))
  server.listen(name, () => process.send?.({ is: "ready", reads }))
}
