/** Files that are programs in words, and containers that a double click mounts or installs. */
import type { Trait } from "./trait.ts"

/** Extensions by what opening them does on the systems that agencies have. */
const BY_EXTENSION: readonly (readonly [why: string, extensions: string])[] = [
  [
    "script",
    "js jse vbs vbe wsf wsh wsc sct ps1 psm1 psd1 ps1xml bat cmd hta cpl scr sh py pyw pl rb jar msc reg scf inf ahk au3 applescript scpt command vb mjs cjs jnlp",
  ],
  ["installer", "msi msp mst msix msixbundle appx appxbundle appinstaller pkg deb rpm application appref-ms clickonce"],
  ["disk-image", "iso img vhd vhdx udf dmg toast daa"],
  ["add-in", "xll wll ppa xla xlam ppam"],
  ["help-file", "chm hlp"],
  ["shortcut", "lnk pif"],
  ["notebook", "one onepkg onetoc2"],
]
const WHY = new Map(BY_EXTENSION.flatMap(([why, all]) => all.split(" ").map((extension) => [extension, why] as const)))

/** Encoded JScript and VBScript begin so. */
const ENCODED = "#@~^"

export function judgeScript(bytes: Buffer, extensions: ReadonlySet<string>): readonly Trait[] {
  const why = [...extensions].map((extension) => WHY.get(extension)).find((one) => one !== undefined)
  // Add-ins and notebooks are judged by what is in them.
  const byName =
    why === undefined || why === "notebook" || (why === "add-in" && !isProgram(bytes))
      ? []
      : [{ kind: "active-content", why } as const]
  const head = bytes.toString("latin1", 0, 4_096)
  if (isProgram(bytes) && bytes.includes("xlAutoOpen", 0, "latin1")) return [{ kind: "active-content", why: "add-in" }]
  if (byName.length > 0) return byName
  const isScript =
    head.startsWith(ENCODED) ||
    /<HTA:APPLICATION\b/i.test(head) ||
    /^\s*(?:<\?xml[^>]*>\s*)?<(?:job|package|component|scriptlet)\b[^]*<script\b/i.test(head)
  return isScript ? [{ kind: "active-content", why: "script" }] : []
}

function isProgram(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, 2) === "MZ"
}
