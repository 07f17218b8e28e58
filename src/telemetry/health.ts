/** Which part of the program can do its work now: each part reports itself, `/readyz` tells. */

export type HealthState = "ok" | "degraded" | "down"

export interface Health {
  /** `why` is for administrators; "" when there is nothing to say. */
  report(part: string, state: HealthState, why?: string): void
  status(): HealthStatus
}

export interface HealthStatus {
  /** The worst of all parts. */
  readonly status: HealthState
  readonly parts: Readonly<Record<string, { readonly state: HealthState; readonly why: string }>>
}

/** A part is down until it has reported: nobody sends mail to a gateway that is still starting. */
export function createHealth(expected: readonly string[]): Health {
  const parts = new Map<string, { state: HealthState; why: string }>(
    expected.map((part) => [part, { state: "down", why: "starting" }]),
  )
  return {
    report(part, state, why = "") {
      parts.set(part, { state, why })
    },
    status() {
      const states = new Set([...parts.values()].map(({ state }) => state))
      const worst = (["down", "degraded"] as const).find((state) => states.has(state)) ?? "ok"
      return { status: worst, parts: Object.fromEntries(parts) }
    },
  }
}
