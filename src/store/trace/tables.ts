/** The index's own database. Of another version, or damaged, it is thrown away: the records tell everything again. */
import { existsSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"

const VERSION = 2

const TABLES = `
  CREATE TABLE progress (seq INTEGER NOT NULL) STRICT;
  INSERT INTO progress VALUES (0);

  CREATE TABLE found (
    row INTEGER PRIMARY KEY,
    tx TEXT NOT NULL,
    at INTEGER NOT NULL,
    sender TEXT,
    recipient TEXT NOT NULL,
    sender_domain TEXT,
    recipient_domain TEXT,
    direction TEXT,
    outcome TEXT NOT NULL,
    stage TEXT NOT NULL,
    subject TEXT,
    size INTEGER,
    rules TEXT NOT NULL,
    sender_unit TEXT,
    recipient_unit TEXT,
    -- What the policy said of it when it came, where that was more than to deliver.
    judged TEXT
  ) STRICT;
  CREATE UNIQUE INDEX found_tx ON found (tx, recipient);
  CREATE INDEX found_at ON found (at);
  CREATE INDEX found_sender ON found (sender) WHERE sender IS NOT NULL;
  CREATE INDEX found_recipient ON found (recipient);
  CREATE INDEX found_sender_domain ON found (sender_domain) WHERE sender_domain IS NOT NULL;
  CREATE INDEX found_recipient_domain ON found (recipient_domain) WHERE recipient_domain IS NOT NULL;
  CREATE INDEX found_outcome ON found (outcome);
  CREATE INDEX found_sender_unit ON found (sender_unit) WHERE sender_unit IS NOT NULL;
  CREATE INDEX found_recipient_unit ON found (recipient_unit) WHERE recipient_unit IS NOT NULL;

  CREATE TABLE by_rule (rule TEXT, row INTEGER, PRIMARY KEY (rule, row)) STRICT, WITHOUT ROWID;
  CREATE TABLE by_file (sha256 BLOB, row INTEGER, PRIMARY KEY (sha256, row)) STRICT, WITHOUT ROWID;
  CREATE INDEX by_file_row ON by_file (row);
  CREATE TABLE by_finding (finding TEXT, row INTEGER, PRIMARY KEY (finding, row)) STRICT, WITHOUT ROWID;
  CREATE INDEX by_finding_row ON by_finding (row);
  CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, detail = 'column');

  CREATE TABLE figures (
    hour INTEGER, unit TEXT, direction TEXT, kind TEXT, rule TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (hour, unit, direction, kind, rule)
  ) STRICT, WITHOUT ROWID;
  -- The same by the day of UTC: of a long period the whole days are read here.
  CREATE TABLE days (
    day INTEGER, unit TEXT, direction TEXT, kind TEXT, rule TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (day, unit, direction, kind, rule)
  ) STRICT, WITHOUT ROWID;
  -- How the messages of an hour stand now: each is counted once, as a list of messages finds it.
  CREATE TABLE outcomes (
    hour INTEGER, unit TEXT, direction TEXT, outcome TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (hour, unit, direction, outcome)
  ) STRICT, WITHOUT ROWID;
  -- Who turned out to have a file that was named bad later.
  CREATE TABLE looked_back (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, row INTEGER NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL,
    received TEXT NOT NULL, state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX looked_back_at ON looked_back (at);
`

export function openTrace(file: string): DatabaseSync {
  try {
    return openTables(file)
  } catch {
    for (const name of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(name)) rmSync(name)
    return openTables(file)
  }
}

function openTables(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 })
  try {
    // What a power cut takes is told again: NORMAL keeps it whole, and syncs the disk only at checkpoints.
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;
      PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 67108864`)
    const found = Number(db.prepare("PRAGMA user_version").get()?.["user_version"])
    if (found === VERSION) return db
    if (found !== 0) throw new Error("another version")
    db.exec(`BEGIN; ${TABLES}; PRAGMA user_version = ${VERSION}; COMMIT`)
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}
