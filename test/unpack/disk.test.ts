import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { allFiles } from "../../src/mail/file.ts"
import { createBudget, createOutput } from "../../src/unpack/budget.ts"
import { unxz } from "../../src/unpack/codec/xz.ts"
import { findingsOf, opened, told } from "./opened.ts"

const ESTIMATE = "Dự toán kinh phí năm 2027\n"
const LETTERS = Array.from({ length: 3_000 }, (_, line) => `Cong van so ${line % 10}/UBND\n`).join("")
const SECTOR = 512
const MEBIBYTE = 1_048_576

/** Made by `fixtures/make.sh` with Debian's tools. */
function image(name: string): Buffer {
  const packed = readFileSync(join(import.meta.dirname, "fixtures", `${name}.xz`))
  const output = createOutput(createBudget(AbortSignal.timeout(20_000), 40_000_000), 40_000_000)
  unxz(packed, output)
  return output.done()
}

/** Behind a table of partitions, as Windows writes it. */
function partitioned(volume: Buffer): Buffer {
  const boot = Buffer.alloc(64 * SECTOR)
  boot[446 + 4] = 7
  boot.writeUInt32LE(64, 446 + 8)
  boot.writeUInt32LE(volume.length / SECTOR, 446 + 12)
  boot.writeUInt16LE(0xaa55, 510)
  return Buffer.concat([boot, volume])
}

/** Behind a table of the newer kind. UEFI 2.10, 5.3. */
function guidPartitioned(volume: Buffer): Buffer {
  const tables = Buffer.alloc(64 * SECTOR)
  tables[446 + 4] = 0xee
  tables.writeUInt32LE(1, 446 + 8)
  tables.writeUInt16LE(0xaa55, 510)
  tables.write("EFI PART", SECTOR, "latin1")
  tables.writeBigUInt64LE(2n, SECTOR + 72)
  tables.writeUInt32LE(4, SECTOR + 80)
  tables.writeUInt32LE(128, SECTOR + 84)
  tables.fill(7, 2 * SECTOR, 2 * SECTOR + 16)
  tables.writeBigUInt64LE(64n, 2 * SECTOR + 32)
  return Buffer.concat([tables, volume])
}

function footer(size: number, kind: number): Buffer {
  const octets = Buffer.alloc(SECTOR)
  octets.write("conectix", "latin1")
  octets.writeBigUInt64BE(kind === 2 ? 0xffffffffffffffffn : 512n, 16)
  octets.writeBigUInt64BE(BigInt(size), 48)
  octets.writeUInt32BE(kind, 60)
  return octets
}

/** Only blocks that hold something are written. "Virtual Hard Disk Image Format Specification" 1.0. */
function dynamicVhd(disk: Buffer): Buffer {
  const block = 2 * MEBIBYTE
  const count = Math.ceil(disk.length / block)
  const header = Buffer.alloc(1_024)
  header.write("cxsparse", "latin1")
  header.writeBigUInt64BE(1_536n, 16)
  header.writeUInt32BE(count, 28)
  header.writeUInt32BE(block, 32)
  const table = Buffer.alloc(Math.ceil((count * 4) / SECTOR) * SECTOR, 0xff)
  const blocks: Buffer[] = []
  let sector = (1_536 + table.length) / SECTOR
  for (let index = 0; index < count; index++) {
    const octets = Buffer.alloc(block)
    disk.copy(octets, 0, index * block, (index + 1) * block)
    if (octets.every((octet) => octet === 0)) continue
    table.writeUInt32BE(sector, index * 4)
    blocks.push(Buffer.alloc(SECTOR, 0xff), octets)
    sector += 1 + block / SECTOR
  }
  const end = footer(disk.length, 3)
  return Buffer.concat([end, header, table, ...blocks, end])
}

/** [MS-VHDX] 2. */
function vhdx(disk: Buffer): Buffer {
  const guid = (hex: string): Buffer => Buffer.from(hex, "hex")
  const count = Math.ceil(disk.length / MEBIBYTE)
  const whole = Buffer.alloc((4 + count) * MEBIBYTE)
  whole.write("vhdxfile", "latin1")
  whole.write("head", 65_536, "latin1")
  whole.writeBigUInt64LE(1n, 65_536 + 8)
  whole.write("regi", 196_608, "latin1")
  whole.writeUInt32LE(2, 196_608 + 8)
  guid("6677c22d23f600429d64115e9bfd4a08").copy(whole, 196_624)
  whole.writeBigUInt64LE(BigInt(2 * MEBIBYTE), 196_624 + 16)
  guid("06a27c8b90479a4bb8fe575f050f886e").copy(whole, 196_656)
  whole.writeBigUInt64LE(BigInt(3 * MEBIBYTE), 196_656 + 16)
  const metadata = 3 * MEBIBYTE
  whole.writeUInt16LE(3, metadata + 10)
  for (const [index, [id, at]] of [
    ["3767a1ca36fa434db3b633f0aa44e76b", 65_536],
    ["2442a52f1bcd7648b2115dbed83bf4b8", 65_544],
    ["1dbf41816fa90947ba47f233a8faab5f", 65_552],
  ].entries() as Iterable<[number, [string, number]]>) {
    guid(id).copy(whole, metadata + 32 * (index + 1))
    whole.writeUInt32LE(at, metadata + 32 * (index + 1) + 16)
  }
  whole.writeUInt32LE(MEBIBYTE, metadata + 65_536)
  whole.writeBigUInt64LE(BigInt(disk.length), metadata + 65_544)
  whole.writeUInt32LE(SECTOR, metadata + 65_552)
  for (let index = 0; index < count; index++) {
    whole.writeBigUInt64LE((BigInt(4 + index) << 20n) | 6n, 2 * MEBIBYTE + index * 8)
    disk.copy(whole, (4 + index) * MEBIBYTE, index * MEBIBYTE, (index + 1) * MEBIBYTE)
  }
  return whole
}

