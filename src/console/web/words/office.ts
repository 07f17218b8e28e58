/** The words of the pages of exceptions, units and notices, added to the catalogue when those pages are loaded. */
import i18next from "i18next"
import { en } from "./office-en.ts"
import { vi } from "./office-vi.ts"

/** Called by each page that says them, as it is loaded. */
export function addOfficeWords(): void {
  i18next.addResourceBundle("vi", "office", vi)
  i18next.addResourceBundle("en", "office", en)
}
