/** Notices as people changed them, laid over the shipped ones: in force from the next message on, in the gateway and in commands. */
import { checkNotice } from "../config/notices.ts"
import type { NoticeName, NoticeVersion, Template, Templates } from "../mail/notice.ts"
import { replyLines } from "../notify/letter.ts"
import type { Records } from "../store/store.ts"
import type { NoticeHands } from "../console/api/hands.ts"
import { Refusal } from "../console/api/route.ts"
import type { Configuration } from "./assemble.ts"
import { noticeNamed, previewOf } from "./notices.ts"

/** What a version says must still hold: a placeholder that is gone would reach people as it stands. Such a notice is the shipped one. */
export function withEdits(configuration: Configuration, edits: readonly NoticeVersion[]): Configuration {
  const sound = edits.filter(
    ({ name, template }) => template !== null && checkNotice(name, written(template)).length === 0,
  )
  if (sound.length === 0) return configuration
  const changed: Partial<Record<NoticeName, Template>> = {}
  for (const { name, template } of sound) if (template !== null) changed[name] = template
  const templates: Templates = {
    ...configuration.office.templates,
    notices: { ...configuration.office.templates.notices, ...changed },
  }
  const office = { ...configuration.office, templates }
  return { ...configuration, office, inForce: { ...configuration.inForce, refusals: replyLines(office) } }
}

export async function edited(
  configuration: Configuration,
  records: Pick<Records, "editedNotices">,
): Promise<Configuration> {
  return withEdits(configuration, await records.editedNotices())
}

/** As a file would say it. */
function written({ subject, text, smtp }: Template): object {
  return { subject, text, ...(smtp === null ? {} : { smtp }) }
}

export function templateFaults(name: NoticeName, template: Template): readonly string[] {
  return checkNotice(name, written(template))
}

/** Notices for the console. `changed`: other words are in force. */
export function noticeHandsOf(
  { changeNotice }: Pick<Records, "changeNotice">,
  configuration: () => Configuration,
  changed: () => Promise<void>,
): NoticeHands {
  return {
    list: () =>
      Object.entries(configuration().office.templates.notices).map(([name, { subject }]) => ({ name, subject })),
    preview: (name, template) => previewOf(name, configuration(), template),
    faults: (wanted, template) => {
      const name = noticeNamed(wanted)
      return name === null ? [] : templateFaults(name, template)
    },
    change: async (wanted, template, made) => {
      const name = noticeNamed(wanted)
      if (name === null) return null
      const faults = template === null ? [] : templateFaults(name, template)
      if (faults.length > 0) {
        throw new Refusal(
          "invalid",
          faults.map((expected) => ({ path: "template", expected })),
        )
      }
      const version = await changeNotice({ ...made, name, template })
      await changed()
      return version
    },
  }
}
