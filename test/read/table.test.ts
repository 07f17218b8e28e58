import assert from "node:assert/strict"
import { after, describe, test } from "node:test"
import type { Content } from "../../src/mail/content.ts"
import { letter } from "../recognise/letters.ts"
import { CONTAINERS } from "./containers.ts"
import { WRITTEN } from "./encode.ts"
import { judged } from "./judged.ts"

/** What is known to fall short, with the reason; a cell that is listed and holds after all is a fault too. */
const SHORT: Readonly<Record<string, string>> = {}

const rows: string[] = []

/** One row of the table for each container, one cell for each encoding. */
function table(
  text: string,
  expected: Partial<Content["official"]> & Pick<Content, "secrecy">,
  tolerated: string,
): void {
  for (const { as: container, mail } of CONTAINERS) {
    test(container, async () => {
      const cells: string[] = []
      for (const { as: encoding, named, write } of WRITTEN) {
        const { official, secrecy } = await judged(mail(write(text)))
        const notes = official.evidence.filter(({ feature }) => feature === "legacy-encoding").map(({ note }) => note)
        const holds =
          official.label === expected.label &&
          (secrecy === expected.secrecy || (encoding === "unaccented" && secrecy === tolerated)) &&
          (named === null || encoding === "UTF-8 twice" || secrecy !== "none" || notes.includes(named))
        cells.push(holds ? "=" : `${official.label}/${secrecy}/${notes.join("+")}`)
        const known = SHORT[`${container} ${encoding}`] !== undefined
        assert.equal(holds, !known, `${encoding}: ${official.label}, ${secrecy}, ${notes.join(", ")}`)
      }
      rows.push(
        `${container.padEnd(10)} ${cells.map((cell, index) => cell.padEnd(WRITTEN[index]?.as.length ?? 1)).join(" ")}`,
      )
    })
  }
}

describe("the same letter gives the same label in every encoding and container", () => {
  table(letter(), { label: "official", secrecy: "none" }, "none")
  after(() => console.log(`${" ".repeat(11)}${WRITTEN.map(({ as }) => as).join(" ")}\n${rows.join("\n")}`))
})

describe("the same mark is found in every encoding and container", () => {
  table(`MẬT\n\n${letter()}`, { label: "official", secrecy: "mat" }, "none")
})
