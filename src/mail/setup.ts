/** What a new operator sets up first: whose mail comes in, where it goes, who scans it, who the units are, watch or enforce. */
import type { Bilingual, UnitId } from "./policy.ts"
import type { Instant } from "./transaction.ts"

export interface NextHopChoice {
  /** `smtp://host:port` */
  readonly to: string
  readonly tls: "off" | "opportunistic" | "required" | "verified"
}

export interface SetupUnit {
  readonly id: UnitId
  readonly parent: UnitId | null
  readonly name: Bilingual
  readonly domains: readonly string[]
}

export interface SetupChoice {
  readonly hostname: string
  readonly postmaster: string
  readonly domains: readonly string[]
  /** Null: as before, which at first is a folder of the gateway's. */
  readonly nextHop: NextHopChoice | null
  /** Null: as before, which at first is none. */
  readonly clamd: string | null
  /** The root first. Null: they stay as they are. */
  readonly units: readonly SetupUnit[] | null
  /** Null: the switches of the policy stay as they are. */
  readonly mode: "shadow" | "enforce" | null
}

export interface SetupState extends SetupChoice {
  /** Mail for our own domains still goes nowhere but into a folder. */
  readonly needed: boolean
  /** Somebody published a policy: units and mode are set on the pages for them from then on. */
  readonly published: boolean
  readonly settingsFile: string
  readonly policyFile: string
}

/** What a next hop said, step by step; `failed`: where it ended. */
export interface HopTried {
  readonly reached: boolean
  /** Keywords of its EHLO. */
  readonly extensions: readonly string[]
  readonly starttls: boolean
  readonly encrypted: boolean
  /** Its answer to a recipient of ours, which got no message; null: not asked. */
  readonly recipient: { readonly address: string; readonly reply: string; readonly taken: boolean } | null
  readonly failed: { readonly at: "connect" | "greeting" | "tls" | "starttls"; readonly why: string } | null
}

export interface ScannerTried {
  readonly works: boolean
  /** As it names itself. */
  readonly version: string | null
  readonly signaturesAt: Instant | null
  readonly outdated: boolean
  readonly why: string | null
}

/** `by-hand`: the files may not be written by the program; these are the lines to put in. */
export type SetupSaved =
  | { readonly is: "saved"; readonly version: string }
  | { readonly is: "by-hand"; readonly files: readonly { readonly path: string; readonly lines: string }[] }
  | { readonly is: "faulty"; readonly faults: readonly string[] }

export interface Setup {
  state(): Promise<SetupState>
  tryHop(hop: NextHopChoice, domain: string): Promise<HopTried>
  tryScanner(clamd: string): Promise<ScannerTried>
  save(choice: SetupChoice, by: string): Promise<SetupSaved>
}
