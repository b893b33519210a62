-- Parquet files of days that have left `series`. A file answers for entities whose key lies in
-- (after_entity, to_entity] and whose series is not in `sealed_mask`: all rows of a masked series
-- that lie in the file's range are in `series` again. to_entity is 0 while the file is written.
CREATE TABLE sealed_file (
  pk INTEGER PRIMARY KEY AUTOINCREMENT,   -- never again: its path may still wait for removal
  tenant TEXT NOT NULL,
  since INTEGER NOT NULL,       -- microseconds since 1970; the files of a tenant that answer for
  until INTEGER NOT NULL,       -- an entity never overlap
  path TEXT NOT NULL UNIQUE,    -- within the history folder
  after_entity INTEGER NOT NULL,
  to_entity INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  rules TEXT NOT NULL           -- digest of the retention rules its rows have been through
);
CREATE INDEX sealed_file_until ON sealed_file (until);

CREATE TABLE sealed_mask (
  file INTEGER NOT NULL,        -- sealed_file.pk
  entity INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  PRIMARY KEY (file, entity, attribute)
) WITHOUT ROWID;

-- How many rows of a series the files answer for; a series without any has no row.
CREATE TABLE sealed_series (
  entity INTEGER NOT NULL,
  attribute INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  PRIMARY KEY (entity, attribute)
) WITHOUT ROWID;

-- Files that nothing points to any more; a reader of an older snapshot may still hold them, so the
-- next sealing removes them.
CREATE TABLE sealed_litter (
  path TEXT PRIMARY KEY
) WITHOUT ROWID;
