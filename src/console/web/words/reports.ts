/** The words of the reports page, added to the catalogue when that page is loaded. */
import i18next from "i18next"
import { useTranslation } from "react-i18next"
import { reportsEn } from "./reports-en.ts"
import { reportsVi } from "./reports-vi.ts"

i18next.addResourceBundle("vi", "reports", reportsVi)
i18next.addResourceBundle("en", "reports", reportsEn)

export function useReportWords() {
  return useTranslation("reports")
}
