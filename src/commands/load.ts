/** Settings, policy and webmail families read together: either all is sound, or every fault is told. */
import { readFileSync } from "node:fs"
import { loadPolicy } from "../config/policy.ts"
import { loadSettings } from "../config/load.ts"
import type { Settings } from "../config/schema.ts"
import { loadFamilies } from "../config/webmail.ts"
import { prepare } from "../decide/decide.ts"
import type { InForce } from "../gateway.ts"
import { createDirectory } from "../identify/units.ts"
import { createWebmail } from "../identify/webmail.ts"

export interface Configuration {
  readonly settings: Settings
  readonly inForce: InForce
}

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** The settings file in use: `--config`, else `CONGTHU_CONFIG`, else the shipped one. */
export function configFile(option: string | undefined): string {
  return option ?? process.env["CONGTHU_CONFIG"] ?? "config/gateway.yaml"
}
