/** The step of the schema that brought more ways in: passkeys, accounts of the directory, and by which door a session came. */
export const LOGIN_STEP = `
  CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    -- The COSE number of its algorithm, a colon, the key as SPKI in base64url.
    key TEXT NOT NULL,
    counter INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX passkeys_account ON passkeys (account);
  -- local: a password of ours; directory: LDAP knows who it is and what it may.
  ALTER TABLE accounts ADD COLUMN source TEXT NOT NULL DEFAULT 'local';
  -- password, passkey, directory, single-sign-on
  ALTER TABLE sessions ADD COLUMN door TEXT NOT NULL DEFAULT 'password';
`
