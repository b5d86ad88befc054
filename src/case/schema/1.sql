-- One row a run of `check`; a run that was killed or interrupted is taken up by the next.
CREATE TABLE runs (
  run       INTEGER PRIMARY KEY,
  state     TEXT NOT NULL,      -- open, interrupted, finished
  as_of     TEXT NOT NULL,
  version   TEXT NOT NULL,
  key_id    TEXT NOT NULL,
  watchlist TEXT NOT NULL,      -- keyed digest of the watchlist
  reading   TEXT NOT NULL,      -- keyed digest of everything that decides what can be read
  limits    TEXT NOT NULL       -- JSON
) STRICT;

-- The ledger: what was read. `top_id` is the source as given, of nested ones and of itself.
CREATE TABLE sources (
  top_id    TEXT NOT NULL,
  source_id TEXT NOT NULL,
  name      TEXT NOT NULL,
  path      TEXT,               -- where it lay; of sources as given only
  replaced_by TEXT,             -- the source that lies there now
  status    TEXT NOT NULL,      -- complete, partial, unreadable
  first_run INTEGER NOT NULL,
  last_run  INTEGER NOT NULL,   -- the last run that read it
  watchlist TEXT,               -- what it was read with; of sources as given only
  reading   TEXT,
  is_done   INTEGER NOT NULL,   -- 1 if reading it again with the same settings can tell nothing new
  totals    TEXT,               -- JSON, a `summary`; of sources as given only
  record    TEXT NOT NULL,      -- JSON
  PRIMARY KEY (top_id, source_id)
) STRICT;

CREATE INDEX sources_by_path ON sources (path);

CREATE TABLE issues (
  top_id    TEXT NOT NULL,
  source_id TEXT NOT NULL,
  code      TEXT NOT NULL,
  record    TEXT NOT NULL
) STRICT;
CREATE INDEX issues_of_source ON issues (top_id);

CREATE TABLE machines (
  machine_id  TEXT NOT NULL,
  top_id      TEXT NOT NULL,
  source_id   TEXT NOT NULL,
  log         TEXT NOT NULL,
  family      TEXT,
  infected_at TEXT,
  record      TEXT NOT NULL,
  PRIMARY KEY (machine_id, top_id)
) STRICT;
CREATE INDEX machines_of_source ON machines (top_id);

CREATE TABLE exposures (
  exposure_id      TEXT PRIMARY KEY,
  organisation     TEXT NOT NULL,
  kind             TEXT NOT NULL,
  matched_entry    TEXT NOT NULL,
  matched_on       TEXT NOT NULL,
  identity_class   TEXT NOT NULL,
  class_reason     TEXT NOT NULL,
  app_class        TEXT NOT NULL,
  severity         TEXT NOT NULL,
  severity_reasons TEXT NOT NULL, -- JSON list
  actions          TEXT NOT NULL, -- JSON list
  record_id        TEXT,          -- credential_id, cookie_id, autofill_id, machine_id
  host             TEXT,
  username         TEXT,
  fingerprint      TEXT,
  machine_id       TEXT,
  top_id           TEXT NOT NULL, -- where `record` was read
  source_id        TEXT NOT NULL,
  position         INTEGER NOT NULL, -- among the exposures that were read there
  first_seen       TEXT NOT NULL,
  last_seen        TEXT NOT NULL,
  first_run        INTEGER NOT NULL,
  gone_run         INTEGER,       -- the run that no longer found it
  returned_run     INTEGER,       -- the run that found it again
  record           TEXT NOT NULL
) STRICT;
CREATE INDEX exposures_by_record ON exposures (record_id);

-- Every place where an exposure stands; `count` times in that source.
CREATE TABLE sightings (
  exposure_id TEXT NOT NULL,
  top_id      TEXT NOT NULL,
  source_id   TEXT NOT NULL,
  entry       TEXT NOT NULL,
  line        INTEGER,
  count       INTEGER NOT NULL,
  first_run   INTEGER NOT NULL,
  PRIMARY KEY (exposure_id, top_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sightings_of_source ON sightings (top_id);

-- What was decided about exposures, the last row of each counts.
CREATE TABLE triage (
  id          INTEGER PRIMARY KEY,
  exposure_id TEXT NOT NULL,
  run         INTEGER NOT NULL,   -- the last run before the decision
  at          TEXT NOT NULL,
  user        TEXT NOT NULL,
  status      TEXT NOT NULL,      -- open, remediated, ignored
  note        TEXT
) STRICT;
CREATE INDEX triage_of_exposure ON triage (exposure_id);
