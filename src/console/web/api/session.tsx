/** Who is logged in here: one question to the API, its answer for every page; what the session lacks decides what is shown. */
import { useQuery, useQueryClient } from "@tanstack/react-query"
import i18next from "i18next"
import { createContext, type ReactNode, useContext, useMemo } from "react"
import { tellFailure } from "../parts/tell.tsx"
import { useZone } from "../parts/moment.tsx"
import { type Answer, ask, Refused, useToken } from "./client.ts"

export type Session = Answer<"GET /api/session">
export type Role = Session["account"]["grants"][number]["role"]

interface Door {
  /** Null: nobody is logged in. */
  readonly session: Session | null
  /** After logging in, proving a factor, unlocking: the API's new word. */
  readonly enter: (session: Session) => void
  /** Stays, and says so, where the server cannot be told. */
  readonly leave: () => Promise<void>
  /** Asks again, as when another request was told that the session is locked. */
  readonly again: () => void
  /** Holds one of the roles somewhere; with `root`, at the top of the tree. */
  readonly may: (roles: readonly Role[], within?: "units" | "root") => boolean
}

const Context = createContext<Door | null>(null)
const KEY = ["session"]

/** These say that the session itself stands differently than we thought. */
const SESSION_REFUSALS = new Set(["not-logged-in", "locked", "second-factor", "enrol-first", "password-first"])

export function isSessionRefusal(error: unknown): boolean {
  return error instanceof Refused && SESSION_REFUSALS.has(error.error)
}

export function SessionDoor({ children, waiting }: { readonly children: ReactNode; readonly waiting: ReactNode }) {
  const client = useQueryClient()
  const asked = useQuery({ queryKey: KEY, queryFn: askSession, staleTime: Number.POSITIVE_INFINITY, retry: 2 })
  const door = useMemo<Door>(() => {
    const session = asked.data ?? null
    return {
      session,
      enter: (next) => {
        took(next)
        client.setQueryData(KEY, next)
      },
      leave: async () => {
        try {
          await ask("DELETE /api/session", {})
        } catch (error) {
          // Whoever believes himself logged out leaves an open session behind.
          if (!isSessionRefusal(error)) return tellFailure(error, i18next.t("login.stillIn"))
        }
        client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] })
        // The very query that the door watches: one made anew would be seen by nobody.
        client.setQueryData(KEY, null)
      },
      again: () => void client.invalidateQueries({ queryKey: KEY }),
      may: (roles, within = "units") =>
        session !== null &&
        session.account.grants.some(
          ({ role, unit }) => roles.includes(role) && (within === "units" || unit === session.root),
        ),
    }
  }, [asked.data, client])
  if (asked.isPending) return waiting
  return <Context.Provider value={door}>{children}</Context.Provider>
}

function took({ csrf, timezone }: Session): void {
  useToken(csrf)
  useZone(timezone)
}

async function askSession(): Promise<Session | null> {
  try {
    const session = await ask("GET /api/session", {}, { background: true })
    took(session)
    return session
  } catch (error) {
    if (error instanceof Refused && error.error === "not-logged-in") return null
    throw error
  }
}

export function useDoor(): Door {
  const door = useContext(Context)
  if (door === null) throw new Error("outside of SessionDoor")
  return door
}

/** Pages behind the door have somebody. */
export function useSession(): Session {
  const { session } = useDoor()
  if (session === null) throw new Error("nobody is logged in")
  return session
}
