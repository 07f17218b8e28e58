/** No hiding place works: each hostile form is stopped, or its file lies open before the scanner; printed is how many. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { STRUCTURE_WHYS } from "../../src/mail/ambiguous.ts"
import { startClamd } from "../support/clamd.ts"
import { examined, isStopped } from "./examined.ts"
import { NAME_FORMS } from "./names.ts"
import { EICAR_BYTES, type Encoding, payload } from "./letter.ts"
import { TEMPLATES } from "./templates.ts"

const ENCODINGS: readonly Encoding[] = ["base64", "quoted-printable"]
const classes = [...new Set(TEMPLATES.map((one) => one.class))]

describe("a file hidden by", () => {
  for (const kind of classes) {
    test(kind, async (t) => {
      const open: string[] = []
      let stopped = 0
      let shown = 0
      for (const { id, make } of TEMPLATES.filter((one) => one.class === kind)) {
        for (const encoding of ENCODINGS) {
          const seen = await examined(make(payload(encoding)))
          if (isStopped(seen)) stopped++
          else if (seen.files.some(({ bytes }) => bytes.equals(EICAR_BYTES))) shown++
          else open.push(`${id}, ${encoding}: ${seen.findings.map(({ why }) => why).join(" ")}`)
        }
      }
      assert.deepEqual(open, [])
      t.diagnostic(`${kind}: ${stopped} stopped, ${shown} laid open`)
    })
  }

  test("and what is not stopped by its form is refused by the scanner", async (t) => {
    const clamd = await startClamd()
    if (clamd === null) {
      t.skip("clamav-daemon is not installed")
      return
    }
    t.after(() => clamd.stop())
    const passed: string[] = []
    let refused = 0
    for (const { class: kind, id, make } of TEMPLATES) {
      const octets = make(payload("base64"))
      if (isStopped(await examined(octets))) continue
      if ((await examined(octets, clamd.tcp)).disposition === "refuse") refused++
      else passed.push(`${kind}: ${id}`)
    }
    assert.deepEqual(passed, [])
    t.diagnostic(`${refused} refused`)
    assert.ok(refused > 5)
  })
})

test("the name of a program is recognised however it is written, or the message is stopped", async (t) => {
  const open: string[] = []
  for (const { id, octets } of NAME_FORMS) {
    const seen = await examined(octets)
    if (!isStopped(seen)) open.push(`${id}: ${JSON.stringify(seen.files.map(({ names }) => names))}`)
  }
  assert.deepEqual(open, [])
  t.diagnostic(`${NAME_FORMS.length} names`)
})

test("each reason that is given is one of the list, and those of structure are all met", async () => {
  const given = new Set<string>()
  for (const { make } of TEMPLATES) {
    const { findings } = await examined(make(payload("base64")))
    for (const { kind, why } of findings) if (kind === "ambiguous") given.add(why ?? "")
  }
  const list: readonly string[] = Object.keys(STRUCTURE_WHYS)
  assert.deepEqual(
    [...given].filter((why) => !list.includes(why)),
    [],
  )
  assert.deepEqual(
    list.filter((why) => !given.has(why)),
    [],
  )
})
