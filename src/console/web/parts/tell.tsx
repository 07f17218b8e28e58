/** Short messages at the edge of the page: what was done, and what could not be. */
import { notifications } from "@mantine/notifications"
import i18next from "i18next"
import { isolated } from "../../../mail/visible.ts"
import { Refused } from "../api/client.ts"
import { language, said } from "../words/words.ts"
import { faultIn } from "../words/faults.ts"

export function tellDone(message: string): void {
  notifications.show({ message, color: "green", closeButtonProps: closing() })
}

/** In the words of the API, unless the page knows better what it means. */
export function tellFailure(error: unknown, message = wordsOf(error)): void {
  notifications.show({
    title: i18next.t("common.failed"),
    message,
    color: "red",
    closeButtonProps: closing(),
  })
}

/** Whoever cannot see the cross hears what it does. */
function closing(): { readonly "aria-label": string } {
  return { "aria-label": i18next.t("common.close") }
}

/** The API's own words, in the reader's language. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Refused)) return i18next.t("broken.hint")
  const faults = error.faults.map(({ path, expected }) => isolated(`${path}: ${faultIn(language(), expected)}`))
  return [said(error.words), ...faults].join(" · ")
}
