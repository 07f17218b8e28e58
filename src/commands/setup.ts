/** The first set-up from the console: tries the next hop and the scanner, writes settings and policy, and takes them into force. */
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { type Change, edit } from "../config/edit.ts"
import { reason } from "../config/files.ts"
import type { Settings } from "../config/schema.ts"
import { readYaml } from "../config/yaml.ts"
import type { Setup, SetupChoice, SetupSaved, SetupState } from "../mail/setup.ts"
import type { Records } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"
import { fileFaults, load } from "./load.ts"
import { tryHop, tryScanner } from "./setup-try.ts"

export interface SetupDeps {
  readonly file: string
  readonly configuration: () => Configuration
  readonly records: Pick<Records, "isPolicyByHand">
  /** Reads both files again; the faults that kept them out of force. */
  readonly reload: (by: string) => Promise<readonly string[]>
}

export function createSetup({ file, configuration, records, reload }: SetupDeps): Setup {
  const settings = (): Settings => configuration().settings
  return {
    state: async () => stateOf(file, configuration(), await records.isPolicyByHand()),
    tryHop: (hop, domain) => tryHop(hop, domain, settings().hostname),
    tryScanner: (clamd) => tryScanner(clamd, settings().scan.signatures.age),
    save: async (choice, by) => {
      const { base, texts } = written(file, choice, settings(), await records.isPolicyByHand())
      const faults = await faultsOf(texts, choice)
      if (faults.length > 0) return { is: "faulty", faults }
      try {
        // The policy first: settings that name a policy of before are sound, too.
        for (const { path, text } of texts.toReversed()) if (base.get(path) !== text) replace(path, text)
      } catch (error) {
        const why = reason(error)
        if (!["no permission", "EROFS", "EBUSY", "EPERM"].includes(why)) throw error
        return byHand(texts, base)
      }
      const refused = await reload(by)
      const { version } = configuration().inForce.prepared.policy
      return refused.length > 0 ? { is: "faulty", faults: refused } : { is: "saved", version }
    },
  }
}

function stateOf(file: string, { settings, inForce }: Configuration, published: boolean): SetupState {
  const own = ownRoute(settings)
  const hop = own === undefined || own.to === "mx" || own.to.startsWith("maildir:") ? null : own
  const { units } = inForce.prepared.policy
  return {
    needed: hop === null,
    published,
    settingsFile: file,
    policyFile: settings.policy,
    hostname: settings.hostname,
    postmaster: settings.postmaster,
    domains: settings.domains,
    nextHop: hop === null ? null : { to: hop.to, tls: hop.tls },
    clamd: settings.scan.clamd,
    units: units
      .toSorted((a, b) => Number(a.parent !== null) - Number(b.parent !== null))
      .map(({ id, parent, name, domains }) => ({ id, parent, name, domains })),
    mode: modeOf(readFileSync(settings.policy, "utf8")),
  }
}

function ownRoute({ domains, deliver }: Settings): Settings["deliver"]["routes"][number] | undefined {
  return deliver.routes.find((route) => route.domains.some((one) => domains.includes(one) || one === "*"))
}

function switchesOf(text: string): Readonly<Record<string, unknown>> {
  const yaml = readYaml(text)
  const value = yaml.ok && typeof yaml.value === "object" && yaml.value !== null ? yaml.value : {}
  const found = "switches" in value ? value.switches : null
  return typeof found === "object" && found !== null ? { ...found } : {}
}

function modeOf(text: string): SetupState["mode"] {
  const modes = new Set(Object.values(switchesOf(text)))
  if (modes.size !== 1) return null
  return modes.has("enforce") ? "enforce" : modes.has("shadow") ? "shadow" : null
}

interface Text {
  readonly path: string
  readonly text: string
}
interface Written {
  /** As the files are now. */
  readonly base: ReadonlyMap<string, string>
  /** Settings, then policy. */
  readonly texts: readonly [Text, Text]
}

function written(file: string, choice: SetupChoice, settings: Settings, published: boolean): Written {
  const [before, policy] = [readFileSync(file, "utf8"), readFileSync(settings.policy, "utf8")]
  const texts: Written["texts"] = [
    { path: file, text: edit(before, settingsChanges(choice, settings)) },
    { path: settings.policy, text: published ? policy : edit(policy, policyChanges(choice, policy)) },
  ]
  return {
    base: new Map([
      [file, before],
      [settings.policy, policy],
    ]),
    texts,
  }
}

