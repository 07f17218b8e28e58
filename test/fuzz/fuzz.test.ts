/** The short form of `npm run fuzz`: everything that ever failed, and some thousand new cases; the long form is told there. */
import assert from "node:assert/strict"
import { scryptSync } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { createRandom } from "../crash/random.ts"
import { certificate, openHouse, scratch, until } from "../receive/house.ts"
import { corpusOf, fuzz, tried } from "./fuzz.ts"
import { session } from "./sessions.ts"
import { TARGETS } from "./targets.ts"

describe("what failed once holds:", () => {
  for (const target of TARGETS) {
    test(target.name, async () => {
      for (const bytes of [...target.seeds, ...corpusOf(target.name)]) {
        assert.equal((await tried(target, bytes, { cases: 0, spent: 0, slowest: 0 }))?.why, undefined)
      }
    })
  }
})

test("new cases fail nowhere", async (context) => {
  const { tallies, failures } = await fuzz(TARGETS, createRandom(20_261_125), { seconds: 3 })
  assert.deepEqual(failures, [])
  context.diagnostic(`${[...tallies.values()].reduce((sum, { cases }) => sum + cases, 0)} cases`)
})

for (const door of ["mail", "logins"] as const) {
  test(`dialogues in every state of SMTP are answered in whole lines, and end: ${door}`, async (context) => {
    const limits = { connectionsPerClient: 500, errors: 8 }
    const directory = scratch()
    const users = join(directory, "users")
    writeFileSync(users, `an:${scryptHash("mat khau")}:an@agency.example\n`)
    const tls = certificate(directory, "mx.example")
    const submission = { auth: `file:${users}` as const, trusted: [] }
    const house = await openHouse(door === "mail" ? { limits, tls } : { limits, tls, submission, submissions: true })
    const random = createRandom(20_261_125)
    let count = 0
    const end = Date.now() + Number(process.env["CONGTHU_FUZZ_SECONDS"] ?? 3) * 1_000
    while (Date.now() < end) {
      const port = door === "mail" ? house.ports.inbound : house.ports.submissions
      await Promise.all(Array.from({ length: 30 }, () => session(random, port, door)))
      count += 30
    }
    await until(() => house.receiver.connections() === 0)
    assert.deepEqual(
      house.logged.filter((line) => line.startsWith("error")),
      [],
    )
    context.diagnostic(`${count} dialogues`)
  })
}

function scryptHash(password: string): string {
  const salt = Buffer.alloc(16, 7)
  const bare = (octets: Buffer): string => octets.toString("base64").replaceAll("=", "")
  return `$scrypt$ln=10,r=8,p=1$${bare(salt)}$${bare(scryptSync(password, salt, 32, { N: 1_024, r: 8, p: 1 }))}`
}
