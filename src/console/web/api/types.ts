/** The API as its client sees it. Made by `npm run console:types` from the table of routes; a test compares. */
/* eslint-disable */
export interface Api {
  "GET /api/login": {
    params: {}
    query: {}
    body: undefined
    answer: { passkeys: boolean; directory: boolean; singleSignOn: { vi: string; en: string } | null }
  }
  "POST /api/session": {
    params: {}
    query: {}
    body: { name: string; password: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
  }
  "POST /api/session/second-factor": {
    params: {}
    query: {}
    body: { code: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
  }
  "POST /api/session/unlock": {
    params: {}
    query: {}
    body: { password: string }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
  }
  "GET /api/session": {
    params: {}
    query: {}
    body: undefined
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
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
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
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
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
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
    body: { ids: (string)[]; password: string }
    answer: { ended: number }
  }
  "POST /api/session/passkey/challenge": {
    params: {}
    query: {}
    body: undefined
    answer: { challenge: string; rpId: string; timeout: number; userVerification: "required"; allowCredentials: ({ type: "public-key"; id: string })[] }
  }
  "POST /api/session/passkey": {
    params: {}
    query: {}
    body: { credential: { id: string; type: "public-key"; response: { clientDataJSON: string; authenticatorData: string; signature: string } } }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
  }
  "POST /api/session/second-factor/challenge": {
    params: {}
    query: {}
    body: undefined
    answer: { challenge: string; rpId: string; timeout: number; userVerification: "required"; allowCredentials: ({ type: "public-key"; id: string })[] }
  }
  "POST /api/session/second-factor/passkey": {
    params: {}
    query: {}
    body: { credential: { id: string; type: "public-key"; response: { clientDataJSON: string; authenticatorData: string; signature: string } } }
    answer: { state: "open" | "second-factor" | "locked" | "enrol-first" | "password-first"; account: { id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null }; door: "password" | "passkey" | "directory" | "single-sign-on"; csrf: string; root: string; timezone: string; idle: number }
  }
  "GET /api/account/factors": {
    params: {}
    query: {}
    body: undefined
    answer: { totp: boolean; available: boolean; passkeys: ({ id: string; name: string; createdAt: number; usedAt: number | null })[]; recovery: number }
  }
  "POST /api/account/passkeys/challenge": {
    params: {}
    query: {}
    body: { password: string }
    answer: { challenge: string; rp: { id: string; name: string }; user: { id: string; name: string; displayName: string }; pubKeyCredParams: ({ type: "public-key"; alg: number })[]; timeout: number; attestation: "none"; authenticatorSelection: { residentKey: "required"; requireResidentKey: boolean; userVerification: "required" }; excludeCredentials: ({ type: "public-key"; id: string })[] }
  }
  "POST /api/account/passkeys": {
    params: {}
    query: {}
    body: { name: string; credential: { id: string; type: "public-key"; response: { clientDataJSON: string; authenticatorData: string; publicKey: string; publicKeyAlgorithm: -7 | -8 | -257 } } }
    answer: { recovery: (string)[] }
  }
  "POST /api/account/passkeys/remove": {
    params: {}
    query: {}
    body: { id: string; password: string }
    answer: { removed: boolean }
  }
  "POST /api/account/recovery": {
    params: {}
    query: {}
    body: { password: string }
    answer: { recovery: (string)[] }
  }
  "GET /api/people": {
    params: {}
    query: {}
    body: undefined
    answer: ({ id: number; name: string; title: string; mail: string | null; grants: ({ role: "operator" | "officer" | "approver" | "security" | "auditor"; unit: string; deputy: boolean })[]; createdAt: number; lastLoginAt: number | null; passwordAt: number | null; hasTotp: boolean; passkeys: number; source: "local" | "directory"; lockedUntil: number | null; disabledAt: number | null })[]
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
    answer: ({ id: string; parent: string | null; name: { vi: string; en: string }; domains: (string)[]; from: number | null; until: number | null })[]
  }
  "GET /api/settings": {
    params: {}
    query: {}
    body: undefined
    answer: { settings: {} }
  }
  "GET /api/system": {
    params: {}
    query: {}
    body: undefined
    answer: { versions: { congthu: string; node: string; policy: string }; startedAt: number; certificates: ({ file: string; subject: string | null; until: number | null; why: string | null })[]; disk: { free: number; total: number }; memory: number; signatures: number | null; services: ({ name: string; is: "ok" | "down" | "absent"; said: string })[]; settings: ({ path: string; value: string })[]; queue: { queued: number; held: number; overdue: number }; accounts: number }
  }
  "GET /api/health": {
    params: {}
    query: {}
    body: undefined
    answer: { status: "ok" | "degraded" | "down"; parts: Record<string, { state: "ok" | "degraded" | "down"; why: string }>; policy: string; queue: { queued: number; held: number } }
  }
  "GET /api/setup": {
    params: {}
    query: {}
    body: undefined
    answer: { needed: boolean; published: boolean; settingsFile: string; policyFile: string; hostname: string; postmaster: string; domains: (string)[]; nextHop: { to: string; tls: "off" | "opportunistic" | "required" | "verified" } | null; clamd: string | null; units: ({ id: string; parent: string | null; name: { vi: string; en: string }; domains: (string)[] })[]; mode: "shadow" | "enforce" | null }
  }
  "POST /api/setup/next-hop": {
    params: {}
    query: {}
    body: { to: string; tls: "off" | "opportunistic" | "required" | "verified"; domain: string }
    answer: { reached: boolean; extensions: (string)[]; starttls: boolean; encrypted: boolean; recipient: { address: string; reply: string; taken: boolean } | null; failed: { at: "connect" | "greeting" | "tls" | "starttls"; why: string } | null }
  }
  "POST /api/setup/scanner": {
    params: {}
    query: {}
    body: { clamd: string }
    answer: { works: boolean; version: string | null; signaturesAt: number | null; outdated: boolean; why: string | null }
  }
  "PUT /api/setup": {
    params: {}
    query: {}
    body: { hostname: string; postmaster: string; domains: (string)[]; nextHop: { to: string; tls: "off" | "opportunistic" | "required" | "verified" } | null; clamd: string | null; units: ({ id: string; parent: string | null; name: { vi: string; en: string }; domains: (string)[] })[] | null; mode: "shadow" | "enforce" | null }
    answer: { is: "saved" | "by-hand" | "faulty"; version: string; faults: (string)[]; files: ({ path: string; lines: string })[] }
  }
  "GET /api/messages": {
    params: {}
    query: { code?: string; sender?: string; recipient?: string; domain?: string; words?: string; file?: string; outcome?: string; direction?: "inbound" | "outbound" | "internal" | "relay"; rule?: string; finding?: string; about?: "webmail" | "lures"; unit?: string; since?: number; until?: number; before?: number; limit?: number }
    body: undefined
    answer: { rows: ({ row: number; transaction: string; at: number; sender: string | null; recipient: string; direction: string | null; outcome: string; stage: string; subject: string | null; size: number | null; rules: (string)[]; senderUnit: string | null; recipientUnit: string | null })[]; next: number | null }
  }
  "GET /api/messages/:code": {
    params: { code: string }
    query: {}
    body: undefined
    answer: { transaction: string; found: ({ row: number; transaction: string; at: number; sender: string | null; recipient: string; direction: string | null; outcome: string; stage: string; subject: string | null; size: number | null; rules: (string)[]; senderUnit: string | null; recipientUnit: string | null })[]; verdicts: ({ recipient: string; disposition: string; decisive: (string)[]; matched: (string)[]; shadow: (string)[]; capped: (string)[]; lifted: ({ rule: string; exception: string })[]; because: ({ vi: string; en: string })[]; policyVersion: string })[]; copies: ({ recipient: string; attempts: number; dueAt: number | null; expiresAt: number; lastReply: string | null; hold: { kind: string; rules: ({ rule: string; kind: string })[]; until: number } | null })[]; events: ({ at: number; kind: string; recipient: string | null; by: string; detail: {} })[] }
  }
  "POST /api/messages/:code/content": {
    params: { code: string }
    query: {}
    body: { reason: string }
    answer: { subject: string; mailboxes: ({ position: string; name: string; address: string })[]; text: string; attachments: ({ at: string; names: (string)[]; type: string; size: number; sha256: string })[]; findings: ({ kind: string; at: string; name: string | null; why: string | null })[]; defects: (string)[] }
  }
  "POST /api/messages/:code/page": {
    params: { code: string }
    query: {}
    body: { reason: string; at: string; page: number }
    answer: { is: "page" | "none" | "failed" | "absent"; pages: number; png: string | null }
  }
  "GET /api/overview": {
    params: {}
    query: { unit?: string }
    body: undefined
    answer: { since: number; held: { waiting: number; overdue: number; oldest: number | null; ages: ({ days: number | null; count: number })[] }; appeals: number; exceptions: { requested: number; ending: number }; queue: { queued: number; held: number } | null; health: "ok" | "degraded" | "down"; parts: Record<string, { state: "ok" | "degraded" | "down"; why: string }> | null; days: ({ day: number; direction: string; outcome: string; count: number })[]; rules: ({ rule: string; title: { vi: string; en: string }; count: number })[]; webmail: ({ unit: string; direction: string; count: number; stopped: number })[]; malware: ({ finding: string; direction: string; count: number; passed: number })[] }
  }
  "GET /api/reports/figures": {
    params: {}
    query: { since: number; until: number; unit?: string; by?: "kind" | "rule"; grain?: "hour" | "day" | "whole" }
    body: undefined
    answer: ({ hour: number; unit: string; direction: string; kind: string; rule: string | null; count: number })[]
  }
  "GET /api/reports/senders": {
    params: {}
    query: { since: number; until: number; unit?: string; limit?: number }
    body: undefined
    answer: ({ sender: string; count: number })[]
  }
  "GET /api/reports": {
    params: {}
    query: {}
    body: undefined
    answer: ({ id: "r1" | "r2" | "r3" | "r4" | "r5" | "r6" | "r7" | "r8"; title: { vi: string; en: string } })[]
  }
  "GET /api/reports/:id": {
    params: { id: "r1" | "r2" | "r3" | "r4" | "r5" | "r6" | "r7" | "r8" }
    query: { since: number; until: number; unit?: string }
    body: undefined
    answer: { columns: ({ title: { vi: string; en: string }; kind: "text" | "count" | "share" | "moment" | "manual" })[]; rows: ({ cells: (string | number | { vi: string; en: string } | null)[]; depth: number; search: Record<string, string> | null })[]; total: (string | number | { vi: string; en: string } | null)[] | null; id: "r1" | "r2" | "r3" | "r4" | "r5" | "r6" | "r7" | "r8"; title: { vi: string; en: string }; notes: ({ vi: string; en: string })[]; annex: { columns: ({ title: { vi: string; en: string }; kind: "text" | "count" | "share" | "moment" | "manual" })[]; rows: ({ cells: (string | number | { vi: string; en: string } | null)[]; depth: number; search: Record<string, string> | null })[]; total: (string | number | { vi: string; en: string } | null)[] | null; title: { vi: string; en: string } } | null; agency: { vi: string; en: string }; unit: { vi: string; en: string }; since: number; until: number; madeAt: number }
  }
  "GET /api/reports/:id/xlsx": {
    params: { id: "r1" | "r2" | "r3" | "r4" | "r5" | "r6" | "r7" | "r8" }
    query: { since: number; until: number; unit?: string; language?: "vi" | "en" }
    body: undefined
    answer: Blob
  }
  "GET /api/queue": {
    params: {}
    query: { domain?: string; after?: number; limit?: number }
    body: undefined
    answer: { rows: ({ copy: number; transaction: string; recipient: string; from: string; subject: string; size: number; receivedAt: number; attempts: number; dueAt: number | null; expiresAt: number; lastReply: string | null; setAside: boolean })[]; next: number | null }
  }
  "GET /api/queue/destinations": {
    params: {}
    query: {}
    body: undefined
    answer: ({ domain: string; copies: number; oldest: number; next: number; lastReply: string | null })[]
  }
  "POST /api/queue/:code/act": {
    params: { code: string }
    query: {}
    body: { action: "retry" | "hold" | "remove"; recipient?: string | null; reason: string } | { action: "reroute"; recipient?: string | null; reason: string; to: string | null }
    answer: { changed: number }
  }
  "POST /api/queue/act": {
    params: {}
    query: {}
    body: { action: "retry" | "hold" | "remove"; domain: string; reason: string } | { action: "reroute"; domain: string; reason: string; to: string | null }
    answer: { changed: number; more: boolean }
  }
  "GET /api/held": {
    params: {}
    query: { after?: number; limit?: number }
    body: undefined
    answer: { cases: ({ transaction: string; at: number; sender: string | null; subject: string | null; size: number; legalHold: string | null; appeal: { state: string; category: string | null; reason: string | null; askedAt: number | null } | null; copies: ({ copy: number; recipient: string; kind: string; unit: string | null; direction: string | null; urgency: string; due: number; until: number; needs: ({ rule: string; title: { vi: string; en: string }; persons: number; agreed: (string)[] })[]; findings: ({ kind: string; name: string | null })[]; mayRelease: boolean; mayDeny: boolean; needsAnother: boolean })[] })[]; next: number | null }
  }
  "GET /api/held/:code": {
    params: { code: string }
    query: {}
    body: undefined
    answer: { transaction: string; at: number; sender: string | null; subject: string | null; size: number; legalHold: string | null; appeal: { state: string; category: string | null; reason: string | null; askedAt: number | null } | null; copies: ({ copy: number; recipient: string; kind: string; unit: string | null; direction: string | null; urgency: string; due: number; until: number; needs: ({ rule: string; title: { vi: string; en: string }; persons: number; agreed: (string)[] })[]; findings: ({ kind: string; name: string | null })[]; mayRelease: boolean; mayDeny: boolean; needsAnother: boolean })[] }
  }
  "POST /api/held/decide": {
    params: {}
    query: {}
    body: { decision: "release" | "deny"; reason: string; cases: ({ code: string; recipient?: string | null })[] }
    answer: ({ code: string; released: number; agreed: number; denied: number; another: number })[]
  }
  "POST /api/held/:code/password": {
    params: { code: string }
    query: {}
    body: { password: string; reason: string; recipient?: string | null }
    answer: { outcome: "released" | "agreed" | "another" | "kept" | "wrong-password" | "failed"; released: number; found: ({ kind: string; name: string | null })[] }
  }
  "PUT /api/held/:code/legal-hold": {
    params: { code: string }
    query: {}
    body: { keep: boolean; reason: string }
    answer: { kept: boolean }
  }
  "POST /api/held/:code/evidence": {
    params: { code: string }
    query: {}
    body: { reason: string }
    answer: Blob
  }
  "GET /api/appeals": {
    params: {}
    query: { state?: "requested" | "approved" | "denied" | "withdrawn" | "lapsed"; limit?: number }
    body: undefined
    answer: ({ transaction: string; mailbox: string; kind: string; unit: string | null; state: string; category: string | null; reason: string | null; askedAt: number | null; due: number | null; recipients: (string)[]; rules: ({ rule: string; title: { vi: string; en: string } })[]; persons: number; agreed: (string)[] })[]
  }
  "POST /api/appeals/:code/decide": {
    params: { code: string }
    query: {}
    body: { mailbox: string; decision: "approve" | "deny"; reason: string }
    answer: { approved: boolean; denied: boolean; agreed: boolean }
  }
  "GET /api/notices": {
    params: {}
    query: {}
    body: undefined
    answer: ({ name: string; subject: { vi: string; en: string }; edited: boolean })[]
  }
  "GET /api/notices/:name": {
    params: { name: string }
    query: {}
    body: undefined
    answer: { subject: string; text: string; html: string; smtp: string | null; template: { subject: { vi: string; en: string }; text: { vi: string; en: string }; smtp: { vi: string; en: string } | null }; placeholders: (string)[] }
  }
  "GET /api/notices/:name/versions": {
    params: { name: string }
    query: {}
    body: undefined
    answer: ({ number: number; template: { subject: { vi: string; en: string }; text: { vi: string; en: string }; smtp: { vi: string; en: string } | null } | null; by: string; reason: string; at: number })[]
  }
  "POST /api/notices/:name/preview": {
    params: { name: string }
    query: {}
    body: { subject: { vi: string; en: string }; text: { vi: string; en: string }; smtp?: { vi: string; en: string } | null }
    answer: { subject: string; text: string; html: string; smtp: string | null; template: { subject: { vi: string; en: string }; text: { vi: string; en: string }; smtp: { vi: string; en: string } | null }; placeholders: (string)[]; faults: (string)[] }
  }
  "PUT /api/notices/:name": {
    params: { name: string }
    query: {}
    body: { template: { subject: { vi: string; en: string }; text: { vi: string; en: string }; smtp?: { vi: string; en: string } | null }; reason: string }
    answer: { version: number }
  }
  "POST /api/notices/:name/restore": {
    params: { name: string }
    query: {}
    body: { reason: string }
    answer: { version: number }
  }
  "GET /api/policy/versions": {
    params: {}
    query: { before?: number; limit?: number }
    body: undefined
    answer: { head: number | null; versions: ({ number: number; name: string; state: "waiting" | "published" | "withdrawn"; kind: "document" | "registry" | "exceptions" | "rollback" | "file"; base: number | null; author: string; reason: string; origin: string | null; draftedAt: number; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; approver: string | null; publishedAt: number | null })[]; next: number | null }
  }
  "GET /api/policy/versions/:number": {
    params: { number: number }
    query: {}
    body: undefined
    answer: { number: number; name: string; state: "waiting" | "published" | "withdrawn"; kind: "document" | "registry" | "exceptions" | "rollback" | "file"; base: number | null; author: string; reason: string; origin: string | null; draftedAt: number; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; approver: string | null; publishedAt: number | null; document: string; units: number; mailboxes: number; exceptions: number }
  }
  "GET /api/policy/read": {
    params: {}
    query: { of?: string }
    body: undefined
    answer: { name: string; document: string; rules: ({ id: string; owner: string; mode: "off" | "shadow" | "enforce"; when: { vi: string; en: string }; said: { vi: string; en: string }; then: "deliver" | "flag" | "hold" | "quarantine" | "reject" | "refuse"; title: { vi: string; en: string }; basis: string | null; notice: string | null; approvals: number; also: (string)[]; text: string })[]; guarantees: ({ id: string; owner: string; when: { vi: string; en: string }; said: { vi: string; en: string }; atMost: "deliver" | "flag" | "hold" | "quarantine" | "reject" | "refuse"; title: { vi: string; en: string }; text: string })[] }
  }
  "GET /api/policy/difference": {
    params: {}
    query: { from?: string; to?: string }
    body: undefined
    answer: { loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; from: string; to: string }
  }
  "GET /api/policy/draft": {
    params: {}
    query: {}
    body: undefined
    answer: { draft: { document: string; base: number | null; at: number } | null }
  }
  "PUT /api/policy/draft": {
    params: {}
    query: {}
    body: { document: string; base?: number }
    answer: { base: number | null; faults: (string)[] }
  }
  "DELETE /api/policy/draft": {
    params: {}
    query: {}
    body: undefined
    answer: { dropped: boolean }
  }
  "PUT /api/policy/draft/:list/:id": {
    params: { list: "rules" | "guarantees" | "lists"; id: string }
    query: {}
    body: { text: string | null }
    answer: { base: number | null; faults: (string)[] }
  }
  "POST /api/policy/publish": {
    params: {}
    query: {}
    body: { of?: string; document?: string; reason: string }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[] }
  }
  "POST /api/policy/versions/:number/approve": {
    params: { number: number }
    query: {}
    body: undefined
    answer: { approved: boolean }
  }
  "POST /api/policy/versions/:number/withdraw": {
    params: { number: number }
    query: {}
    body: undefined
    answer: { withdrawn: boolean }
  }
  "POST /api/policy/versions/:number/rollback": {
    params: { number: number }
    query: {}
    body: { reason: string }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[] }
  }
  "POST /api/policy/lint": {
    params: {}
    query: {}
    body: { of?: string; document?: string }
    answer: ({ kind: string; level: "warning" | "note"; of: string; id: string; said: { vi: string; en: string } })[]
  }
  "POST /api/policy/try": {
    params: {}
    query: {}
    body: { of?: (string)[]; document?: string; code?: string; message?: string; from?: "" | string; to?: (string)[]; trusted?: boolean; user?: string | null; client?: string | string | null }
    answer: ({ name: string; verdicts: ({ recipient: string; direction: string; disposition: "deliver" | "flag" | "hold" | "quarantine" | "reject" | "refuse" | "defer"; decisive: (string)[]; matched: (string)[]; shadow: (string)[]; capped: (string)[]; lifted: ({ rule: string; exception: string })[]; because: ({ vi: string; en: string })[] })[]; reply: string | null })[]
  }
  "POST /api/policy/replay": {
    params: {}
    query: {}
    body: { of?: string; document?: string; days?: number }
    answer: { id: string }
  }
  "GET /api/policy/replay/:id": {
    params: { id: string }
    query: {}
    body: undefined
    answer: { id: string; state: "running" | "done" | "failed"; days: number; progress: number; result: { name: string; judged: number; same: number; changed: number; lost: number; byRule: ({ key: string; stricter: number; milder: number })[]; byUnit: ({ key: string; stricter: number; milder: number })[]; byDirection: ({ key: string; stricter: number; milder: number })[]; byTurn: ({ turn: string; count: number })[]; turned: ({ transaction: string; at: number; from: string | null; to: string; direction: string; unit: string | null; was: "deliver" | "flag" | "hold" | "quarantine" | "reject" | "refuse" | "defer"; is: "deliver" | "flag" | "hold" | "quarantine" | "reject" | "refuse" | "defer"; rules: (string)[] })[] } | null }
  }
  "DELETE /api/policy/replay/:id": {
    params: { id: string }
    query: {}
    body: undefined
    answer: { stopped: boolean }
  }
  "GET /api/exceptions": {
    params: {}
    query: { state?: "requested" | "granted" | "denied" | "ended"; after?: string; limit?: number }
    body: undefined
    answer: { exceptions: ({ id: string; rule: string; title: { vi: string; en: string } | null; owner: string; unit: string; when: { vi: string; en: string }; reason: string; basis: string | null; mail: string | null; state: "requested" | "granted" | "denied" | "ended"; requester: string; requestedAt: number; start: number; end: number; approver: string | null; grantedAt: number | null; uses: number; lastUsedAt: number | null; remindedAt: number | null; endedAt: number | null; endedBy: string | null; endedWhy: string | null; mayGrant: boolean; mayEnd: boolean })[]; next: string | null }
  }
  "POST /api/exceptions": {
    params: {}
    query: {}
    body: { rule: string; unit: string; when: string; reason: string; basis?: string | null; mail?: string | null; start?: number; end: number }
    answer: { id: string }
  }
  "GET /api/exceptions/:id": {
    params: { id: string }
    query: {}
    body: undefined
    answer: { id: string; rule: string; title: { vi: string; en: string } | null; owner: string; unit: string; when: { vi: string; en: string }; reason: string; basis: string | null; mail: string | null; state: "requested" | "granted" | "denied" | "ended"; requester: string; requestedAt: number; start: number; end: number; approver: string | null; grantedAt: number | null; uses: number; lastUsedAt: number | null; remindedAt: number | null; endedAt: number | null; endedBy: string | null; endedWhy: string | null; mayGrant: boolean; mayEnd: boolean }
  }
  "POST /api/exceptions/:id/grant": {
    params: { id: string }
    query: {}
    body: undefined
    answer: { granted: boolean }
  }
  "POST /api/exceptions/:id/refuse": {
    params: { id: string }
    query: {}
    body: { reason: string }
    answer: { refused: boolean }
  }
  "POST /api/exceptions/:id/end": {
    params: { id: string }
    query: {}
    body: { reason: string }
    answer: { ended: boolean }
  }
  "POST /api/exceptions/:id/remind": {
    params: { id: string }
    query: {}
    body: undefined
    answer: { reminded: boolean }
  }
  "POST /api/units": {
    params: {}
    query: {}
    body: { id: string; parent: string; name: { vi: string; en: string }; domains?: (string)[]; from?: number | null; until?: number | null; reason: string; dryRun?: boolean }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; left: (string)[] }
  }
  "PATCH /api/units/:id": {
    params: { id: string }
    query: {}
    body: { parent?: string; name?: { vi: string; en: string }; domains?: (string)[]; from?: number | null; until?: number | null; reason: string; dryRun?: boolean }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; left: (string)[] }
  }
  "POST /api/units/merge": {
    params: {}
    query: {}
    body: { from: (string)[]; into: string; reason: string; dryRun?: boolean }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; left: (string)[] }
  }
  "GET /api/mailboxes": {
    params: {}
    query: {}
    body: undefined
    answer: ({ match: string; class: string; unit: string | null })[]
  }
  "PUT /api/mailboxes": {
    params: {}
    query: {}
    body: { set?: ({ match: string; class: string; unit: string | null })[]; drop?: (string)[]; reason: string; dryRun?: boolean }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; left: (string)[] }
  }
  "POST /api/units/import": {
    params: {}
    query: {}
    body: { text: string; reason: string; dryRun?: boolean }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; left: (string)[] }
  }
  "POST /api/units/sync": {
    params: {}
    query: {}
    body: { prune?: boolean; reason: string; dryRun?: boolean }
    answer: { is: "published" | "waiting" | "stale" | "unchanged"; number: number | null; loosens: boolean; changes: ({ of: "rule" | "guarantee" | "exception" | "list" | "unit" | "mailbox" | "terms"; id: string; effect: "loosens" | "tightens" | "neutral"; said: { vi: string; en: string }; because: { vi: string; en: string } | null })[]; left: (string)[] }
  }
  "GET /api/units/export": {
    params: {}
    query: {}
    body: undefined
    answer: Blob
  }
  "GET /api/mailboxes/export": {
    params: {}
    query: {}
    body: undefined
    answer: Blob
  }
  "GET /api/audit": {
    params: {}
    query: { by?: string; kind?: "received" | "deferred" | "rejected" | "refused" | "accepted" | "flagged" | "held" | "quarantined" | "requested" | "answered" | "escalated" | "approved" | "denied" | "released" | "discarded" | "expired" | "attempted" | "delivered" | "retried" | "bounced" | "undeliverable" | "noticed" | "set-aside" | "policy-drafted" | "policy-replayed" | "policy-published" | "exception-granted" | "exception-ended" | "unit-changed" | "user-changed" | "notice-changed" | "login" | "login-failed" | "content-read" | "audit-verified" | "look-back" | "settings-reloaded" | "started" | "stopped"; transaction?: string; unit?: string; since?: number; until?: number; before?: number; limit?: number }
    body: undefined
    answer: { rows: ({ seq: number; at: number; kind: "received" | "deferred" | "rejected" | "refused" | "accepted" | "flagged" | "held" | "quarantined" | "requested" | "answered" | "escalated" | "approved" | "denied" | "released" | "discarded" | "expired" | "attempted" | "delivered" | "retried" | "bounced" | "undeliverable" | "noticed" | "set-aside" | "policy-drafted" | "policy-replayed" | "policy-published" | "exception-granted" | "exception-ended" | "unit-changed" | "user-changed" | "notice-changed" | "login" | "login-failed" | "content-read" | "audit-verified" | "look-back" | "settings-reloaded" | "started" | "stopped"; transaction: string | null; recipient: string | null; by: string; detail: {} })[]; next: number | null }
  }
  "POST /api/audit/verify": {
    params: {}
    query: {}
    body: { anchors?: string }
    answer: { whole: boolean; records: number; before: number; buried: number; anchors: number; flaws: (string)[] }
  }
  "GET /api/audit/anchor": {
    params: {}
    query: {}
    body: undefined
    answer: { anchor: string }
  }
  "POST /api/policy/said": {
    params: {}
    query: {}
    body: { of?: string; list: "rules" | "guarantees"; text: string }
    answer: { said: { vi: string; en: string } }
  }
  "POST /api/policy/matrix": {
    params: {}
    query: {}
    body: { of?: string; document?: string }
    answer: ({ direction: "inbound" | "outbound" | "internal"; party: "webmail" | "state" | "other" | null; class: string; reply: boolean; cells: ({ column: "private" | "unsure" | "public" | "official" | "restricted" | "people" | "suspected" | "secret"; disposition: "deliver" | "flag" | "hold" | "quarantine" | "reject" | "refuse" | "defer"; decisive: (string)[]; capped: (string)[]; shadow: (string)[] })[] })[]
  }
  "GET /api/policy/liftable": {
    params: {}
    query: {}
    body: undefined
    answer: ({ id: string; title: { vi: string; en: string } })[]
  }
  "GET /api/policy/names": {
    params: {}
    query: {}
    body: undefined
    answer: { families: (string)[]; notices: (string)[]; classes: (string)[] }
  }
}
