/** The agency's key: names messages in records without telling what they are. Made once, kept beside the store. */
import { randomBytes } from "node:crypto"
import { open, readFile } from "node:fs/promises"
import { join } from "node:path"
import { storeError } from "./error.ts"

/** 32 octets. Throws StoreError when it can be neither read nor made. */
export async function openKey(path: string): Promise<Buffer> {
  const name = join(path, "agency.key")
  try {
    return await readOrMake(name)
  } catch (cause) {
    throw storeError(cause, name)
  }
}

async function readOrMake(name: string): Promise<Buffer> {
  try {
    return await readFile(name)
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error
  }
  const key = randomBytes(32)
  const file = await open(name, "wx", 0o600)
  try {
    await file.writeFile(key)
    await file.sync()
  } finally {
    await file.close()
  }
  return key
}
