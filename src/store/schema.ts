/** The tables, how they came to be, and the database opened as durably as SQLite can. */
import { DatabaseSync } from "node:sqlite"
import { StoreError } from "./error.ts"
import { BALLOT_STEP } from "./ballots.ts"
import { LOGIN_STEP } from "./login-step.ts"
import { NOTICE_STEP, POLICY_STEP, WORKING_STEP } from "./policy-step.ts"

export type Mode = "serve" | "command"

/**
 * One step a version, never changed once released. A copy is `queued` or `held`; `set-aside` when its record or body cannot be
 * read; else it is final, and the word says how: delivered, failed, bounced, denied, removed, expired.
 */
export const STEPS: readonly string[] = [
  `
  CREATE TABLE messages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    received_at INTEGER NOT NULL,
    client TEXT NOT NULL,
    envelope TEXT NOT NULL,
    summary TEXT NOT NULL,
    verdicts TEXT NOT NULL,
    -- The distinct lists of edits; a copy has the position of its own.
    edits TEXT NOT NULL,
    bounceable INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    eight_bit INTEGER NOT NULL,
    -- Null, all three, as soon as no copy needs them. The body comes last: lists need not read past it.
    key BLOB,
    file TEXT,
    body BLOB
  ) STRICT;
  CREATE INDEX messages_file ON messages (file) WHERE file IS NOT NULL;

  CREATE TABLE copies (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES messages (number),
    recipient TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    edits INTEGER NOT NULL,
    require_tls INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    lease_token TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    ready_at INTEGER NOT NULL GENERATED ALWAYS AS (max(due_at, lease_until)) VIRTUAL,
    reexamine INTEGER NOT NULL DEFAULT 0,
    delay_noticed INTEGER NOT NULL DEFAULT 0,
    hold TEXT,
    hold_until INTEGER,
    last_outcome TEXT
  ) STRICT;
  CREATE INDEX copies_message ON copies (message);
  CREATE INDEX copies_ready ON copies (ready_at) WHERE state = 'queued';
  CREATE INDEX copies_held ON copies (hold_until) WHERE state = 'held';
  CREATE INDEX copies_set_aside ON copies (id) WHERE state = 'set-aside';

  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    "transaction" TEXT,
    recipient TEXT,
    "by" TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_transaction ON events ("transaction") WHERE "transaction" IS NOT NULL;
  `,
  `
  -- Who wrote what to which mailbox of ours. A message is the SHA-256 of its Message-ID.
  CREATE TABLE threads (
    id INTEGER PRIMARY KEY,
    mailbox TEXT NOT NULL,
    correspondent TEXT NOT NULL,
    message BLOB NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (mailbox, correspondent, message)
  ) STRICT;
  CREATE INDEX threads_at ON threads (at);
  `,
  `
  ALTER TABLE copies ADD COLUMN bulk INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE copies ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;
  -- 0 ordinary, 1 bulk, 2 suspect: the gateway broke twice while it was under way.
  ALTER TABLE copies ADD COLUMN lane INTEGER GENERATED ALWAYS AS (CASE WHEN crashes > 1 THEN 2 ELSE bulk END) VIRTUAL;
  DROP INDEX copies_ready;
  CREATE INDEX copies_ready ON copies (lane, ready_at) WHERE state = 'queued';
  CREATE INDEX copies_leased ON copies (id) WHERE lease_token IS NOT NULL;

  -- Counting a million copies takes long enough to be felt.
  CREATE TABLE tallies (state TEXT PRIMARY KEY, copies INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO tallies VALUES ('queued', (SELECT count(*) FROM copies WHERE state = 'queued')),
    ('held', (SELECT count(*) FROM copies WHERE state = 'held'));
  CREATE TRIGGER copies_come AFTER INSERT ON copies BEGIN
    UPDATE tallies SET copies = copies + 1 WHERE state = new.state;
  END;
  CREATE TRIGGER copies_turn AFTER UPDATE OF state ON copies WHEN old.state <> new.state BEGIN
    UPDATE tallies SET copies = copies - 1 WHERE state = old.state;
    UPDATE tallies SET copies = copies + 1 WHERE state = new.state;
  END;
  CREATE TRIGGER copies_go AFTER DELETE ON copies BEGIN
    UPDATE tallies SET copies = copies - 1 WHERE state = old.state;
  END;
  `,
  `
  -- Null on rows of earlier versions.
  ALTER TABLE messages ADD COLUMN seal TEXT;
  ALTER TABLE copies ADD COLUMN seal TEXT;
  `,
  `
  -- Who works in the console.
  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    mail TEXT,
    grants TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_login_at INTEGER,
    password TEXT,
    password_at INTEGER,
    earlier TEXT NOT NULL DEFAULT '[]',
    totp TEXT,
    totp_step INTEGER NOT NULL DEFAULT 0,
    recovery TEXT NOT NULL DEFAULT '[]',
    failures INTEGER NOT NULL DEFAULT 0,
    locked_until INTEGER,
    disabled_at INTEGER
  ) STRICT;
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id),
    stage TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    client TEXT NOT NULL,
    agent TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sessions_account ON sessions (account);
  CREATE TABLE invitations (
    account INTEGER PRIMARY KEY REFERENCES accounts (id),
    digest TEXT NOT NULL UNIQUE,
    until INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- What waits for people. A copy's unit and due time stand in its hold.
  ALTER TABLE copies ADD COLUMN lifted TEXT;
  ALTER TABLE copies ADD COLUMN route TEXT;
  ALTER TABLE copies ADD COLUMN unit TEXT
    GENERATED ALWAYS AS (CASE WHEN json_valid(hold) THEN json_extract(hold, '$.care.unit') END) VIRTUAL;
  ALTER TABLE copies ADD COLUMN care_due INTEGER GENERATED ALWAYS AS
    (CASE WHEN json_valid(hold) THEN coalesce(json_extract(hold, '$.care.due'), hold_until) ELSE hold_until END) VIRTUAL;
  CREATE INDEX copies_care ON copies (care_due, id) WHERE state = 'held';
  CREATE INDEX copies_unit ON copies (unit, care_due, id) WHERE state = 'held';

  CREATE TABLE approvals (
    copy INTEGER NOT NULL REFERENCES copies (id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (copy, rule, "by")
  ) STRICT, WITHOUT ROWID;
  -- One message is one case, however many copies wait.
  CREATE TABLE cases (
    message INTEGER PRIMARY KEY REFERENCES messages (number) ON DELETE CASCADE,
    -- Whom the chain of approvers has asked so far, and when the next are; null: all were.
    stage INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    legal_hold TEXT
  ) STRICT;
  CREATE INDEX cases_next ON cases (next_at) WHERE next_at IS NOT NULL;
  INSERT INTO cases (message) SELECT DISTINCT message FROM copies WHERE state = 'held';
  CREATE TRIGGER cases_come AFTER INSERT ON copies WHEN new.state = 'held' BEGIN
    INSERT INTO cases (message, next_at) VALUES (new.message, new.care_due)
      ON CONFLICT (message) DO UPDATE SET next_at = min(coalesce(next_at, excluded.next_at), excluded.next_at);
  END;
  CREATE TRIGGER cases_turn AFTER UPDATE OF state ON copies WHEN old.state <> 'held' AND new.state = 'held' BEGIN
    INSERT INTO cases (message, next_at) VALUES (new.message, new.care_due)
      ON CONFLICT (message) DO UPDATE SET stage = 0, next_at = excluded.next_at;
  END;
  CREATE TRIGGER cases_go AFTER UPDATE OF state ON copies WHEN old.state = 'held' AND new.state <> 'held' BEGIN
    DELETE FROM approvals WHERE copy = old.id;
    DELETE FROM cases WHERE message = old.message AND legal_hold IS NULL
      AND NOT EXISTS (SELECT 1 FROM copies WHERE message = old.message AND state = 'held');
  END;

  CREATE TABLE appeals (
    "transaction" TEXT NOT NULL,
    mailbox TEXT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT,
    digest TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL,
    until INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    -- offered · requested · withdrawn · approved · denied · lapsed
    state TEXT NOT NULL DEFAULT 'offered',
    refused TEXT,
    category TEXT,
    reason TEXT,
    asked_at INTEGER,
    approvals TEXT NOT NULL DEFAULT '[]',
    stage INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER,
    PRIMARY KEY ("transaction", mailbox)
  ) STRICT;
  CREATE INDEX appeals_state ON appeals (state, asked_at);
  CREATE INDEX appeals_next ON appeals (next_at) WHERE next_at IS NOT NULL;

  -- A resend of what was refused may pass once: the same words and files, of this sender, to these recipients, by these rules.
  CREATE TABLE passes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "transaction" TEXT NOT NULL,
    content TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    rules TEXT NOT NULL,
    until INTEGER NOT NULL,
    used_at INTEGER
  ) STRICT;
  CREATE INDEX passes_live ON passes (until) WHERE used_at IS NULL;
  `,
  `
  -- Files that came with a message, also inside others; gone with its record.
  CREATE TABLE files (
    message INTEGER NOT NULL REFERENCES messages (number) ON DELETE CASCADE,
    sha256 BLOB NOT NULL,
    at TEXT NOT NULL,
    name TEXT NOT NULL
  ) STRICT;
  CREATE INDEX files_sha256 ON files (sha256);
  CREATE INDEX files_message ON files (message);
  `,
  POLICY_STEP,
  WORKING_STEP,
  NOTICE_STEP,
  LOGIN_STEP,
  BALLOT_STEP,
]

