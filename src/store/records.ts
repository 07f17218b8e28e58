/** The records' port on one machine: large bodies are synced here, everything else is the writer thread's. */
import type { Acceptance, Delivery, Lease } from "../mail/delivery.ts"
import { verifyChain } from "./audit.ts"
import { syncBody } from "./bodies.ts"
import { storeError } from "./error.ts"
import type { Records } from "./store.ts"
import type { Custody } from "./custody.ts"
import type { People } from "./people.ts"
import { startThread, type Thread } from "./thread.ts"
import type { Taken } from "./transitions.ts"
import type { WriterData } from "./writer.ts"

/** Throws StoreError. */
export async function openRecords(data: WriterData): Promise<Records> {
  const { call, close } = await startThread(data)

  /** Before the commit: a record must never be surer than its body. */
  async function synced(acceptances: readonly Acceptance[]): Promise<void> {
    try {
      await Promise.all(acceptances.map(({ spooled }) => syncBody(spooled, data.bodies)))
    } catch (cause) {
      throw storeError(cause, data.bodies)
    }
  }

  return {
    accept: async (acceptance, reports, leaseUntil = null) => {
      await synced([acceptance, ...reports])
      const taken = await call("accept", acceptance, reports, leaseUntil)
      return taken && leaseOf(acceptance, taken)
    },
    settle: async (lease, settlements, reports, events) => {
      await synced(reports)
      return call("settle", lease.token, settlements, reports, events)
    },
    note: (events, evidence) => call("note", events, evidence),
    lease: (now, limit, span) => call("lease", now, limit, span),
    queued: (limit) => call("queued", limit),
    held: (limit) => call("held", limit),
    show: (transaction) => call("show", transaction),
    retry: (ref, by, now, reason) => call("retry", ref, by, now, reason),
    hold: (ref, by, now, until, reason) => call("hold", ref, by, now, until, reason),
    remove: (ref, by, now, reason) => call("remove", ref, by, now, reason),
    heldCopies: (of) => call("heldCopies", of),
    release: async (copies, decision, expiresAt, notices) => {
      await synced(notices)
      return call("release", copies, decision, expiresAt, notices)
    },
    deny: async (copies, decision, notices) => {
      await synced(notices)
      return call("deny", copies, decision, notices)
    },
    expire: async (copies, now, notices) => {
      await synced(notices)
      return call("expire", copies, now, notices)
    },
    counts: () => call("counts"),
    events: (since, limit) => call("events", since, limit),
    news: () => call("news"),
    tidy: (before, rows) => call("tidy", before, rows),
    isReply: (answer, now) => (answer.messageIds.length === 0 ? Promise.resolve(false) : call("isReply", answer, now)),
    sightings: (sha256s) => call("sightings", sha256s),
    body: (transaction) => call("body", transaction),
    ...people(call),
    ...custody(call, synced),
    policyHead: () => call("policyHead"),
    isPolicyByHand: () => call("isPolicyByHand"),
    policyVersions: (limit, before) => call("policyVersions", limit, before),
    policyVersion: (number) => call("policyVersion", number),
    draftPolicy: (draft) => call("draftPolicy", draft),
    approvePolicy: (number, by, at) => call("approvePolicy", number, by, at),
    withdrawPolicy: (number, by, at) => call("withdrawPolicy", number, by, at),
    workingPolicy: (author) => call("workingPolicy", author),
    workOnPolicy: (working) => call("workOnPolicy", working),
    dropWorkingPolicy: (author, at) => call("dropWorkingPolicy", author, at),
    exceptions: (state, limit, of) => call("exceptions", state, limit, of),
    exception: (id) => call("exception", id),
    requestException: (request, at) => call("requestException", request, at),
    grantException: (id, by, at) => call("grantException", id, by, at),
    denyException: (id, by, at, why) => call("denyException", id, by, at, why),
    endExceptions: (ids, by, at, why) => call("endExceptions", ids, by, at, why),
    remindExceptions: async (ids, at, notices) => {
      await synced(notices)
      return call("remindExceptions", ids, at, notices)
    },
    evidence: (of, limit) => call("evidence", of, limit),
    evidenceOf: (transaction) => call("evidenceOf", transaction),
    auditHead: () => call("auditHead"),
    audit: (anchors) => verifyChain((after, limit) => call("chain", after, limit), anchors),
    noticeVersions: (name, limit) => call("noticeVersions", name, limit),
    editedNotices: () => call("editedNotices"),
    changeNotice: (change) => call("changeNotice", change),
    close,
  }
}

