/** A message made anew from the tree that was examined: one boundary, one encoding, one name, one of each MIME field. */
import { createHash } from "node:crypto"
import type { Path } from "../mail/message.ts"
import type { Amend, Amended, Rewriting } from "../mail/rewrite.ts"
import type { Head } from "./head.ts"
import { walkTree } from "./parse.ts"
import { type Shape, written } from "./serialise.ts"
import { DEFAULT_LIMITS, type ParseLimits, sealOf } from "./walk.ts"

export interface RewriteOptions {
  /** Also what its sender signed or encrypted. */
  readonly signed: boolean
  readonly amend: Amend
  readonly limits?: ParseLimits
}

const ARMOUR = /^-----BEGIN PGP (SIGNED )?MESSAGE-----/m
/** What the tree does not hold would be lost. */
const INCOMPLETE = new Set(["too-deep", "too-many-parts", "header-too-large"])

interface Node {
  readonly head: Head
  readonly shape: "leaf" | "parts" | "message"
  readonly at: Path
  bytes: Uint8Array
  amended: Amended | null
  readonly inside: Node[]
}

/** Pure: the same octets and amendments give the same message. Rejects only with what `source` or `amend` throws. */
export async function rewrite(source: AsyncIterable<Uint8Array>, options: RewriteOptions): Promise<Rewriting> {
  const { amend, signed, limits = DEFAULT_LIMITS } = options
  const top: Node[] = []
  const stack: Node[][] = [top]
  const digest = createHash("sha256")
  let sealed: "signed" | "encrypted" | null = null
  const amended: Path[] = []

  const parsed = await walkTree(
    hashed(source, digest),
    {
      leaf: async ({ at, names, claimed, disposition, content }, { head, isHeader }) => {
        const chunks: Uint8Array[] = []
        for await (const chunk of content) chunks.push(chunk)
        if (isHeader) return
        const bytes = Buffer.concat(chunks)
        sealed ??= sealOf(head) ?? armourOf(head, bytes)
        const instead = await amend({ at, names, claimed, disposition, bytes })
        if (instead !== null) amended.push(at)
        stack.at(-1)?.push({ head, shape: "leaf", at, bytes, amended: instead, inside: [] })
      },
      open: (head, shape) => {
        sealed ??= sealOf(head)
        const node: Node = { head, shape, at: "", bytes: Buffer.alloc(0), amended: null, inside: [] }
        stack.at(-1)?.push(node)
        stack.push(node.inside)
      },
      close: () => stack.pop(),
    },
    limits,
  )
  if (sealed !== null && !signed) return { is: "kept", why: sealed }
  const [root] = top
  if (root === undefined || parsed.findings.some(({ why }) => INCOMPLETE.has(why ?? ""))) {
    return { is: "kept", why: "too-complex" }
  }
  // No octets of the message can name a boundary that its own digest makes.
  const bytes = written(shapeOf(root), digest.digest("hex").slice(0, 24))
  return { is: "rewritten", bytes, amended }
}

function armourOf({ claimed }: Head, bytes: Uint8Array): "signed" | "encrypted" | null {
  if (!claimed.startsWith("text/")) return null
  const armour = ARMOUR.exec(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"))
  if (armour === null) return null
  return armour[1] === undefined ? "encrypted" : "signed"
}

function shapeOf({ head, shape, bytes, amended, inside }: Node): Shape {
  if (shape === "leaf") return { is: "leaf", head, bytes, amended }
  if (shape === "parts") return { is: "parts", head, inside: inside.map(shapeOf) }
  const [message] = inside
  return message === undefined
    ? { is: "leaf", head, bytes, amended }
    : { is: "message", head, inside: shapeOf(message) }
}

async function* hashed(
  source: AsyncIterable<Uint8Array>,
  digest: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const octets of source) {
    digest.update(octets)
    yield octets
  }
}
