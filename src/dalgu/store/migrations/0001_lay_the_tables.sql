-- Short texts that repeat: attribute names, types, devices, shapes of instances.
CREATE TABLE name (
  pk INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
);

-- Current state. A deleted entity keeps its key, because its history stays; its body is NULL.
CREATE TABLE entity (
  pk INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  types TEXT NOT NULL,          -- JSON array of names
  body BLOB,
  UNIQUE (tenant, id)
);

CREATE TABLE entity_type (
  tenant TEXT NOT NULL,
  type INTEGER NOT NULL,        -- name.pk
  entity INTEGER NOT NULL,
  PRIMARY KEY (tenant, type, entity)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE entity_place USING rtree (entity, min_lon, max_lon, min_lat, max_lat);

-- History, clustered by series. `value` is a number, or a BLOB of JSON. `rest` is what else the
-- instance says: a name.pk, or a BLOB of JSON where it hardly repeats. `message` is message.pk, or
-- minus the instant of storing where a value came by another way.
CREATE TABLE series (
  entity INTEGER NOT NULL,
  attribute INTEGER NOT NULL,   -- name.pk; the hub says what the text is
  at INTEGER NOT NULL,          -- microseconds since 1970
  n INTEGER NOT NULL,           -- 0, and more where one instant has several values
  value NOT NULL,
  rest NOT NULL,
  message INTEGER NOT NULL,
  PRIMARY KEY (entity, attribute, at, n)
) WITHOUT ROWID;

-- What came in by the device entrance, as it came.
CREATE TABLE message (
  pk INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  received INTEGER NOT NULL,
  transport INTEGER NOT NULL,   -- name.pk, as are format and device
  format INTEGER NOT NULL,
  device INTEGER NOT NULL,
  packed INTEGER NOT NULL,      -- 1 where the body is compressed (zlib)
  body BLOB NOT NULL,
  refusal TEXT
);
CREATE INDEX message_device ON message (device);
CREATE INDEX message_refused ON message (pk) WHERE refusal IS NOT NULL;

-- What changed, in the order it was committed.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  kind INTEGER NOT NULL,        -- 0 created, 1 updated, 2 deleted
  entity INTEGER NOT NULL,
  attributes TEXT NOT NULL      -- JSON array of names
);
CREATE TABLE reader (
  name TEXT PRIMARY KEY,
  seq INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE record (
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (collection, key)
) WITHOUT ROWID;

-- Append-only books; each digest covers the one before it.
CREATE TABLE ledger (
  ledger TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  body BLOB NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (ledger, seq)
) WITHOUT ROWID;
