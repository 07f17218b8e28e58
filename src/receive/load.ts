/** Whether one more message may begin: who would have to be turned away after DATA is told so before it. */
import type { Limits } from "../config/schema.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Bytes } from "../mail/transaction.ts"

/** What the machine has left, and what the program takes. */
export interface Room {
  /** Octets and inodes free on the store's file system. */
  readonly space: Bytes
  readonly inodes: number
  /** Resident set of the process. */
  readonly memory: Bytes
}

export interface Load {
  /** Says why no message may begin now; `size` is what MAIL declared, 0 where it did not. */
  refusal(size: Bytes): Reply | null
  /** DATA begins; over when the message was answered or abandoned. */
  begin(): void
  end(): void
}

const full = reply(452, "3.1", "May chu het cho luu tru, vui long thu lai sau. Insufficient storage, try again later.")
const busy = reply(451, "3.2", "May chu qua tai, vui long thu lai sau. Too busy to take mail, try again later.")

export function createLoad(limits: () => Limits, room: () => Room): Load {
  let underWay = 0
  return {
    refusal: (size) => {
      const shortage = shortageOf(limits(), room(), size)
      if (shortage === "space" || shortage === "inodes") return full
      return shortage === "memory" || underWay >= limits().messagesInFlight ? busy : null
    },
    begin: () => {
      underWay += 1
    },
    end: () => {
      underWay -= 1
    },
  }
}

/** What there is too little of for a message of `size`; null when nothing is. */
export function shortageOf(limits: Limits, { space, inodes, memory }: Room, size: Bytes): keyof Room | null {
  if (space - size < limits.freeSpace) return "space"
  if (inodes < limits.freeInodes) return "inodes"
  return memory > limits.memory ? "memory" : null
}
