/** Logging in with the password of the agency's directory: its people have accounts here from their first login on. */
import type { MailEvent } from "../../../mail/event.ts"
import type { Account, Grant } from "../../../mail/people.ts"
import type { Instant, Millis } from "../../../mail/transaction.ts"
import type { Known } from "../../../store/people.ts"
import type { Allowance } from "../allowance.ts"
import { checkLock, failed } from "../confirm.ts"
import type { DirectoryLogin, Hands } from "../hands.ts"
import { type Asked, Refusal } from "../route.ts"
import { type Found, isClosed, openSession, personEvent } from "../sessions.ts"

interface Tried {
  readonly name: string
  readonly given: string
  /** Null: the first time, if at all. */
  readonly known: Known | null
  readonly strangers: Allowance
}

/** The secret of a session. */
export async function loginByDirectory(
  hands: Hands,
  { name, given, known, strangers }: Tried,
  asked: Asked,
): Promise<string> {
  if (known !== null) checkLock(known.account, asked)
  const said = await hands.directory(name, given)
  if (said.is === "away") {
    hands.log.warn("the directory does not answer", { why: said.why })
    throw new Refusal("directory-away")
  }
  const isOut = known !== null && isClosed(known.account, asked.now)
  if (said.is === "wrong" || isOut) {
    await failed(hands, name, asked)
    throw new Refusal(known !== null || strangers.take(name, asked.now) ? "wrong-login" : "account-locked")
  }
  const account = await follow(hands, { name, said, known }, asked)
  if (account === null) throw new Refusal("no-role")
  return openSession(hands, account, { client: asked.client, agent: asked.agent, door: "directory" })
}

type Said = Extract<DirectoryLogin, { is: "known" }>

/** The account as the directory has the person now. Null: no role is left. */
async function follow(
  hands: Hands,
  { name, said, known }: Pick<Tried, "name" | "known"> & { readonly said: Said },
  { now }: Pick<Asked, "now">,
): Promise<Account | null> {
  const { records } = hands
  const { title, mail, grants } = said
  const event = eventOf(hands, name, grants)
  if (known === null) {
    if (grants.length === 0) return null
    const added = { name, title, mail, grants, createdAt: now, password: null, source: "directory" } as const
    const id = await records.addAccount(added, event, false)
    return id === null ? null : ((await records.account({ id }))?.account ?? null)
  }
  await change(hands, known.account, said)
  return grants.length === 0 ? null : { ...known.account, title, mail, grants }
}

function eventOf(hands: Hands, user: string, grants: readonly Grant[]): MailEvent {
  const detail = { user, did: "directory", grants: grants.map(({ role, unit }) => `${role}@${unit}`) }
  return personEvent(hands, "user-changed", { name: "directory" }, detail)
}

/** Whoever has no role left has no session left. */
async function change(hands: Hands, account: Account, { title, mail, grants }: Omit<Said, "is">): Promise<void> {
  const before = JSON.stringify([account.title, account.mail, account.grants])
  if (before === JSON.stringify([title, mail, grants])) return
  const changes = { title, mail, grants, ...(grants.length === 0 ? { endSessions: "all" } : {}) } as const
  await hands.records.changeAccount(account.id, changes, eventOf(hands, account.name, grants))
}

/** How long roles are believed; and how long a directory is left alone that did not answer. */
const BELIEVED: Millis = 300_000
const AWAY: Millis = 60_000

/** Roles of the directory's people follow their groups while they work, not only when they log in. OWASP ASVS 5.0, 8.3.2. */
export function createFollowing(hands: Hands): (found: Found) => Promise<void> {
  const due = new Map<number, Instant>()
  const asking = new Map<number, Promise<void>>()

  async function ask(account: Account): Promise<void> {
    const said = await hands.directoryPerson(account.name)
    due.set(account.id, hands.now() + (said.is === "away" ? AWAY : BELIEVED))
    // What it said last holds until it answers; a session ends after twelve hours whatever it says.
    if (said.is === "away") hands.log.warn("the directory does not answer", { why: said.why })
    else await change(hands, account, said.is === "known" ? said : { ...account, grants: [] })
  }

  return async ({ session, known: { account } }) => {
    if (account.source !== "directory") return
    // Logging in asked it already.
    const next = Math.max(due.get(account.id) ?? 0, session.openedAt + BELIEVED)
    if (next > hands.now()) return
    const asked = asking.get(account.id) ?? ask(account).finally(() => asking.delete(account.id))
    asking.set(account.id, asked)
    await asked
  }
}
