/** The messages written by hand: `*.txt` beside this file, and one mail a line in `talk/*.txt`. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { OfficialLabel, Secrecy } from "../../src/mail/content.ts"
import { isAside, PLAIN, type Sample, type SampleFile } from "./sample.ts"

const LABELS: readonly OfficialLabel[] = ["official", "unsure", "not-official"]
const GRADES: readonly Secrecy[] = ["none", "suspected", "mat", "toi-mat", "tuyet-mat"]
const FAMILIES = [
  "state",
  "offices",
  "party",
  "mass",
  "justice",
  "forces",
  "citizens",
  "companies",
  "everyday",
  "secrets",
  "people",
  "mixed",
] as const

export function written(): readonly Sample[] {
  return FAMILIES.flatMap((family) => read(family))
}

/** `label` is what the mail of such a file is. */
export function talk(name: "work" | "private" | "business"): readonly Sample[] {
  const label = name === "work" ? "unsure" : "not-official"
  return lines(`talk/${name}.txt`).map((line): Sample => {
    const { subject, text } = mailOf(line)
    return { ...PLAIN, id: `${name}: ${line}`, family: name, label, subject, text, aside: isAside(line) }
  })
}

/** Subject and text of a line. */
export function mailOf(line: string): { readonly subject: string; readonly text: string } {
  const [subject = "", text = ""] = line.split("¦").map((part) => part.trim())
  return { subject, text }
}

function contents(name: string): string {
  return readFileSync(join(import.meta.dirname, name), "utf8")
}

export function lines(name: string): readonly string[] {
  return contents(name)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
}

export function read(family: string): readonly Sample[] {
  const [, ...entries] = `\n${contents(`${family}.txt`)}`.split("\n=== ")
  return entries.map((entry) => {
    const [head = "", ...rest] = entry.split("\n")
    const [labels = "", title = "", ...flags] = head.split("|").map((part) => part.trim())
    const [first = "", ...others] = labels.split(" ")
    const label = LABELS.find((one) => one === first)
    if (label === undefined) throw new Error(`${family}: no label in ${JSON.stringify(head)}`)
    const people = others.find((one) => /^\d+$/.test(one))
    const [fields, body] = headed(rest)
    const [text = "", ...files] = body.split(/^--- file /m)
    const html = fields.get("type") === "html"
    return {
      ...PLAIN,
      id: `${family}: ${title}`,
      family,
      label,
      secrecy: GRADES.find((one) => others.includes(one)) ?? "none",
      records: people === undefined ? null : Number(people),
      bulk: flags.includes("bulk"),
      subject: fields.get("subject") ?? "",
      text: html ? "" : text.trim(),
      html: html ? text.trim() : null,
      files: files.map(fileOf),
      aside: isAside(title),
    }
  })
}

function headed(all: readonly string[]): readonly [ReadonlyMap<string, string>, string] {
  const fields = new Map<string, string>()
  let at = 0
  for (; at < all.length; at++) {
    const [, name, value = ""] = /^(Subject|Type): ?(.*)$/.exec(all[at] ?? "") ?? []
    if (name === undefined) break
    fields.set(name.toLowerCase(), value)
  }
  return [fields, all.slice(at).join("\n")]
}

function fileOf(entry: string): SampleFile {
  const [name = "", ...rest] = entry.trimEnd().split("\n")
  const [, at, margin = ""] = /^\[(header|box)\] (.*)$/.exec(rest[0] ?? "") ?? []
  if (at !== "header" && at !== "box") return { name, text: rest.join("\n"), margin: null }
  return { name, text: rest.slice(1).join("\n"), margin: { at, text: margin } }
}
