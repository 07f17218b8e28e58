/** `people`: who may use the console, and a way back in for whoever lost it; for the operator at the machine. */
import { hash, randomBytes } from "node:crypto"
import type { Account } from "../mail/people.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Millis } from "../mail/transaction.ts"
import type { Hands } from "./queue.ts"

/** As long as a link of the console's own. */
const LINK: Millis = 3 * 86_400_000

/** Prints the accounts, one a line. */
export async function listPeople({ store }: Hands): Promise<number> {
  const accounts = await store.records.accounts()
  for (const account of accounts) process.stdout.write(`${lineOf(account)}\n`)
  if (accounts.length === 0) process.stdout.write("(empty / chưa có tài khoản nào)\n")
  return 0
}

/** A new link to set a password; the account is opened again, and its authenticator must be set up anew. */
export async function invitePerson(name: string, { store, configuration, now, by }: Hands): Promise<number> {
  const known = await store.records.account({ name: name.toLowerCase() })
  if (known === null) {
    process.stderr.write(`${name}: no such account / không có tài khoản này\n`)
    return 1
  }
  const { id, name: login } = known.account
  const detail = { user: login, did: "invited at the machine" }
  const event: MailEvent = { kind: "user-changed", at: now, transaction: null, recipient: null, by, detail }
  const open = { disabledAt: null, lockedUntil: null, totp: null, endSessions: "all" }
  await store.records.changeAccount(id, open, event)
  const secret = randomBytes(32).toString("base64url")
  await store.records.invite(id, hash("sha256", secret, "base64url"), now + LINK, event)
  process.stdout.write(`${configuration.settings.publicUrl}/join/${secret}\n`)
  return 0
}

function lineOf({ name, title, mail, grants, lastLoginAt, disabledAt }: Account): string {
  const roles = grants.map(({ role, unit, deputy }) => `${role}@${unit}${deputy ? " (deputy)" : ""}`).join(", ")
  const seen = lastLoginAt === null ? "-" : new Date(lastLoginAt).toISOString()
  return `${name}  ${title}  ${mail ?? "-"}  ${roles}  ${seen}${disabledAt === null ? "" : "  disabled / đã khóa"}`
}
