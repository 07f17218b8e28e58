import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { createYara, loadRules } from "../../src/inspect/scan/yara.ts"

const RULES = `
rule Worm { strings: $a = "worm inside" condition: $a }
rule Odd : suspicious { strings: $a = "odd thing" condition: $a }
rule Strange { meta: severity = "suspicious" strings: $a = "strange thing" condition: $a }
`

test("rules of a folder are asked about octets", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "congthu-yara-"))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, "a.yar"), RULES)
  await writeFile(join(folder, "readme.txt"), "not a rule")
  if (loadRules(folder).is === "faulty") return t.skip("this platform has no YARA engine")
  const yara = createYara(folder)
  const scan = (text: string, signal = AbortSignal.timeout(10_000)) =>
    yara.scan(
      {
        octets: () => [Buffer.from(text.slice(0, 4)), Buffer.from(text.slice(4))],
        size: text.length,
        sha256: "",
        name: "",
      },
      signal,
    )
  assert.deepEqual(await scan("Kính gửi"), { is: "clean" })
  assert.deepEqual(await scan("a worm inside, an odd thing"), {
    is: "malicious",
    found: { kind: "malware", name: "YARA.Worm" },
  })
  assert.deepEqual(await scan("an odd thing"), {
    is: "suspicious",
    found: { kind: "active-content", name: "YARA.Odd", why: "suspicious" },
  })
  assert.deepEqual(await scan("a strange thing"), {
    is: "suspicious",
    found: { kind: "active-content", name: "YARA.Strange", why: "suspicious" },
  })
  assert.deepEqual(await scan("a worm inside", AbortSignal.abort()), { is: "failed", why: "timeout" })
  assert.match((await yara.signatures(AbortSignal.timeout(1_000))) ?? "", /^[0-9a-f]{64}$/)

  await writeFile(join(folder, "b.yar"), "rule Broken { bad }")
  const faulty = loadRules(folder)
  assert.ok(faulty.is === "faulty")
  assert.match(faulty.faults[0] ?? "", /^b\.yar: .*E001/)
  assert.equal((await createYara(folder).health(AbortSignal.timeout(1_000))).state, "down")
  const said = await createYara(folder).scan(
    { octets: () => [], size: 0, sha256: "", name: "" },
    AbortSignal.timeout(1_000),
  )
  assert.deepEqual(said, { is: "failed", why: "rules" })
  const none = loadRules(join(folder, "nowhere"))
  assert.deepEqual(none.is === "faulty" && none.faults, ["ENOENT"])
})
