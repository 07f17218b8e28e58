/** Links by which somebody asks: one for each mailbox and message, the newest. */
import type { DatabaseSync } from "node:sqlite"
import type { Offer } from "../mail/delivery.ts"

export interface Offers {
  /** False: that mailbox asked already, or it was decided. */
  readonly put: (offer: Offer) => boolean
}

export function createOffers(db: DatabaseSync): Offers {
  const put = db.prepare(`
    INSERT INTO appeals ("transaction", mailbox, kind, unit, digest, code, until, refused)
    VALUES (:transaction, :mailbox, :kind, :unit, :digest, :code, :until, :refused)
    ON CONFLICT DO UPDATE SET digest = excluded.digest, code = excluded.code, until = excluded.until, tries = 0
    WHERE state = 'offered'`)
  return {
    put: ({ refused, ...offer }) => put.run({ ...offer, refused: refused && JSON.stringify(refused) }).changes > 0,
  }
}
