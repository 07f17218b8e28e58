/** The configuration that commands and the gateway work with: a draft that is no good keeps nobody from the version in force. */
import { openStore } from "../store/open.ts"
import { StoreError } from "../store/error.ts"
import type { Configuration } from "./assemble.ts"
import { load, type Loaded } from "./load.ts"
import type { Version } from "../mail/version.ts"
import { edited } from "./notice-edits.ts"
import { numbered } from "./policy-life.ts"
import { versionInForce, withPolicy } from "./policy-source.ts"
import { STUDY_HERE } from "./policy-study.ts"
import type { Records } from "../store/store.ts"
import { UsageError } from "./usage.ts"

export interface Usable {
  readonly configuration: Configuration
  readonly warnings: readonly string[]
}

/** Throws UsageError with every fault. */
export async function usable(file: string): Promise<Usable> {
  const loaded = load(file)
  if (loaded.ok) return loaded
  const path = loaded.base?.settings.store.path
  if (path === undefined) throw new UsageError(loaded.faults.join("\n"))
  const store = await openStore(path, { mode: "command" }).catch((error: unknown) => {
    if (error instanceof StoreError) throw new UsageError(loaded.faults.join("\n"))
    throw error
  })
  try {
    return await instead(loaded, store.records)
  } finally {
    await store.records.close()
  }
}

/** As the gateway judges: with the version in force, or another one; with the file where there is no store yet. Throws UsageError. */
export async function judging(file: string, wanted: string | undefined): Promise<Configuration> {
  const { configuration } = await usable(file)
  const store = await openStore(configuration.settings.store.path, { mode: "command" }).catch((error: unknown) => {
    const absent = error instanceof StoreError && (error.fault === "missing" || error.fault === "older")
    if (absent && wanted === undefined) return null
    throw error
  })
  if (store === null) return configuration
  try {
    const { records } = store
    const version = wanted === undefined ? await judgingNow(configuration, records) : await numbered(wanted, { store })
    if (version === null) return await edited(configuration, records)
    const read = await withPolicy(configuration, version, { study: STUDY_HERE, now: Date.now() })
    if (!read.ok) throw new UsageError(read.faults.join("\n"))
    return await edited(read.configuration, records)
  } finally {
    await store.records.close()
  }
}

/** An edited file that the gateway will take over at its next start is tried as it is. */
async function judgingNow({ reading }: Configuration, records: Records): Promise<Version | null> {
  const version = await versionInForce(records)
  return version === null || version.document === reading.text || (await records.isPolicyByHand()) ? version : null
}

/** Once somebody has published, the file is only a draft. Throws UsageError as long as nobody has. */
export async function instead(
  { faults, base }: Extract<Loaded, { ok: false }>,
  records: Pick<Records, "policyHead" | "policyVersion" | "isPolicyByHand">,
): Promise<Usable> {
  const version = base !== null && (await records.isPolicyByHand()) ? await versionInForce(records) : null
  if (base === null || version === null) throw new UsageError(faults.join("\n"))
  const read = await withPolicy(base, version, { study: STUDY_HERE, now: Date.now() })
  if (!read.ok) throw new UsageError([...faults, ...read.faults].join("\n"))
  return { configuration: read.configuration, warnings: [...faults, ...read.warnings] }
}
