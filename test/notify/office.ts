/** The shipped notices and laws, with an agency of these tests. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { loadLegal } from "../../src/config/legal.ts"
import { loadNotices } from "../../src/config/notices.ts"
import { settingsSchema } from "../../src/config/schema.ts"
import { parseAddress, type Address } from "../../src/mail/address.ts"
import type { Office } from "../../src/notify/letter.ts"

const CONFIG = resolve(import.meta.dirname, "../../config")

const words = loadNotices(resolve(CONFIG, "notices"))
const legal = loadLegal(readFileSync(resolve(CONFIG, "legal.yaml"), "utf8"), "Asia/Ho_Chi_Minh")
if (!words.ok) throw new Error(words.faults.join("\n"))
if (!legal.ok) throw new Error(legal.faults.join("\n"))

export const OFFICE: Office = {
  settings: settingsSchema.parse({
    hostname: "mx.agency.example",
    postmaster: "postmaster@agency.example",
    publicUrl: "https://mail.agency.example",
    domains: ["agency.example"],
    policy: "unused",
    deliver: { routes: [{ domains: ["*"], to: "mx" }] },
    agency: {
      name: { vi: "Cơ quan Thí dụ", en: "Example Agency" },
      support: { unit: { vi: "Tổ hỗ trợ", en: "the help desk" }, phone: "0000 111 222" },
    },
  }),
  templates: words.templates,
  signed: (octets) => octets,
  laws: legal.laws,
}

export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(text)
  return parsed
}