const ntfs = image("ntfs.img")
const fixed = Buffer.concat([partitioned(ntfs), footer(ntfs.length + 64 * SECTOR, 2)])

describe("what is on a disk is found", () => {
  for (const [what, bytes] of [
    ["FAT12", image("fat12.img")],
    ["FAT16", image("fat16.img")],
    ["FAT32", image("fat32.img")],
    ["NTFS", ntfs],
    ["a fixed VHD", fixed],
    ["a fixed VHD with a newer table", Buffer.concat([guidPartitioned(ntfs), footer(ntfs.length, 2)])],
    ["a dynamic VHD", dynamicVhd(partitioned(ntfs))],
    ["a VHDX", vhdx(partitioned(ntfs))],
  ] as const) {
    test(what, async () => {
      const file = await opened(bytes, { names: ["a.vhd"] })
      assert.equal(told(findingsOf(file)), "")
      const all = [...allFiles([file])].slice(1)
      for (const text of [ESTIMATE, LETTERS]) assert.ok(all.some(({ bytes: found }) => found.equals(Buffer.from(text))))
      assert.ok(all.some(({ names }) => names.some((name) => /^D[uự] to[aá]n kinh ph/.test(name))))
    })
  }

  test("a stream beside a file of NTFS, by its name", async () => {
    const file = await opened(ntfs, {})
    const names = [...allFiles([file])].flatMap((one) => one.names)
    assert.ok(names.includes("cong-van.txt:an"))
  })
})

describe("a disk that nobody can read is held", () => {
  for (const [what, bytes, finding] of [
    ["a VHD that needs another", Buffer.concat([partitioned(ntfs), footer(1, 4)]), "unscannable 2 split-archive"],
    ["a VHDX cut off", vhdx(partitioned(ntfs)).subarray(0, 2 * MEBIBYTE), "unscannable 2 corrupt"],
    [
      "a table of partitions that lead nowhere",
      Buffer.concat([partitioned(Buffer.alloc(SECTOR)), footer(1, 2)]),
      "unscannable 2 unsupported-archive",
    ],
  ] as const) {
    test(what, async () => {
      assert.equal(told(findingsOf(await opened(bytes, { names: ["a.vhd"] }))), finding)
    })
  }

  test("chains in circles end", async () => {
    const bytes = image("fat12.img")
    // Every entry of the first table leads to the second cluster.
    for (let at = SECTOR + 3; at < SECTOR * 10; at += 3) bytes.set([3, 0x30, 0], at)
    const findings = findingsOf(await opened(bytes, {}))
    assert.ok(findings.some(({ kind }) => kind === "unscannable"))
  })
})

test("an image that has only the newer tree of names is opened", {
  skip: existsSync("/usr/bin/genisoimage") ? false : "genisoimage is not installed",
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "congthu-udf-"))
  try {
    writeFileSync(join(folder, "Dự toán.txt"), ESTIMATE)
    writeFileSync(join(folder, "cong-van.txt"), LETTERS)
    // Without a locale it takes the octets of names for Latin 1.
    const charset = ["-input-charset", "utf-8"]
    execFileSync("genisoimage", ["-quiet", ...charset, "-udf", "-o", "a.iso", "Dự toán.txt", "cong-van.txt"], {
      cwd: folder,
    })
    const bytes = readFileSync(join(folder, "a.iso"))
    for (let at = bytes.indexOf("CD001"); at >= 0; at = bytes.indexOf("CD001", at)) bytes.fill(0, at, at + 5)
    const file = await opened(bytes, {})
    assert.equal(told(findingsOf(file)), "")
    assert.deepEqual(new Set(file.within.map(({ names: [name] }) => name)), new Set(["Dự toán.txt", "cong-van.txt"]))
    assert.ok(file.within.some(({ bytes: found }) => found.equals(Buffer.from(LETTERS))))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
