/** Notices whose words people changed: each change is a version with author and reason, the last one of a notice holds. */
import type { DatabaseSync } from "node:sqlite"
import type { NoticeVersion } from "../mail/notice.ts"
import type { Transitions } from "./transitions.ts"

type Methods = Pick<Transitions, "noticeVersions" | "editedNotices" | "changeNotice">

interface Row extends Omit<NoticeVersion, "template" | "by"> {
  readonly template: string | null
  readonly author: string
}

export function createNoticeVersions(db: DatabaseSync, { note }: Pick<Transitions, "note">): Methods {
  const of = db.prepare("SELECT * FROM notices WHERE name = ? ORDER BY number DESC LIMIT ?")
  const last = db.prepare("SELECT * FROM notices WHERE number IN (SELECT max(number) FROM notices GROUP BY name)")
  const insert = db.prepare(
    "INSERT INTO notices (name, template, author, reason, at) VALUES (:name, :template, :by, :reason, :at)",
  )

  return {
    noticeVersions: (name, limit) => (of.all(name, limit) as unknown as Row[]).map(version),
    editedNotices: () => (last.all() as unknown as Row[]).map(version),
    changeNotice: ({ name, template, by, reason, at }) => {
      const written = template === null ? null : JSON.stringify(template)
      const number = Number(insert.run({ name, template: written, by, reason, at }).lastInsertRowid)
      const detail = { notice: name, version: number, did: template === null ? "restored" : "changed", reason }
      note([{ kind: "notice-changed", at, by, detail, transaction: null, recipient: null }])
      return number
    },
  }
}

function version({ template, author, ...row }: Row): NoticeVersion {
  return {
    ...row,
    by: author,
    template: template === null ? null : (JSON.parse(template) as NoticeVersion["template"]),
  }
}
