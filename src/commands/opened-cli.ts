/** `held release --password`: the operator's way to open what is sealed in a held message. */
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { createPool } from "../sandbox/pool.ts"
import { scanSettings } from "../sandbox/protocol.ts"
import { createBadFiles } from "./bad-files.ts"
import { atTheMachine } from "./held.ts"
import { type Opened, openHeld, type Opening } from "./opened.ts"
import type { Hands } from "./queue.ts"

/** `password` true: it stands on standard input, where other users of the machine do not see it. */
export async function releaseWith(
  { password, ...given }: Omit<Opening, "password"> & { readonly password: string | true },
  hands: Hands,
): Promise<number> {
  const said = password === true ? (await text(process.stdin)).replace(/\r?\n$/, "") : password
  const { settings } = hands.configuration
  const badFiles = createBadFiles(join(settings.store.path, "lists"))
  await badFiles.look(settings.scan.hashes, hands.now)
  const pool = createPool({ scan: { ...scanSettings(settings, badFiles.kept()), children: 1 } })
  try {
    const decider = { ...hands, person: atTheMachine(hands.by) }
    return tell(
      await openHeld({ ...given, password: said }, decider, (spooled, passwords) =>
        pool.examine(spooled, null, passwords),
      ),
      given.ref.transaction,
    )
  } finally {
    await pool.close()
  }
}

function tell(opened: Opened, code: string): number {
  const line = (words: string): number => {
    process.stderr.write(`${code}: ${words}\n`)
    return 1
  }
  switch (opened.is) {
    case "nothing":
      return line("no such copy here, or another person must agree / không có thư này, hoặc cần một người khác duyệt")
    case "gone":
      return line("decided meanwhile / đã có người quyết định")
    case "wrong-password":
      return line("the password opens not all of it, still held / mật khẩu không mở được hết, vẫn giữ")
    case "failed":
      return line(`could not be scanned (${opened.why}), still held / chưa quét được, vẫn giữ`)
    case "kept": {
      const found = opened.found.map(({ kind, name }) => (name === null ? kind : `${kind} ${name}`))
      return line(`opened and still held / đã mở, vẫn giữ: ${found.join(", ") || "secret"}`)
    }
    case "released": {
      const { released, agreed } = opened.decided
      if (released > 0) process.stdout.write(`${released} released / đã cho gửi\n`)
      if (agreed > 0)
        process.stdout.write(`${agreed} agreed to, another person must too / đã đồng ý, cần thêm một người duyệt\n`)
      return released + agreed > 0 ? 0 : 1
    }
    default:
      return opened satisfies never
  }
}
