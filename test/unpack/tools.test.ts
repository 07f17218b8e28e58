import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, describe, test } from "node:test"
import { allFiles, type File } from "../../src/mail/file.ts"
import { findingsOf, opened, told } from "./opened.ts"

const PASSWORD = "Mật khẩu 2026"
/** 7z takes no other letters for a zip. */
const PLAIN = "Mat-khau@2026"
const TEXT = Array.from(
  { length: 3_000 },
  (_, line) => `Dòng ${line}: công văn số ${(line * 7_919) % 1_000}/UBND\n`,
).join("")
/** Octets that look like a program's to the filters of branches, and pack badly. */
const PROGRAM = Buffer.alloc(60_000)
for (let at = 0, seed = 7; at + 5 < PROGRAM.length; at += 5) {
  seed = (seed * 48_271) % 0x7fffffff
  PROGRAM[at] = seed % 3 === 0 ? 0xe8 : seed & 0xff
  PROGRAM.writeUInt32LE(seed % 5 === 0 ? (0xfffff000 | (seed & 0xfff)) >>> 0 : seed & 0x3ffff, at + 1)
}

const folder = mkdtempSync(join(tmpdir(), "congthu-unpack-"))
after(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, "a.txt"), TEXT)
writeFileSync(join(folder, "b.bin"), PROGRAM)

/** One packing program of Debian: its package, what it is called with, the file it makes. */
interface Maker {
  readonly program: string
  readonly args: readonly string[]
  readonly file: string
  /** It writes to its standard output. */
  readonly stdout?: true
  /** The names of what it packs, on its standard input. */
  readonly stdin?: true
}

function made({ program, args, file, stdout, stdin }: Maker): Buffer {
  const path = join(folder, file)
  if (stdout !== true) rmSync(path, { force: true })
  const input = stdin === true ? "a.txt\nb.bin\n" : ""
  const said = execFileSync(program, args, {
    cwd: folder,
    input,
    stdio: ["pipe", "pipe", "ignore"],
    timeout: 60_000,
    maxBuffer: 64e6,
  })
  return stdout === true ? said : readFileSync(path)
}

function missing(program: string): string | false {
  const paths = ["/usr/bin", "/bin", "/usr/sbin"].map((where) => join(where, program))
  return paths.some((path) => existsSync(path)) ? false : `${program} is not installed`
}

/** Both files must come out of it, wherever they lie. */
function holds(file: File, ...wanted: readonly (Buffer | string)[]): void {
  const all = [...allFiles([file])].filter(({ at }) => at !== "2").map(({ bytes }) => bytes)
  for (const one of wanted) assert.ok(all.some((bytes) => bytes.equals(Buffer.from(one))))
}

/** Debian's package 7zip has one name or the other, with its security updates of one release, too. */
const SEVEN = existsSync("/usr/bin/7zz") ? "7zz" : "7z"
const seven = (file: string, ...args: readonly string[]): Maker => ({
  program: SEVEN,
  args: ["a", "-bd", ...args, file, "a.txt", "b.bin"],
  file,
})
const tarred = (file: string, ...args: readonly string[]): Maker => ({
  program: "tar",
  args: ["-cf", file, ...args, "a.txt", "b.bin"],
  file,
})
const piped = (program: string, file: string, ...args: readonly string[]): Maker => ({
  program,
  args: [...args, "-c", "b.bin"],
  file,
  stdout: true,
})
const libarchive = (file: string, ...args: readonly string[]): Maker => ({
  program: "bsdtar",
  args: ["-cf", file, ...args, "a.txt", "b.bin"],
  file,
})
const both = [TEXT, PROGRAM]
const one = [PROGRAM]

