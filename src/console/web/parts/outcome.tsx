/** What became of a message, in words; the colour only repeats them. */
import { Badge } from "@mantine/core"
import { wordFor } from "../words/words.ts"

const COLOURS: Readonly<Record<string, string>> = {
  accepted: "blue",
  attempted: "gray",
  delivered: "green",
  flagged: "yellow",
  held: "orange",
  quarantined: "red",
  released: "teal",
  denied: "red",
  rejected: "red",
  refused: "red",
  deferred: "yellow",
  retried: "yellow",
  bounced: "red",
  undeliverable: "red",
  expired: "gray",
  "set-aside": "red",
}

export function Outcome({ kind }: { readonly kind: string }) {
  return <Badge color={COLOURS[kind] ?? "gray"}>{wordFor("event", kind)}</Badge>
}
