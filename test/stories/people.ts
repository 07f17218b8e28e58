/** People of a story: an approver with an account, what a mailbox got, and the link in it. */
import assert from "node:assert/strict"
import { setTimeout } from "node:timers/promises"
import { type ParsedMail, simpleParser } from "mailparser"
import { ask, codeOf } from "../console/office.ts"
import type { Gateway } from "../support/gateway.ts"
import { pathOf, type Sink } from "../support/sink.ts"

export const PASSWORD = "Suối Lê-Nin 2026!"

/** Somebody in the console, whole: password, authenticator, session. */
export interface User {
  readonly ask: (method: string, path: string, body?: unknown) => ReturnType<typeof ask>
}

export async function enrol(gateway: Gateway, path: string, body: object, password = PASSWORD): Promise<User> {
  const made = await ask(gateway.console, "POST", path, { body })
  assert.equal(made.status, 200, made.text)
  const headers = { cookie: made.cookie ?? "", csrf: String(made.json["csrf"]) }
  const user: User = {
    ask: (method, where, given) =>
      ask(gateway.console, method, where, { ...headers, ...(given === undefined ? {} : { body: given }) }),
  }
  const begun = await user.ask("POST", "/api/account/totp", { password })
  const code = codeOf(String(begun.json["secret"]), Date.now())
  const done = await user.ask("PUT", "/api/account/totp", { sealed: begun.json["sealed"], code })
  assert.equal(done.status, 200, done.text)
  return user
}

/** From the link printed at start to people of a role in the province, by their mailboxes; the first of them comes back. */
export async function peopleOf(
  gateway: Gateway,
  mailboxes: readonly string[],
  role = "approver",
): Promise<readonly User[]> {
  const link = /\/first\/([\w-]+)/
  // Its two outputs are read side by side.
  await gateway.until("the link is printed", () => link.test(gateway.stderr()))
  const token = link.exec(gateway.stderr())?.[1]
  const boss = await enrol(gateway, "/api/first", { token, name: "quantri", title: "Quản trị", password: PASSWORD })
  const users: User[] = []
  for (const mail of mailboxes) {
    const [name] = mail.split("@")
    const grants = [{ role, unit: "tinh" }]
    const made = await boss.ask("POST", "/api/people", { name, title: name, mail, grants })
    assert.equal(made.status, 200, made.text)
    const invitation = String(made.json["link"]).split("/").at(-1)
    users.push(await enrol(gateway, "/api/invitation/accept", { token: invitation, password: PASSWORD }))
  }
  return users
}

/** The newest notice of a kind that a mailbox got; waited for, since notices to several people go out side by side. */
export async function letterTo(sink: Sink, person: string, kind: string): Promise<ParsedMail | undefined> {
  for (let tries = 0; tries < 200; tries++) {
    const all = sink.received.filter(({ mail: from, rcpt }) => pathOf(from) === "" && rcpt.map(pathOf).includes(person))
    const read = await Promise.all(all.map(({ bytes }) => simpleParser(bytes)))
    const found = read.findLast(({ subject }) => subject?.startsWith(kind) === true)
    if (found !== undefined) return found
    await setTimeout(100)
  }
  return undefined
}

export async function noticeTo(sink: Sink, person: string, kind: string): Promise<string> {
  return (await letterTo(sink, person, kind))?.text ?? ""
}

export function linkIn(text: string): { readonly url: string; readonly code: string } {
  return {
    url: /https?:\/\/\S+\/r\/[\w-]{43}/.exec(text)?.[0] ?? "",
    code: /(?:mã xác nhận|Mã xác nhận:) (\d{6})/.exec(text)?.[1] ?? "",
  }
}

export async function post(url: string, form: Readonly<Record<string, string>>): Promise<number> {
  return (await fetch(url, { method: "POST", body: new URLSearchParams(form) })).status
}
