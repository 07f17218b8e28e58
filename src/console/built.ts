/** Whether the built pages are those of the present sources: exit 0 or 1; `--mark` says that they are. Runs before anything is built. */
import { createHash } from "node:crypto"
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const HERE = join(import.meta.dirname, "web")
const MARK = join(HERE, "dist/.built")

/** Of every source, and of the lockfile: another version of a package builds other pages. */
function digest(): string {
  const hash = createHash("sha256")
  const sources = globSync("**/*", { cwd: HERE, withFileTypes: true, exclude: (entry) => entry.name === "dist" })
  const files = sources.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const file of [...files.toSorted(), join(HERE, "../../../package-lock.json")]) {
    hash.update(file.slice(HERE.length)).update("\0").update(readFileSync(file)).update("\0")
  }
  return hash.digest("hex")
}

function marked(): string {
  try {
    return readFileSync(MARK, "utf8")
  } catch {
    return ""
  }
}

if (process.argv.includes("--mark")) writeFileSync(MARK, digest())
else process.exitCode = marked() === digest() ? 0 : 1
