/** Takes the Visual Basic project out of a compound file: its storage stays, empty; what was in it is zeros. [MS-CFB], [MS-OVBA] 2.2.1. */
import { readCompound } from "../active/compound.ts"

const ENTRY = 128
const NO_ENTRY = 0xffffffff

/** Null: it is none, or has no project that could be taken out. */
export function withoutMacros(bytes: Buffer): Buffer | null {
  const compound = readCompound(bytes)
  if (compound === null) return null
  const project = compound.entries.find(
    ({ name, path }) => /^_VBA_PROJECT$/i.test(name) && /(?:^|\/)VBA\/[^/]+$/i.test(path),
  )
  if (project === undefined) return null
  // Word's `Macros`, Excel's `_VBA_PROJECT_CUR`; in `vbaProject.bin` the root itself, which is taken out of its package instead.
  const storage = project.path.split("/").slice(0, -2).join("/")
  if (storage === "") return null
  const out = Buffer.from(bytes)
  const inside = compound.entries.filter(({ path }) => path.startsWith(`${storage}/`))
  for (const { path } of inside) for (const { at, length } of compound.extents(path)) out.fill(0, at, at + length)
  const places = compound.directory()
  for (const { index } of inside) clear(out, places[index])
  const home = compound.entries.find(({ path }) => path === storage)
  const at = home === undefined ? undefined : places[home.index]
  if (at === undefined) return null
  out.writeUInt32LE(NO_ENTRY, at + 76)
  return out
}

/** An entry that was never used. [MS-CFB] 2.6.1. */
function clear(out: Buffer, at: number | undefined): void {
  if (at === undefined) return
  out.fill(0, at, at + ENTRY)
  out.fill(0xff, at + 68, at + 80)
}
