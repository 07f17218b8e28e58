/** The words about the system, added to the catalogue when one of those pages is loaded. */
import i18next from "i18next"
import { useTranslation } from "react-i18next"
import { systemEn } from "./system-en.ts"
import { systemVi } from "./system-vi.ts"
import { language, wordFor } from "./words.ts"

i18next.addResourceBundle("vi", "system", systemVi)
i18next.addResourceBundle("en", "system", systemEn)

export function useSystemWords() {
  return useTranslation("system")
}

/** What happened, in words; kinds that the common catalogue does not know are of the gateway itself. */
export function kindWord(kind: string): string {
  const words: Readonly<Record<string, string>> = (language() === "en" ? systemEn : systemVi).audit.kinds
  return words[kind] ?? wordFor("event", kind)
}