function isNew(value: unknown, before: unknown): boolean {
  return JSON.stringify(value) !== JSON.stringify(before)
}

function settingsChanges(choice: SetupChoice, settings: Settings): readonly Change[] {
  const { hostname, postmaster, domains, nextHop, clamd } = choice
  const own = ownRoute(settings)
  const others = settings.deliver.routes.filter((route) => route !== own || route.domains.includes("*"))
  const route = { domains: domains.flatMap((one) => [one, `.${one}`]), ...nextHop }
  const same =
    nextHop !== null && own?.to === nextHop.to && own.tls === nextHop.tls && !isNew(domains, settings.domains)
  return [
    ...(hostname === settings.hostname ? [] : [{ path: ["hostname"], value: hostname } as const]),
    ...(postmaster === settings.postmaster ? [] : [{ path: ["postmaster"], value: postmaster } as const]),
    ...(isNew(domains, settings.domains) ? [{ path: ["domains"], value: domains } as const] : []),
    ...(nextHop === null || same
      ? []
      : [{ path: ["deliver", "routes"], value: [route, ...others.map(asWritten)] } as const]),
    ...(clamd === null || clamd === settings.scan.clamd ? [] : [{ path: ["scan", "clamd"], value: clamd } as const]),
  ]
}

/** Without what is the default. */
function asWritten({ domains, to, tls, concurrency }: Settings["deliver"]["routes"][number]): object {
  return {
    domains,
    to,
    ...(tls === "opportunistic" ? {} : { tls }),
    ...(concurrency === 20 ? {} : { concurrency }),
  }
}

function policyChanges({ units, mode }: SetupChoice, policy: string): readonly Change[] {
  const switches = mode === null ? [] : Object.keys(switchesOf(policy))
  const tree = units?.map(({ parent, domains, ...unit }) => ({
    ...unit,
    ...(parent === null ? {} : { parent }),
    ...(domains.length === 0 ? {} : { domains }),
  }))
  return [
    ...switches.map((name): Change => ({ path: ["switches", name], value: mode })),
    ...(tree === undefined ? [] : [{ path: ["units"], value: tree } as const]),
  ]
}

/** Both are read as the gateway will read them, from copies, before anything is touched. */
async function faultsOf([settings, policy]: Written["texts"], choice: SetupChoice): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "congthu-setup-"))
  const [file, draft] = [join(folder, "gateway.yaml"), join(folder, "policy.yaml")]
  try {
    write(file, settings.text, 0o600)
    write(draft, policy.text, 0o600)
    const read = load(file, draft)
    if (!read.ok)
      return read.faults.map((fault) => fault.replaceAll(draft, policy.path).replaceAll(file, settings.path))
    const { domains, scan, hostname } = read.configuration.settings
    const faults = await fileFaults(read.configuration.settings)
    // The environment has the last word, and would take what is written back.
    const overridden = [
      ["hostname", hostname === choice.hostname],
      ["domains", JSON.stringify(domains) === JSON.stringify(choice.domains)],
      ["scan.clamd", choice.clamd === null || scan.clamd === choice.clamd],
    ].flatMap(([key, isTaken]) => (isTaken === true ? [] : [`${String(key)}: set by the environment`]))
    return [...faults, ...overridden]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Either the old text stands there or the new one, whatever happens. */
function replace(path: string, text: string): void {
  const next = `${path}.new`
  try {
    write(next, text, statSync(path).mode & 0o777)
    renameSync(next, path)
  } catch (error) {
    rmSync(next, { force: true })
    throw error
  }
  const folder = openSync(dirname(path), "r")
  fsyncSync(folder)
  closeSync(folder)
}

function write(path: string, text: string, mode: number): void {
  const handle = openSync(path, "w", mode)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function byHand(texts: readonly Text[], base: ReadonlyMap<string, string>): SetupSaved {
  const files = texts.flatMap(({ path, text }) => {
    const before = new Set((base.get(path) ?? "").split("\n"))
    const lines = text.split("\n").filter((line) => !before.has(line))
    return lines.length === 0 ? [] : [{ path, lines: lines.join("\n") }]
  })
  return { is: "by-hand", files }
}
