/** The words about the system, added to the catalogue when one of those pages is loaded. */
import i18next from "i18next"
import { useTranslation } from "react-i18next"
import { systemEn } from "./system-en.ts"
import { systemVi } from "./system-vi.ts"

i18next.addResourceBundle("vi", "system", systemVi)
i18next.addResourceBundle("en", "system", systemEn)

export function useSystemWords() {
  return useTranslation("system")
}
