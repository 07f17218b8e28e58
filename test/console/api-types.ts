/** `npm run console:types` writes the types of the API for the pages that ask it; a test compares. */
import { writeFileSync } from "node:fs"
import { resolve } from "node:path"
import type { Hands } from "../../src/console/api/hands.ts"
import { routesOf } from "../../src/console/api/routes.ts"
import { typescript } from "../../src/console/api/typescript.ts"

export const TYPES = resolve(import.meta.dirname, "../../src/console/web/api/types.ts")

/** The table is made without asking the hands anything; only its handlers do. */
export function apiTypes(): string {
  return typescript(routesOf({} as Hands))
}

if (process.argv[1] === import.meta.filename) writeFileSync(TYPES, apiTypes())
