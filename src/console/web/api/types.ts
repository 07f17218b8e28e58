/** The API as its client sees it. Made by `npm run console:types` from the table of routes; a test compares. */
/* eslint-disable */
export interface Api {
  "POST /api/session": {
    params: {}
    query: {}
    body: { name: string; password: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; lockedUntil: number | null; disabledAt: number | null }; csrf: string; root: string; idle: number }
  }
  "POST /api/session/second-factor": {
    params: {}
    query: {}
    body: { code: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; lockedUntil: number | null; disabledAt: number | null }; csrf: string; root: string; idle: number }
  }
  "POST /api/session/unlock": {
    params: {}
    query: {}
    body: { password: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; lockedUntil: number | null; disabledAt: number | null }; csrf: string; root: string; idle: number }
  }
  "GET /api/session": {
    params: {}
    query: {}
    body: undefined
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; lockedUntil: number | null; disabledAt: number | null }; csrf: string; root: string; idle: number }
  }
  "DELETE /api/session": {
    params: {}
    query: {}
    body: undefined
    answer: { ended: number }
  }
  "POST /api/first": {
    params: {}
    query: {}
    body: { token: string; name: string; title: string; mail?: string | null; password: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; lockedUntil: number | null; disabledAt: number | null }; csrf: string; root: string; idle: number }
  }
  "POST /api/invitation": {
    params: {}
    query: {}
    body: { token: string }
    answer: { name: string; title: string; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[] }
  }
  "POST /api/invitation/accept": {
    params: {}
    query: {}
    body: { token: string; password: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; lockedUntil: number | null; disabledAt: number | null }; csrf: string; root: string; idle: number }
  }
  "PUT /api/account/password": {
    params: {}
    query: {}
    body: { current: string; password: string }
    answer: { changed: boolean }
  }
  "POST /api/account/totp": {
    params: {}
    query: {}
    body: { password: string }
    answer: { secret: string; uri: string; sealed: string }
  }
  "PUT /api/account/totp": {
    params: {}
    query: {}
    body: { sealed: string; code: string }
    answer: { recovery: (string)[] }
  }
  "GET /api/account/sessions": {
    params: {}
    query: {}
    body: undefined
    answer: ({ id: string; account: number; stage: string; openedAt: number; seenAt: number; client: string; agent: string; current: boolean })[]
  }
  "POST /api/account/sessions/end": {
    params: {}
    query: {}
    body: { ids: (string)[] }
    answer: { ended: number }
  }
  "GET /api/people": {
    params: {}
    query: {}
    body: undefined
    answer: ({ id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; lockedUntil: number | null; disabledAt: number | null })[]
  }
  "POST /api/people": {
    params: {}
    query: {}
    body: { name: string; title: string; mail?: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy?: boolean })[] }
    answer: { link: string; until: number; id: number }
  }
  "PATCH /api/people/:id": {
    params: { id: number }
    query: {}
    body: { title?: string; mail?: string | null; grants?: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy?: boolean })[] }
    answer: { changed: boolean }
  }
  "POST /api/people/:id/invite": {
    params: { id: number }
    query: {}
    body: undefined
    answer: { link: string; until: number }
  }
  "POST /api/people/:id/act": {
    params: { id: number }
    query: {}
    body: { action: "disable" | "enable" | "unlock" | "reset-factor" }
    answer: { changed: boolean }
  }
  "GET /api/people/:id/sessions": {
    params: { id: number }
    query: {}
    body: undefined
    answer: ({ id: string; account: number; stage: string; openedAt: number; seenAt: number; client: string; agent: string; current: boolean })[]
  }
  "DELETE /api/people/:id/sessions": {
    params: { id: number }
    query: {}
    body: undefined
    answer: { ended: number }
  }
  "GET /api/units": {
    params: {}
    query: {}
    body: undefined
    answer: ({ id: string; parent: string | null; name: { vi: string; en: string }; domains: (string)[] })[]
  }
  "GET /api/health": {
    params: {}
    query: {}
    body: undefined
    answer: { status: "ok" | "degraded" | "down"; parts: Record<string, { state: "ok" | "degraded" | "down"; why: string }>; policy: string; queue: { queued: number; held: number } }
  }
}
