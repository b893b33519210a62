-- When something of an entity ends: the soonest instant, in microseconds since 1970. Entities that
-- hold nothing transient have no row.
CREATE TABLE entity_expiry (
  entity INTEGER PRIMARY KEY,   -- entity.pk
  at INTEGER NOT NULL
);

CREATE INDEX entity_expiry_at ON entity_expiry (at);
