/** The decision matrix as a table: who writes to whom, what kind of letter, and what becomes of it. */
import * as letters from "./letters.ts"

export const COLUMNS = ["private", "unsure", "public", "official", "restricted", "people", "secret"] as const
export type Column = (typeof COLUMNS)[number]

export const LETTERS: Readonly<Record<Column, () => letters.Letter>> = {
  private: letters.familyMail,
  unsure: letters.unsure,
  public: letters.publicLaw,
  official: letters.official,
  restricted: letters.restricted,
  people: letters.bulkPersonalData,
  secret: letters.secret,
}

/** Sent by somebody outside, by our own mail server, or by our server for somebody outside. */
export interface Row {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly listener: "inbound" | "submission"
  /** It answers what its recipient has sent to this mailbox. */
  readonly thread?: boolean
  /** What the sender's DNS says of it. */
  readonly dmarc?: "pass" | "fail" | "none"
  /** Letter and decisive rule, one a column. */
  readonly cells: Readonly<Record<Column, string>>
}

/**
 * `A` delivered · `L` delivered with a header · `T` delivered with a header and a tag in the subject · `E` delivered, encrypted on
 * its way · `H` held · `R` refused · `S` refused and nothing kept.
 */
export type Letter = "A" | "L" | "T" | "E" | "H" | "R" | "S"

/** Which lists of the shipped policy the rows rely on; they are empty as shipped. */
export const FILLED: Readonly<Record<string, string>> = {
  "registered-webmail": "ubnd.lungtre@gmail.com",
  press: "toasoan@gmail.com",
}

/** One text for each column, `restricted` also for `people`, and every secret letter refused. */
function cells(...[first, unsure, published, official, restricted, people]: readonly string[]): Row["cells"] {
  const [hushed = "", listed = restricted ?? ""] = [restricted, people]
  return {
    private: first ?? "",
    unsure: unsure ?? "",
    public: published ?? "",
    official: official ?? "",
    restricted: hushed,
    people: listed,
    secret: "S secrecy",
  }
}

const FORWARDED = "R webmail-auto-forward"
const FORGED = "H state-forged-in"

