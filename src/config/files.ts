/** Why a file or directory named in the settings cannot be used, in words; null when it can. */
import { accessSync, constants, statSync } from "node:fs"
import { dirname, resolve } from "node:path"

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "no permission",
  EISDIR: "a directory",
}

export function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "an error"
  return REASONS[code] ?? code
}

export function unreadable(file: string): string | null {
  try {
    if (statSync(file).isDirectory()) return "a directory"
    accessSync(file, constants.R_OK)
    return null
  } catch (error) {
    return reason(error)
  }
}

/** A directory that does not exist yet is made at start, so its nearest existing parent is asked. */
export function unwritable(directory: string): string | null {
  for (let at = resolve(directory); ; at = dirname(at)) {
    try {
      if (!statSync(at).isDirectory()) return "a file is in its way"
      accessSync(at, constants.W_OK)
      return null
    } catch (error) {
      const why = reason(error)
      if (why !== REASONS["ENOENT"] || dirname(at) === at) return why
    }
  }
}
