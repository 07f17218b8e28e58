/** Final delivery into maildirs, one for each recipient: PATH/ADDRESS/{tmp,new,cur}. The file is durable before it is told. */
import { randomBytes } from "node:crypto"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { type Address, addressKey } from "../mail/address.ts"
import { type Cause, temporary } from "./outcome.ts"

export interface MaildirMail {
  readonly from: Address | null
  readonly to: Address
  readonly hostname: string
  readonly body: () => AsyncIterable<Uint8Array>
}

/** Null when it was stored. Every failure of a disk is temporary. */
export async function store(root: string, mail: MaildirMail, signal: AbortSignal): Promise<Cause | null> {
  const box = join(root, folderName(addressKey(mail.to)))
  // Unique for all time and machines, no "/" or ":" in it. https://cr.yp.to/proto/maildir.html
  const name = `${Math.floor(Date.now() / 1_000)}.${randomBytes(12).toString("hex")}.${mail.hostname}`
  const written = join(box, "tmp", name)
  try {
    await makeBox(box)
    await writeDurably(written, mail, signal)
    await rename(written, join(box, "new", name))
    await syncFolder(join(box, "new"))
    return null
  } catch (error) {
    await rm(written, { force: true }).catch(() => undefined)
    const code = error instanceof Error && "code" in error ? String(error.code) : "unexpected"
    return temporary(code === "ENOSPC" || code === "EDQUOT" ? "4.3.1" : "4.3.0", `the maildir failed: ${code}`)
  }
}

/** Letters, digits and a few marks as they are, every other octet as %XX: no name climbs out of the root or hides in it. */
export function folderName(key: string): string {
  const safe = Array.from(Buffer.from(key), (octet) => {
    const character = String.fromCharCode(octet)
    return /[a-z0-9@_+=.-]/i.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`
  }).join("")
  // File systems allow 255 octets; a longer name keeps its end, the domain.
  return (safe.startsWith(".") ? `%2E${safe.slice(1)}` : safe).slice(-240)
}

async function makeBox(box: string): Promise<void> {
  for (const folder of ["tmp", "new", "cur"]) {
    const first = await mkdir(join(box, folder), { recursive: true, mode: 0o700 })
    // A new folder is durable once its parent is. fsync(2).
    for (
      let made = first === undefined ? "" : join(box, folder);
      made.length >= (first?.length ?? 1);
      made = dirname(made)
    ) {
      await syncFolder(dirname(made))
    }
  }
}

async function writeDurably(path: string, { from, to, body }: MaildirMail, signal: AbortSignal): Promise<void> {
  const file = await open(path, "wx", 0o600)
  try {
    // RFC 5321 §4.4: the final delivery writes the reverse-path.
    const lines = [`Return-Path: <${from?.text ?? ""}>`, `Delivered-To: ${to.text}`]
    await file.appendFile(lines.map((line) => `${line.replace(/\p{Cc}/gu, "?")}\r\n`).join(""))
    for await (const chunk of body()) {
      signal.throwIfAborted()
      // Not write(2), which may take less than it was given, on a disk that is nearly full.
      await file.appendFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r")
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
