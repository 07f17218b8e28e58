/** What the header block of one MIME entity says about its body. RFC 2045, RFC 2183. */
import type { Field } from "../mail/message.ts"
import { readFields } from "./fields.ts"
import { namesOf } from "./names.ts"
import { extended, parameters, plain } from "./parameters.ts"
import type { HeadOctets } from "./split.ts"
import { type Doubt, doubtsOf } from "./strict.ts"
import { type Encoding, encodingOf } from "./transfer.ts"
import { trimWhite } from "./words.ts"

export interface Head {
  readonly octets: HeadOctets
  readonly fields: readonly Field[]
  readonly claimed: string
  readonly names: readonly string[]
  readonly disposition: "attachment" | "inline" | null
  readonly encoding: Encoding
  readonly charset: string
  /** Latin1, every reading; empty when none is given. */
  readonly boundaries: readonly string[]
  readonly defects: readonly string[]
  readonly doubts: ReadonlySet<Doubt>
}

const TYPE = /^[a-z0-9!#$&^_.+-]{1,127}\/[a-z0-9!#$&^_.+-]{1,127}$/

/** `fallback` is the type of an entity that claims none. RFC 2046 §5.1.5. Of two fields the first counts, as in most mail programs. */
export function readHead(octets: HeadOctets, fallback: string, isTop = false): Head {
  const { fields, defects: found } = readFields(octets.block)
  const defects = [...found]
  const values = (name: string): string[] =>
    fields.filter((field) => field.name.toLowerCase() === name).map((field) => field.value)
  const types = values("content-type")
  const dispositions = values("content-disposition")
  const type = parameters(types[0] ?? fallback, "respected")
  if (!TYPE.test(type.value)) defects.push("bad-content-type")
  const encoding = encodingOf(parameters(values("content-transfer-encoding")[0] ?? "", "respected").value)
  if (encoding === null) defects.push("unknown-encoding")
  if (plain(type.list, "boundary").length > 1) defects.push("duplicate-parameter:boundary")
  if (octets.ends === "input-end") defects.push("no-header-end")
  if (octets.ends === "limit") defects.push("header-too-large")
  return {
    octets,
    fields,
    claimed: TYPE.test(type.value) ? type.value : fallback,
    names: namesOf({ dispositions, types }),
    disposition: dispositionOf(dispositions[0]),
    encoding: encoding ?? "identity",
    charset: plain(type.list, "charset")[0] ?? "",
    boundaries: type.value.startsWith("multipart/") ? boundariesOf(types) : [],
    defects,
    doubts: doubtsOf(octets, { fields, defects: found }, isTop),
  }
}

/** An unknown disposition is an attachment. RFC 2183 §2.8. */
function dispositionOf(value: string | undefined): Head["disposition"] {
  if (value === undefined) return null
  const word = parameters(value, "respected").value
  return word === "" ? null : word === "inline" ? "inline" : "attachment"
}

/** All of them are split at: which one counts depends on the mail program. */
function boundariesOf(types: readonly string[]): string[] {
  const lists = types.flatMap((value) => [parameters(value, "respected").list, parameters(value, "ignored").list])
  const all = lists.flatMap((list) => plain(list, "boundary").concat(extended(list, "boundary")))
  return [...new Set(all.map(trimWhite))].filter((boundary) => boundary !== "")
}
