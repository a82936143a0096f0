-- Times are RFC 3339 in UTC with microseconds, so they sort as text. A limit of 0 means "no limit".
-- States, verdicts, phases and classes are the names of proto/bench/v1/model.proto. A measured
-- value that is not known is NULL.

CREATE TABLE campaigns (
  id               TEXT PRIMARY KEY,
  request_id       TEXT UNIQUE,              -- the client's, so that a repeated submit is one campaign
  name             TEXT NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('RUNNING', 'DONE', 'CANCELLED')),
  held_by          TEXT NOT NULL CHECK (held_by IN ('bench-controller', 'benchctl')),
                                             -- 'benchctl': lives and dies with that process
  cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
  created_at       TEXT NOT NULL,
  finished_at      TEXT,
  sensor           TEXT NOT NULL,            -- as asked for; runs.sensor_kind says which it was
  profile          TEXT NOT NULL,
  actions_regex    TEXT NOT NULL,
  method           TEXT NOT NULL,
  precision_ratio  REAL NOT NULL,
  repeats          INTEGER NOT NULL,
  spec             TEXT NOT NULL CHECK (json_valid(spec))  -- all that was asked for
) STRICT;
CREATE INDEX campaigns_by_created ON campaigns (created_at);

CREATE TABLE campaign_tags (
  campaign_id TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  key         TEXT NOT NULL,
  value       TEXT NOT NULL,
  PRIMARY KEY (campaign_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_tags_by_value ON campaign_tags (key, value);

CREATE TABLE nodes (
  name          TEXT PRIMARY KEY,
  labels        TEXT NOT NULL CHECK (json_valid(labels)),
  kernel        TEXT NOT NULL,
  cpus          INTEGER NOT NULL,
  memory_bytes  INTEGER NOT NULL,
  version       TEXT NOT NULL,
  registered_at TEXT NOT NULL,               -- the first time
  last_seen_at  TEXT NOT NULL                -- when it registered or took a run
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  id               TEXT PRIMARY KEY,
  campaign_id      TEXT NOT NULL REFERENCES campaigns (id) ON DELETE CASCADE,
  position         INTEGER NOT NULL,         -- place in the queue, over all campaigns
  state            TEXT NOT NULL
                   CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
  cpu_millis       INTEGER NOT NULL,
  memory_bytes     INTEGER NOT NULL,
  repeat           INTEGER NOT NULL,
  wanted_node      TEXT NOT NULL,            -- '' = any
  node             TEXT NOT NULL,            -- who runs it, or ran it last
  attempt          INTEGER NOT NULL,
  max_attempts     INTEGER NOT NULL,
  epoch            INTEGER NOT NULL,         -- of the lease; an older one is refused
  cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
  reason           TEXT NOT NULL,            -- of the last failure or cancellation
  created_at       TEXT NOT NULL,
  started_at       TEXT,                     -- of the last attempt
  finished_at      TEXT,
  duration_sec     REAL,                     -- of the last attempt

  sensor_kind      TEXT,                     -- 'falco', 'reference', 'simulated'
  sensor_version   TEXT,
  sensor_driver    TEXT,

  verdict           TEXT,
  limited_by        TEXT,
  limited_by_detail TEXT,
  message           TEXT,
  flags             TEXT CHECK (flags IS NULL OR json_valid(flags)),
  confirmed_trials  INTEGER,
  sustainable_syscalls_per_sec REAL,         -- the highest rate confirmed without loss
  sustainable_events_per_sec   REAL,
  sustainable_actions_per_sec  REAL,
  sustainable_alerts_per_sec   REAL,
  upper_syscalls_per_sec       REAL,         -- the lowest rate that was rejected
  upper_events_per_sec         REAL,
  upper_actions_per_sec        REAL,
  upper_alerts_per_sec         REAL,

  usage_cpu_cores           REAL,            -- of the sensor, at the sustainable rate
  usage_cpu_throttled_ratio REAL,
  usage_peak_memory_bytes   INTEGER,
  baseline_events_per_sec   REAL,
  baseline_drops            INTEGER,
  baseline_lag_median_ms    REAL,
  calibration               TEXT CHECK (calibration IS NULL OR json_valid(calibration))
) STRICT;
CREATE INDEX runs_by_campaign ON runs (campaign_id, state);
CREATE INDEX runs_by_node ON runs (node, finished_at);
CREATE INDEX runs_unfinished ON runs (position) WHERE state IN ('QUEUED', 'RUNNING');

-- Which reports of a running run are stored already: the same one again changes nothing.
CREATE TABLE reports (
  run_id      TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  epoch       INTEGER NOT NULL,
  sequence    INTEGER NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (run_id, epoch, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE manifests (
  run_id         TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  attempt        INTEGER NOT NULL,
  hostname       TEXT NOT NULL,
  kernel         TEXT NOT NULL,
  cpu_model      TEXT NOT NULL,
  cpus           INTEGER NOT NULL,
  memory_bytes   INTEGER NOT NULL,
  cgroup_version TEXT NOT NULL,
  virtualization TEXT NOT NULL,
  governor       TEXT NOT NULL,
  sensor_kind    TEXT NOT NULL,
  sensor_version TEXT NOT NULL,
  sensor_driver  TEXT NOT NULL,
  ring_bytes     INTEGER NOT NULL,           -- of one ring buffer
  cpus_per_ring  INTEGER NOT NULL,
  generators     INTEGER NOT NULL,           -- processes
  generator_cpus TEXT NOT NULL,
  sensor_cpus    TEXT NOT NULL,
  tool_version   TEXT NOT NULL,
  git_commit     TEXT NOT NULL,
  sensor_command TEXT NOT NULL,
  extra          TEXT NOT NULL CHECK (json_valid(extra))
) STRICT, WITHOUT ROWID;

CREATE TABLE trials (
  trial_id                  INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order they were stored
  run_id                    TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  attempt                   INTEGER NOT NULL,
  number                    INTEGER NOT NULL,    -- from 1 within an attempt
  phase                     TEXT NOT NULL,
  class                     TEXT NOT NULL,
  reason                    TEXT NOT NULL,       -- why this class, with the figures
  stopped_early             INTEGER NOT NULL CHECK (stopped_early IN (0, 1)),
  started_at                TEXT,
  duration_sec              REAL,
  offered_syscalls_per_sec  REAL,
  offered_events_per_sec    REAL,
  offered_actions_per_sec   REAL,
  offered_alerts_per_sec    REAL,
  achieved_syscalls_per_sec REAL,
  achieved_events_per_sec   REAL,
  achieved_actions_per_sec  REAL,
  achieved_alerts_per_sec   REAL,
  events                    INTEGER NOT NULL,    -- dropped ones included
  drops                     INTEGER NOT NULL,
  loss_ratio                REAL,
  alerts_received           INTEGER NOT NULL,
  alerts_expected           REAL,
  lag_median_ms             REAL,
  lag_p95_ms                REAL,
  lag_peak_ms               REAL,
  lag_late_share            REAL,
  lag_slope_ms_per_sec      REAL,
  cpu_cores                 REAL,                -- of the sensor
  cpu_throttled_ratio       REAL,
  sensor_max_thread_cores   REAL,
  memory_bytes              INTEGER NOT NULL,    -- the sensor's peak in this trial
  generator_cpu_cores       REAL,
  generator_max_lateness_ms REAL,
  host_max_stall_ms         REAL,
  UNIQUE (run_id, attempt, number)
) STRICT;
CREATE INDEX trials_by_run ON trials (run_id, trial_id);

-- Readings inside trials. A trial that was cut off by its worker's end has samples but no row above.
CREATE TABLE samples (
  run_id          TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  attempt         INTEGER NOT NULL,
  trial_number    INTEGER NOT NULL,
  at_sec          REAL NOT NULL,             -- since the trial's start
  events          INTEGER NOT NULL,          -- cumulative since the trial's start, as drops,
  drops           INTEGER NOT NULL,          -- issued_syscalls and alerts
  issued_syscalls INTEGER NOT NULL,
  alerts          INTEGER NOT NULL,
  lag_ms          REAL,                      -- NULL: no alert came since the last sample
  cpu_cores       REAL,                      -- since the last sample
  memory_bytes    INTEGER NOT NULL,
  PRIMARY KEY (run_id, attempt, trial_number, at_sec)
) STRICT, WITHOUT ROWID;

-- What most questions are about, one line a run.
CREATE VIEW results AS
  SELECT campaigns.name AS campaign, runs.campaign_id, runs.id AS run_id, runs.node,
         runs.cpu_millis, runs.memory_bytes / 1048576.0 AS memory_mib, runs.repeat, runs.state,
         runs.sensor_kind, runs.sensor_version, campaigns.profile, runs.verdict, runs.limited_by,
         runs.sustainable_syscalls_per_sec, runs.upper_syscalls_per_sec,
         runs.sustainable_events_per_sec, runs.sustainable_actions_per_sec,
         runs.sustainable_alerts_per_sec, runs.usage_cpu_cores,
         runs.usage_peak_memory_bytes / 1048576.0 AS peak_memory_mib, runs.duration_sec,
         runs.finished_at
    FROM runs JOIN campaigns ON campaigns.id = runs.campaign_id;
