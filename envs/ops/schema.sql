CREATE TABLE services(
  name TEXT PRIMARY KEY, tier INTEGER NOT NULL, team TEXT NOT NULL, node TEXT NOT NULL REFERENCES nodes(name),
  version TEXT NOT NULL, provider TEXT NOT NULL, certificate_until TEXT NOT NULL
);
CREATE TABLE nodes(name TEXT PRIMARY KEY, disk_mb INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('in service', 'drained')), serial INTEGER NOT NULL);
CREATE TABLE files(node TEXT NOT NULL REFERENCES nodes(name), path TEXT NOT NULL, mb INTEGER NOT NULL, days_old INTEGER NOT NULL, PRIMARY KEY (node, path));
CREATE TABLE deploys(service TEXT NOT NULL, version TEXT NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (service, version));
CREATE TABLE settings(service TEXT NOT NULL, key TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (service, key));
CREATE TABLE flags(name TEXT PRIMARY KEY, service TEXT NOT NULL, enabled INTEGER NOT NULL, changed_at TEXT NOT NULL);
CREATE INDEX flags_by_service ON flags(service);
CREATE TABLE logs(id INTEGER PRIMARY KEY, service TEXT NOT NULL, at TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX logs_by_service ON logs(service);
CREATE TABLE runbooks(name TEXT PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE freezes(service TEXT PRIMARY KEY, until TEXT NOT NULL, owner TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE conditions(
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, component TEXT NOT NULL, good TEXT NOT NULL, log TEXT NOT NULL, began TEXT NOT NULL, ended TEXT
);
CREATE TABLE alerts(
  id TEXT PRIMARY KEY, service TEXT NOT NULL, name TEXT NOT NULL, severity TEXT NOT NULL, fired_at TEXT NOT NULL,
  acknowledged INTEGER NOT NULL DEFAULT 0, silenced_min INTEGER NOT NULL DEFAULT 0,
  escalated INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE incidents(
  id TEXT PRIMARY KEY, severity TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL, component TEXT NOT NULL, root_cause TEXT NOT NULL, summary TEXT NOT NULL
);
CREATE TABLE pages(id INTEGER PRIMARY KEY, team TEXT NOT NULL, component TEXT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE restarts(service TEXT PRIMARY KEY);
CREATE TABLE approvals(service TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (service, owner));
