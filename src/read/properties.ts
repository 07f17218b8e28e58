/** What a document's properties tell: whose program wrote it, and what it is called. */
import type { Paper } from "./paper.ts"
import { xmlParts } from "./xml.ts"

/** Who wrote it; and what it says of itself, which is text like any other. */
const WRITERS = new Set(["creator", "company", "manager", "lastmodifiedby", "initial-creator", "author"])
const WORDS = new Set(["title", "subject", "keywords", "description", "category", "keyword", "contentstatus", "lpwstr"])

/** State bodies as their computers name them, without accents. */
const STATE_BODY =
  /\b(?:ubnd|hdnd|ubmttq|uy ban nhan dan|hoi dong nhan dan|van phong (?:ubnd|tinh uy|hdnd|chinh phu|quoc hoi)|so (?:tai chinh|noi vu|tu phap|xay dung|cong thuong|y te|giao duc|nong nghiep|khoa hoc|van hoa|thong tin|ke hoach|tai nguyen|giao thong|lao dong|dan toc)|bo (?:noi vu|tai chinh|cong an|quoc phong|tu phap|y te|giao duc|cong thuong|xay dung|khoa hoc|ngoai giao|nong nghiep)|tinh uy|huyen uy|thanh uy|dang uy|cong an (?:tinh|huyen|xa|phuong|thanh pho)|kho bac nha nuoc|thue tinh|cuc thue|chi cuc|toa an nhan dan|vien kiem sat|thanh tra (?:tinh|chinh phu)|bo chi huy quan su)\b/
const LONGEST = 200

export function readProperties(sources: readonly string[], paper: Paper): void {
  for (const xml of sources) {
    let name = ""
    for (const part of xmlParts(xml)) {
      if (part.kind === "open") name = part.name.toLowerCase()
      else if (part.kind === "close") name = ""
      else if (part.kind === "text" && name !== "") property(name, part.text, paper)
    }
  }
}

/** `name`: lower case, as OOXML and OpenDocument call it. */
export function property(name: string, value: string, paper: Paper): void {
  const text = value.slice(0, LONGEST).trim()
  if (WRITERS.has(name) && namesStateBody(text)) paper.show({ feature: "properties", note: text })
  else if (WORDS.has(name) && text !== "") {
    paper.turn("margins")
    paper.run(text)
    paper.line()
  }
}

export function namesStateBody(text: string): boolean {
  const folded = text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]+/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
  return STATE_BODY.test(folded)
}
