/** The import table of src/README.md as data, and what breaks it. Pure: a tree in, sentences out. */

/** One source file: its path below src/, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** What the way of a message passes. */
const STAGES = [
  "mail/",
  "store/store.ts",
  "store/custody.ts",
  "envelope.ts",
  "judge.ts",
  "receive/",
  "parse/",
  "unpack/",
  "identify/",
  "inspect/",
  "read/",
  "recognise/",
  "sandbox/",
  "decide/",
  "act/",
  "deliver/",
  "notify/",
]

/** Folder or file → what it may import beside itself. Folders end with "/". The most specific entry holds. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | "everything">> = {
  "mail/": [],
  "decide/": ["mail/"],
  "config/": ["mail/"],
  "telemetry/": ["mail/"],
  "notify/": ["mail/"],
  "parse/": ["mail/"],
  "unpack/": ["mail/"],
  "identify/": ["mail/"],
  "inspect/": ["mail/"],
  "read/": ["mail/"],
  "recognise/": ["mail/"],
  "store/": ["mail/"],
  "receive/": ["mail/", "store/store.ts", "store/shared.ts"],
  "console/": ["mail/", "store/store.ts", "store/people.ts", "store/search.ts", "store/custody.ts"],
  "act/": ["mail/", "store/store.ts", "notify/"],
  "deliver/": ["mail/", "store/store.ts", "notify/"],
  "sandbox/": ["mail/"],
  "sandbox/child.ts": [
    "mail/",
    "sandbox/",
    "parse/",
    "unpack/",
    "inspect/",
    "read/",
    "recognise/",
    "identify/",
    "store/bodies.ts",
  ],
  "gateway.ts": STAGES,
  "envelope.ts": STAGES,
  "judge.ts": STAGES,
  "main.ts": "everything",
  "commands/": "everything",
}
/** Free to all but the pure: telemetry whole, of the settings their types. */
const PURE = new Set(["mail/", "decide/"])
/** Packages that one file each stands before, by the folder that holds it: a protocol's library is replaced in one place. */
const WRAPPED: readonly { readonly package: string; readonly perFolder: boolean }[] = [
  { package: "smtp-server", perFolder: false },
  { package: "mailauth", perFolder: false },
  { package: "nodemailer", perFolder: true },
  { package: "ioredis", perFolder: false },
  { package: "ldapts", perFolder: false },
]
const FORBIDDEN_FOLDERS = new Set(["utils", "common", "helpers", "types", "interfaces"])
/** Lines without blank ones and comments; the lint warns at half of it. */
const LONGEST = 600
/** Made of the table of routes: as long as the API is. */
const GENERATED = new Set(["console/web/api/types.ts"])

interface Import {
  readonly target: string
  readonly typesOnly: boolean
}

/** Every module a text imports: static, side-effect, re-export and dynamic; comments do not count. */
function importsOf(text: string): readonly Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "")
  const statements = code.matchAll(/^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm)
  const calls = code.matchAll(/\bimport\(\s*["']([^"']+)["']/g)
  return [
    ...[...statements].map((match) => ({ target: match[2] ?? "", typesOnly: match[1] !== undefined })),
    ...[...calls].map((match) => ({ target: match[1] ?? "", typesOnly: false })),
  ]
}

/** `./b.ts` seen from `a/c.ts` is `a/b.ts`; null for packages and built-ins. */
function within(from: string, target: string): string | null {
  return target.startsWith(".") ? new URL(target, `file:///${from}`).pathname.slice(1) : null
}

function roomOf(path: string): string {
  if (path in MAY_IMPORT) return path
  return path.includes("/") ? `${path.split("/", 1)[0]}/` : path
}

function lies(path: string, place: string): boolean {
  return place.endsWith("/") ? path.startsWith(place) : path === place
}

function mayImport(from: string, to: string, typesOnly: boolean): boolean {
  const room = roomOf(from)
  const allowed = MAY_IMPORT[room]
  if (allowed === undefined) return false
  const home = room.endsWith("/") ? room : null
  if (allowed === "everything" || (home !== null && lies(to, home))) return true
  const free = !PURE.has(room) && (to.startsWith("telemetry/") || (to === "config/schema.ts" && typesOnly))
  return free || allowed.some((place) => lies(to, place))
}

/** Every fault of the tree as one sentence; empty when the house is as its map says. */
export function faults(sources: readonly Source[]): readonly string[] {
  return [...sources.flatMap(faultsOf), ...wrapFaults(sources), ...cycles(sources)]
}

function faultsOf({ path, text }: Source): readonly string[] {
  const found: string[] = []
  const room = roomOf(path)
  if (MAY_IMPORT[room] === undefined) found.push(`${path}: the import table knows no ${room}`)
  const folder = path.split("/").find((part) => FORBIDDEN_FOLDERS.has(part))
  if (folder !== undefined) found.push(`${path}: a folder named ${folder} tells nothing`)
  if (path === "index.ts" || path.endsWith("/index.ts")) found.push(`${path}: a barrel`)
  const lines = text.split("\n").filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length
  if (lines > LONGEST && !GENERATED.has(path)) found.push(`${path}: ${lines} lines of code, more than ${LONGEST}`)
  for (const { target, typesOnly } of importsOf(text)) {
    const to = within(path, target)
    if (to === null && PURE.has(room)) found.push(`${path}: pure, yet imports ${target}`)
    else if (to !== null && !mayImport(path, to, typesOnly)) found.push(`${path}: may not import ${to}`)
  }
  return found
}

function wrapFaults(sources: readonly Source[]): readonly string[] {
  return WRAPPED.flatMap((wrapped) => {
    const users = sources.filter(({ text }) =>
      importsOf(text).some(
        ({ target, typesOnly }) =>
          !typesOnly && (target === wrapped.package || target.startsWith(`${wrapped.package}/`)),
      ),
    )
    const groups = Map.groupBy(users, ({ path }) => (wrapped.perFolder ? roomOf(path) : ""))
    return [...groups.values()]
      .filter((group) => group.length > 1)
      .map((group) => `${wrapped.package}: imported by ${group.map(({ path }) => path).join(" and ")}`)
  })
}

/** Cycles among files, types included: two files that need each other's words are one file or three. */
function cycles(sources: readonly Source[]): readonly string[] {
  const edges = new Map(
    sources.map(({ path, text }) => [path, importsOf(text).flatMap(({ target }) => within(path, target) ?? [])]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push(`cycle: ${[...trail.slice(trail.indexOf(path)), path].join(" → ")}`)
    else if (!done.has(path)) {
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
  }
  for (const path of edges.keys()) visit(path, [])
  return found
}