describe("what a program of Debian packs is opened", () => {
  for (const [what, maker, wanted] of [
    ["zip", { program: "zip", args: ["-q", "a.zip", "a.txt", "b.bin"], file: "a.zip" }, both],
    ["zip to a stream", { program: "zip", args: ["-q", "-", "a.txt", "b.bin"], file: "", stdout: true }, both],
    ["zip with bzip2", { program: "zip", args: ["-q", "-Z", "bzip2", "b.zip", "a.txt", "b.bin"], file: "b.zip" }, both],
    ["zip, stored", { program: "zip", args: ["-q", "-0", "s.zip", "a.txt", "b.bin"], file: "s.zip" }, both],
    ["7z as zip with deflate64", seven("d64.zip", "-tzip", "-mm=deflate64"), both],
    ["7z as zip with LZMA", seven("lz.zip", "-tzip", "-mm=lzma"), both],
    ["7z", seven("a.7z"), both],
    ["7z with LZMA", seven("l.7z", "-m0=lzma"), both],
    ["7z with a filter of branches", seven("x.7z", "-mf=BCJ"), both],
    ["7z with delta", seven("dl.7z", "-mf=Delta:4"), both],
    ["7z with branches in four streams", seven("x2.7z", "-mf=BCJ2"), both],
    ["7z with branches of ARM", seven("arm.7z", "-mf=ARM"), both],
    ["7z with branches of ARM, 64 bits", seven("arm64.7z", "-mf=ARM64"), both],
    ["7z with branches of Thumb", seven("armt.7z", "-mf=ARMT"), both],
    ["7z with branches of PowerPC", seven("ppc.7z", "-mf=PPC"), both],
    ["7z with branches of SPARC", seven("sparc.7z", "-mf=SPARC"), both],
    ["7z with branches of Itanium", seven("ia64.7z", "-mf=IA64"), both],
    ["7z with bzip2", seven("b.7z", "-m0=bzip2"), both],
    ["7z with deflate", seven("d.7z", "-m0=deflate"), both],
    ["7z, stored", seven("c.7z", "-mx0"), both],
    ["7z without solid blocks", seven("n.7z", "-ms=off"), both],
    ["7z as tar", seven("7.tar", "-ttar"), both],
    ["tar", tarred("a.tar"), both],
    ["tar of POSIX", tarred("p.tar", "--format=pax"), both],
    ["tar of v7", tarred("v7.tar", "--format=v7"), both],
    ["tar with gzip", tarred("a.tgz", "-z"), both],
    ["tar with bzip2", tarred("a.tbz2", "-j"), both],
    ["tar with xz", tarred("a.txz", "-J"), both],
    [
      "cpio, newc",
      { program: "cpio", args: ["-o", "-H", "newc", "--quiet"], file: "", stdout: true, stdin: true },
      both,
    ],
    ["cpio, odc", { program: "cpio", args: ["-o", "-H", "odc", "--quiet"], file: "", stdout: true, stdin: true }, both],
    [
      "cpio, binary",
      { program: "cpio", args: ["-o", "-H", "bin", "--quiet"], file: "", stdout: true, stdin: true },
      both,
    ],
    ["ar", { program: "ar", args: ["rc", "a.a", "a.txt", "b.bin"], file: "a.a" }, both],
    ["gzip", piped("gzip", ""), one],
    ["bzip2", piped("bzip2", ""), one],
    ["xz", piped("xz", ""), one],
    ["xz with a filter of branches", piped("xz", "", "--x86", "--lzma2"), one],
    ["xz as .lzma", piped("xz", "", "--format=lzma"), one],
    ["zstd", piped("zstd", "", "-q"), one],
    ["lzip", piped("lzip", ""), one],
    ["lz4", piped("lz4", "", "-q"), one],
    ["gcab", { program: "gcab", args: ["-c", "s.cab", "a.txt", "b.bin"], file: "s.cab" }, both],
    ["gcab with MSZIP", { program: "gcab", args: ["-z", "-c", "z.cab", "a.txt", "b.bin"], file: "z.cab" }, both],
    ["compress", { program: "compress", args: ["-c", "b.bin"], file: "", stdout: true }, one],
    ["arj", { program: "arj", args: ["a", "-y", "a.arj", "a.txt", "b.bin"], file: "a.arj" }, both],
    ["genisoimage", { program: "genisoimage", args: ["-quiet", "-o", "a.iso", "a.txt", "b.bin"], file: "a.iso" }, both],
    [
      "genisoimage with long names",
      { program: "genisoimage", args: ["-quiet", "-J", "-R", "-o", "j.iso", "a.txt", "b.bin"], file: "j.iso" },
      both,
    ],
    [
      "genisoimage with UDF",
      { program: "genisoimage", args: ["-quiet", "-udf", "-o", "u.iso", "a.txt", "b.bin"], file: "u.iso" },
      both,
    ],
    ["bsdtar as cpio", libarchive("b.cpio", "--format=cpio"), both],
    ["bsdtar as ar", libarchive("b.ar", "--format=arbsd"), both],
    ["bsdtar as ISO 9660", libarchive("b.iso", "--format=iso9660"), both],
    ["bsdtar as zip", libarchive("b.zip", "--format=zip"), both],
    ["bsdtar as 7z", libarchive("b.7z", "--format=7zip"), both],
    ["bsdtar with compress", libarchive("b.taz", "-Z"), both],
  ] as const satisfies readonly (readonly [string, Maker, readonly (Buffer | string)[]])[]) {
    test(what, { skip: missing(maker.program) }, async () => {
      const file = await opened(made(maker), { names: [maker.file] })
      assert.equal(told(findingsOf(file)), "")
      holds(file, ...wanted)
    })
  }
})

describe("what it seals is opened with the password, and held without", () => {
  for (const [what, maker] of [
    ["zip", { program: "zip", args: ["-q", "-P", PASSWORD, "e.zip", "a.txt", "b.bin"], file: "e.zip" }],
    ["7z as zip with AES", seven("aes.zip", "-tzip", "-mem=AES256", `-p${PLAIN}`)],
    ["7z as zip with AES of 128 bits", seven("aes128.zip", "-tzip", "-mem=AES128", `-p${PLAIN}`)],
    ["7z", seven("e.7z", `-p${PASSWORD}`)],
    ["7z with its names", seven("eh.7z", "-mhe=on", `-p${PASSWORD}`)],
  ] as const satisfies readonly (readonly [string, Maker])[]) {
    test(what, { skip: missing(maker.program) }, async () => {
      const bytes = made(maker)
      const file = await opened(bytes, { names: [maker.file], passwords: ["sai", PASSWORD, PLAIN] })
      holds(file, TEXT, PROGRAM)
      assert.equal(told(findingsOf(file)), "encrypted 2/1 opened, encrypted 2/2 opened")
      const sealed = findingsOf(await opened(bytes, { names: [maker.file], passwords: ["sai"] }))
      assert.ok(sealed.length > 0 && sealed.every(({ kind, why }) => kind === "encrypted" && why === undefined))
    })
  }
})