/** `file` exists. Throws StoreError for a version that is not ours to use, SQLite's own errors otherwise. */
export function openDatabase(file: string, mode: Mode, steps: readonly string[]): DatabaseSync {
  // The timeout comes before journal_mode: changing that needs the lock.
  const db = new DatabaseSync(file, { timeout: 5_000 })
  try {
    const found = versionOf(db)
    if (found > steps.length) throw wrongVersion("newer", file, found, steps.length)
    if (found < steps.length && mode === "command") throw wrongVersion("older", file, found, steps.length)
    db.exec(`
      PRAGMA page_size = 8192;
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA secure_delete = ON;
      PRAGMA foreign_keys = ON;
      PRAGMA temp_store = MEMORY;
      PRAGMA cache_size = -65536;
      PRAGMA wal_autocheckpoint = 4096;
      PRAGMA journal_size_limit = 67108864;
    `)
    migrate(db, steps)
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}

/** All missing steps in one transaction: a store is of the old version or of the new one, never between. */
function migrate(db: DatabaseSync, steps: readonly string[]): void {
  if (versionOf(db) === steps.length) return
  db.exec("BEGIN EXCLUSIVE")
  try {
    for (const step of steps.slice(versionOf(db))) db.exec(step)
    db.exec(`PRAGMA user_version = ${steps.length}; COMMIT`)
  } catch (cause) {
    if (db.isTransaction) db.exec("ROLLBACK")
    throw cause
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"])
}

function wrongVersion(fault: "newer" | "older", file: string, found: number, known: number): StoreError {
  const advice =
    fault === "newer" ? "use the program that wrote it, or a later one" : "start the gateway once, it brings it forward"
  return new StoreError(fault, `store ${file} has version ${found}, this program knows version ${known}: ${advice}`)
}
