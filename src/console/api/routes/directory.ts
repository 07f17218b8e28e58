/** Logging in with the password of the agency's directory: its people have accounts here from their first login on. */
import type { Account } from "../../../mail/people.ts"
import type { Known } from "../../../store/people.ts"
import type { Allowance } from "../allowance.ts"
import { checkLock, failed } from "../confirm.ts"
import type { DirectoryLogin, Hands } from "../hands.ts"
import { type Asked, Refusal } from "../route.ts"
import { isClosed, openSession, personEvent } from "../sessions.ts"

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
  { name, said: { title, mail, grants }, known }: Pick<Tried, "name" | "known"> & { readonly said: Said },
  { now }: Asked,
): Promise<Account | null> {
  const { records } = hands
  const detail = { user: name, did: "directory", grants: grants.map(({ role, unit }) => `${role}@${unit}`) }
  const event = personEvent(hands, "user-changed", { name: "directory" }, detail)
  if (known === null) {
    if (grants.length === 0) return null
    const added = { name, title, mail, grants, createdAt: now, password: null, source: "directory" } as const
    const id = await records.addAccount(added, event, false)
    return id === null ? null : ((await records.account({ id }))?.account ?? null)
  }
  const { account } = known
  const before = JSON.stringify([account.title, account.mail, account.grants])
  if (before !== JSON.stringify([title, mail, grants])) {
    const change = { title, mail, grants, ...(grants.length === 0 ? { endSessions: "all" } : {}) }
    await records.changeAccount(account.id, change, event)
  }
  return grants.length === 0 ? null : { ...account, title, mail, grants }
}
