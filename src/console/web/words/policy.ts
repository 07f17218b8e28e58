/** The words of the policy's pages, added to the catalogue when those pages are loaded. */
import i18next from "i18next"
import { en } from "./policy-en.ts"
import { vi } from "./policy-vi.ts"

/** Called by each page that says them, as it is loaded. */
export function addPolicyWords(): void {
  i18next.addResourceBundle("vi", "policy", vi)
  i18next.addResourceBundle("en", "policy", en)
}

/** The word for a value of a condition, which the policy may have named itself. */
export function valueWord(language: "vi" | "en", value: string): string {
  const words: Readonly<Record<string, string>> = (language === "en" ? en : vi).value
  return words[value] ?? value
}
