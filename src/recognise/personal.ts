/** Lists of people: lines that identify a person by number, or by telephone and date of birth. */
import type { DocumentPart } from "./part.ts"

/** Twelve digits: code of a province (001–096), century and sex, year of birth, six digits. Circular 59/2021, Article 13. */
const IDENTITY = /(?<!\d)0(?:0[1-9]|[1-8]\d|9[0-6]) ?[0-9]\d{2} ?\d{6}(?!\d)/
const TELEPHONE = /(?<!\d)(?:\+?84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?!\d)/
const DATE_OF_BIRTH = /(?<!\d)(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19[2-9]\d|20[0-2]\d)(?!\d)/
/** From here on a list of people is official by its content. */
export const MANY_RECORDS = 20
const LONGEST_ROW = 1_000

/** Rows as they were written, not cells: a telephone and a date in two columns are one person's. */
export function peopleIn(plain: string, into: Set<string>): void {
  for (const row of plain.split("\n")) {
    if (row.length < 12 || row.length > LONGEST_ROW) continue
    const identity = IDENTITY.exec(row)?.[0]
    if (identity !== undefined) into.add(identity.replaceAll(" ", ""))
    else if (TELEPHONE.test(row) && DATE_OF_BIRTH.test(row)) into.add(row.trim())
  }
}

export function recordsOf(parts: readonly DocumentPart[]): number {
  const people = new Set<string>()
  for (const part of parts) peopleIn(part.plain, people)
  return people.size
}
