/** The console's two languages: the reader's choice is remembered, Vietnamese first. */
import i18next from "i18next"
import { initReactI18next } from "react-i18next"
import { isolated } from "../../../mail/visible.ts"
import type { ReportsCatalogue } from "./reports-vi.ts"
import type { SystemCatalogue } from "./system-vi.ts"
import type { OfficeCatalogue } from "./office-vi.ts"
import type { PolicyCatalogue } from "./policy-vi.ts"
import { type Catalogue, vi } from "./vi.ts"

export type Language = "vi" | "en"

const KEPT = "congthu.language"

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "words"
    resources: {
      reports: ReportsCatalogue
      system: SystemCatalogue
      words: Catalogue
      policy: PolicyCatalogue
      office: OfficeCatalogue
    }
  }
}

/** Vietnamese is always there, for words that English lacks; English comes when somebody reads it. */
const catalogues: { readonly vi: Catalogue; en: Catalogue | null } = { vi, en: null }

async function bring(wanted: Language): Promise<void> {
  if (wanted === "vi" || catalogues.en !== null) return
  catalogues.en = (await import("./en.ts")).en
  i18next.addResourceBundle("en", "words", catalogues.en)
}

export async function startWords(): Promise<void> {
  const kept = localStorage.getItem(KEPT) === "en" ? "en" : "vi"
  await i18next.use(initReactI18next).init({
    resources: { vi: { words: vi } },
    lng: "vi",
    fallbackLng: "vi",
    ns: ["words"],
    defaultNS: "words",
    // React escapes what it shows; what is put into a sentence shall not turn it around.
    interpolation: { escapeValue: true, escape: isolated },
  })
  await bring(kept)
  await i18next.changeLanguage(kept)
  show()
}

export function language(): Language {
  return i18next.language === "en" ? "en" : "vi"
}

export async function speak(next: Language): Promise<void> {
  localStorage.setItem(KEPT, next)
  await bring(next)
  await i18next.changeLanguage(next)
  show()
}

function show(): void {
  document.documentElement.lang = language()
}

/** Of words that come in both languages, those of the reader. */
export function said(words: { readonly vi: string; readonly en: string }): string {
  return isolated(words[language()])
}

/** The word for a machine word of the API, which may know more of them than this page: then it stands for itself. */
export function wordFor(section: "event" | "disposition", machine: string): string {
  const words: Readonly<Record<string, string>> = (catalogues[language()] ?? vi)[section]
  return words[machine] ?? machine
}
