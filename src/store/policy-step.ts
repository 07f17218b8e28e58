/** The step of the schema that brought the policy's life: versions, exceptions, kept evidence, and links of the audit trail. */
export const POLICY_STEP = `
  -- Null on records of before the chain.
  ALTER TABLE events ADD COLUMN chain TEXT;
  -- What retention took, a row a day: the chain goes on from its last link.
  CREATE TABLE tombstones (
    day INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    count INTEGER NOT NULL,
    chain TEXT NOT NULL,
    seal TEXT NOT NULL
  ) STRICT;

  -- Facts of verdicts; seq is that of the first event they belong to.
  CREATE TABLE evidence (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    "transaction" TEXT NOT NULL,
    facts TEXT NOT NULL
  ) STRICT;

  -- Texts and registries of units, by their SHA-256, compressed.
  CREATE TABLE parts (hash TEXT PRIMARY KEY, text BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE versions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL REFERENCES parts (hash),
    registry TEXT NOT NULL REFERENCES parts (hash),
    -- waiting, published, withdrawn
    state TEXT NOT NULL,
    kind TEXT NOT NULL,
    base INTEGER,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    origin TEXT,
    drafted_at INTEGER NOT NULL,
    loosens INTEGER NOT NULL,
    changes TEXT NOT NULL,
    approver TEXT,
    published_at INTEGER
  ) STRICT;
  CREATE INDEX versions_published ON versions (number) WHERE state = 'published';

  CREATE TABLE exceptions (
    id TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    owner TEXT NOT NULL,
    unit TEXT NOT NULL,
    scope TEXT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT,
    mail TEXT,
    -- requested, granted, denied, ended
    state TEXT NOT NULL,
    requester TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    approver TEXT,
    granted_at INTEGER,
    -- The first version that has it, and the first that has it no more.
    since INTEGER,
    until INTEGER,
    uses INTEGER NOT NULL DEFAULT 0,
    last_used_at INTEGER,
    reminded_at INTEGER,
    ended_at INTEGER,
    ended_by TEXT,
    ended_why TEXT
  ) STRICT;
  CREATE INDEX exceptions_state ON exceptions (state, requested_at);
  `

/** The step that brought texts which people work on. */
export const WORKING_STEP = `
  CREATE TABLE working (
    author TEXT PRIMARY KEY,
    document BLOB NOT NULL,
    base INTEGER,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `

/** The step that brought notices whose words somebody changed; a null template is the shipped one again. */
export const NOTICE_STEP = `
  CREATE TABLE notices (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    template TEXT,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX notices_name ON notices (name, number);
  `