export const MATRIX: readonly Row[] = [
  {
    name: "to a state domain",
    from: "lan@sokhcn.tuyenquang.gov.vn",
    to: "vanthu@hanoi.gov.vn",
    listener: "submission",
    cells: cells("A", "A", "A", "A", "E"),
  },
  {
    name: "to webmail, from an ordinary mailbox",
    from: "lan@sokhcn.tuyenquang.gov.vn",
    to: "khoa@gmail.com",
    listener: "submission",
    cells: cells(
      "L webmail-out",
      "H webmail-unsure-out",
      "L webmail-out",
      "R webmail-official-out",
      "R webmail-restricted-out, webmail-official-out",
    ),
  },
  {
    name: "to webmail, from a public-service mailbox",
    from: "motcua@tantrao.tuyenquang.gov.vn",
    to: "khoa@gmail.com",
    listener: "submission",
    cells: cells(
      "A",
      "L service-work-out",
      "A",
      "H service-official-out",
      "H service-restricted-out, service-official-out",
    ),
  },
  {
    name: "to webmail, from a public-service mailbox that answers",
    from: "motcua@tantrao.tuyenquang.gov.vn",
    to: "nu@gmail.com",
    listener: "submission",
    thread: true,
    cells: cells("A", "L service-work-out", "A", "L service-work-out", "H service-restricted-out"),
  },
  {
    name: "to webmail, from a clerk's mailbox",
    from: "vanthu@sokhcn.tuyenquang.gov.vn",
    to: "khoa@gmail.com",
    listener: "submission",
    cells: cells(
      "A",
      "L service-work-out",
      "A",
      "H service-official-out",
      "H service-restricted-out, service-official-out",
    ),
  },
  {
    name: "to webmail, from a clerk's mailbox that answers",
    from: "vanthu@sokhcn.tuyenquang.gov.vn",
    to: "nu@gmail.com",
    listener: "submission",
    thread: true,
    cells: cells("A", "L service-work-out", "A", "L service-work-out", "H service-restricted-out"),
  },
  {
    name: "to webmail on the press list, from the press office",
    from: "baochi@tuyenquang.gov.vn",
    to: "toasoan@gmail.com",
    listener: "submission",
    cells: cells("A", "A", "A", "L press-official-out", "R webmail-restricted-out"),
  },
  {
    name: "to webmail, from a school",
    from: "tieuhoc.lungtre@tuyenquang.gov.vn",
    to: "khoa@gmail.com",
    listener: "submission",
    cells: cells("A", "L service-work-out", "A", "L service-work-out", "H service-restricted-out"),
  },
  {
    name: "to a company",
    from: "lan@sokhcn.tuyenquang.gov.vn",
    to: "khoa@congty.example",
    listener: "submission",
    cells: cells("A", "L company-work-out", "A", "L company-work-out", "H company-restricted-out"),
  },
  {
    name: "from webmail, to a public intake mailbox",
    from: "nu@gmail.com",
    to: "motcua@tantrao.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "pass",
    cells: cells("A", "A", "A", "T webmail-official-in", "T webmail-official-in"),
  },
  {
    name: "from webmail, to an ordinary mailbox",
    from: "nu@gmail.com",
    to: "lan@sokhcn.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "pass",
    cells: cells("T webmail-in", "T webmail-in", "T webmail-in", "T webmail-official-in", "H webmail-restricted-in"),
  },
  {
    name: "from webmail, to a clerk's mailbox",
    from: "nu@gmail.com",
    to: "vanthu@sokhcn.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "pass",
    cells: cells("T webmail-in", "T webmail-in", "T webmail-in", "R office-official-in", "R office-official-in"),
  },
  {
    name: "from a unit's registered webmail, to a clerk's mailbox",
    from: "ubnd.lungtre@gmail.com",
    to: "vanthu@sokhcn.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "pass",
    cells: cells("A", "A", "A", "T webmail-official-in", "H webmail-restricted-in"),
  },
  {
    name: "from a state domain that is proven",
    from: "vanthu@hanoi.gov.vn",
    to: "vanthu@sokhcn.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "pass",
    cells: cells("A", "A", "A", "A", "A"),
  },
  {
    name: "from a state domain that says nothing of itself",
    from: "vanthu@caobang.gov.vn",
    to: "vanthu@sokhcn.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "none",
    cells: cells(
      "L state-unproven-in",
      "L state-unproven-in",
      "L state-unproven-in",
      "L state-unproven-in",
      "L state-unproven-in",
    ),
  },
  {
    name: "from a state domain that is forged",
    from: "vanthu@hagiang.gov.vn",
    to: "vanthu@sokhcn.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "fail",
    cells: cells(FORGED, FORGED, FORGED, FORGED, FORGED),
  },
  {
    name: "from a state domain that is forged, to a public intake mailbox",
    from: "vanthu@hagiang.gov.vn",
    to: "motcua@tantrao.tuyenquang.gov.vn",
    listener: "inbound",
    dmarc: "fail",
    cells: cells(FORGED, FORGED, FORGED, FORGED, FORGED),
  },
  {
    name: "within the agency",
    from: "lan@sokhcn.tuyenquang.gov.vn",
    to: "vanthu@tantrao.tuyenquang.gov.vn",
    listener: "submission",
    cells: cells("A", "A", "A", "A", "L internal-restricted"),
  },
  {
    name: "automatically forwarded to webmail",
    from: "nu@congty.example",
    to: "khoa@gmail.com",
    listener: "submission",
    cells: cells(
      FORWARDED,
      FORWARDED,
      FORWARDED,
      `${FORWARDED}, webmail-official-out`,
      `${FORWARDED}, webmail-restricted-out, webmail-official-out`,
    ),
  },
]