function custody(call: Thread["call"], synced: (mails: readonly Acceptance[]) => Promise<void>): Custody {
  return {
    waiting: (units, now) => call("waiting", units, now),
    heldPage: (units, after, limit) => call("heldPage", units, after, limit),
    queuePage: (domain, after, limit) => call("queuePage", domain, after, limit),
    destinations: () => call("destinations"),
    reroute: (ref, to, decision) => call("reroute", ref, to, decision),
    approve: async (copies, words, decision, notices) => {
      await synced(notices)
      return call("approve", copies, words, decision, notices)
    },
    found: (copies, found, decision) => call("found", copies, found, decision),
    dueCases: (now, limit) => call("dueCases", now, limit),
    escalate: async (due, nextAt, notices, event) => {
      await synced(notices)
      return call("escalate", due, nextAt, notices, event)
    },
    legalHold: (transaction, why, event) => call("legalHold", transaction, why, event),
    offer: async (offer, mail, event) => {
      await synced([mail])
      return call("offer", offer, mail, event)
    },
    appeal: (by) => call("appeal", by),
    appeals: (units, state, limit) => call("appeals", units, state, limit),
    ask: async (proof, asked, notices, event) => {
      await synced(notices)
      return call("ask", proof, asked, notices, event)
    },
    takeBack: async (proof, copies, by, notices) => {
      await synced(notices)
      return call("takeBack", proof, copies, by, notices)
    },
    decideAppeal: async (appeal, word, pass, news) => {
      await synced(news.notices)
      return call("decideAppeal", appeal, word, pass, news)
    },
    dueAppeals: (now, limit) => call("dueAppeals", now, limit),
    escalateAppeal: async (appeal, nextAt, notices, event) => {
      await synced(notices)
      return call("escalateAppeal", appeal, nextAt, notices, event)
    },
    passes: (now) => call("passes", now),
    ballot: (digest) => call("ballot", digest),
    misread: async (digest, most, mails, event) => {
      await synced(mails)
      return call("misread", digest, most, mails, event)
    },
  }
}

function people(call: Thread["call"]): People {
  return {
    accounts: () => call("accounts"),
    account: (by) => call("account", by),
    addAccount: (account, event, onlyFirst) => call("addAccount", account, event, onlyFirst),
    changeAccount: (id, change, event) => call("changeAccount", id, change, event),
    loginFailed: (name, lock, event) => call("loginFailed", name, lock, event),
    loggedIn: (session, event) => call("loggedIn", session, event),
    provenTotp: (session, step, at, event) => call("provenTotp", session, step, at, event),
    provenRecovery: (session, digest, at, event) => call("provenRecovery", session, digest, at, event),
    provenPasskey: (session, at, event) => call("provenPasskey", session, at, event),
    passkeys: (account) => call("passkeys", account),
    passkey: (id) => call("passkey", id),
    addPasskey: (account, passkey, event) => call("addPasskey", account, passkey, event),
    removePasskey: (account, id, event) => call("removePasskey", account, id, event),
    usedPasskey: (id, counter, at) => call("usedPasskey", id, counter, at),
    session: (id) => call("session", id),
    seen: (session, at) => call("seen", session, at),
    sessions: (account) => call("sessions", account),
    endSessions: (ids) => call("endSessions", ids),
    tidyPeople: (openedBefore, now) => call("tidyPeople", openedBefore, now),
    invite: (account, digest, until, event) => call("invite", account, digest, until, event),
    join: (digest, password) => call("join", digest, password),
    invited: (digest, now) => call("invited", digest, now),
  }
}

/** What was just accepted, as `lease` would read it again. Null: every copy waits for somebody. */
function leaseOf(
  { transaction, spooled, bounceable, summary, copies }: Acceptance,
  { lease, ids }: Taken,
): Lease | null {
  const deliveries = copies.flatMap(({ hold, recipient, edits, requireTls, expiresAt }, position): Delivery[] => {
    const id = ids[position]
    if (hold !== null || id === undefined) return []
    const untried = {
      attempts: 0,
      crashes: 0,
      reexamine: false,
      delayNoticed: false,
      dueAt: transaction.at,
      lifted: [],
      route: null,
    }
    return [{ id, recipient, edits, requireTls, expiresAt, ...untried }]
  })
  return deliveries.length === 0 ? null : { ...lease, transaction, spooled, bounceable, summary, deliveries }
}
