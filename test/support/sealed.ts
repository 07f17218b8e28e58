/** A zip that only a password opens, as Info-ZIP makes it. */
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const NO_ZIP = existsSync("/usr/bin/zip") ? false : "zip is not installed"
export const FILE_PASSWORD = "Hoa Sen 99"

export async function sealed(text: string, name = "a.txt"): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "congthu-sealed-"))
  try {
    await writeFile(join(folder, name), text)
    execFileSync("zip", ["-q", "-P", FILE_PASSWORD, "a.zip", name], { cwd: folder })
    return await readFile(join(folder, "a.zip"))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
