CREATE TABLE customers(id TEXT PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL, birth_date TEXT NOT NULL);
CREATE TABLE plans(
  id TEXT PRIMARY KEY, name TEXT NOT NULL, data_mb INTEGER NOT NULL, gb_cents INTEGER NOT NULL,
  roaming_day_cents INTEGER NOT NULL, apn TEXT NOT NULL, mmsc TEXT NOT NULL
);
CREATE TABLE lines(
  id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers(id), number TEXT NOT NULL UNIQUE,
  plan_id TEXT NOT NULL REFERENCES plans(id), status TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  suspended_for TEXT NOT NULL CHECK (suspended_for IN ('', 'customer_request', 'overdue_bill', 'lost', 'stolen')),
  region TEXT NOT NULL, abroad INTEGER NOT NULL, roaming INTEGER NOT NULL, used_mb INTEGER NOT NULL,
  refilled_mb INTEGER NOT NULL, registration TEXT NOT NULL CHECK (registration IN ('registered', 'stuck', 'reset')),
  port_fault INTEGER NOT NULL
);
CREATE INDEX lines_by_customer ON lines(customer_id);
CREATE TABLE bills(id TEXT PRIMARY KEY, line_id TEXT NOT NULL REFERENCES lines(id), cents INTEGER NOT NULL, due TEXT NOT NULL, paid INTEGER NOT NULL);
CREATE INDEX bills_by_line ON bills(line_id);
CREATE TABLE outages(id TEXT PRIMARY KEY, region TEXT NOT NULL, since TEXT NOT NULL, expected_end TEXT NOT NULL, cause TEXT NOT NULL);
CREATE TABLE phones(
  line_id TEXT PRIMARY KEY REFERENCES lines(id), model TEXT NOT NULL, airplane_mode INTEGER NOT NULL, mobile_data INTEGER NOT NULL,
  wifi INTEGER NOT NULL, data_roaming INTEGER NOT NULL, data_saver INTEGER NOT NULL, vpn INTEGER NOT NULL,
  network_mode TEXT NOT NULL, apn TEXT NOT NULL, apn_in_use TEXT NOT NULL, mmsc TEXT NOT NULL,
  sim TEXT NOT NULL CHECK (sim IN ('in', 'loose', 'broken')), sim_reseated INTEGER NOT NULL, erased INTEGER NOT NULL
);
CREATE TABLE permissions(
  line_id TEXT NOT NULL REFERENCES lines(id), app TEXT NOT NULL, permission TEXT NOT NULL, granted INTEGER NOT NULL,
  PRIMARY KEY (line_id, app, permission)
);
CREATE TABLE resets(line_id TEXT PRIMARY KEY REFERENCES lines(id));
CREATE TABLE charges(id INTEGER PRIMARY KEY, line_id TEXT NOT NULL REFERENCES lines(id), cents INTEGER NOT NULL, what TEXT NOT NULL);
CREATE TABLE sim_orders(id INTEGER PRIMARY KEY, line_id TEXT NOT NULL REFERENCES lines(id), reason TEXT NOT NULL);
CREATE TABLE notices(line_id TEXT NOT NULL REFERENCES lines(id), outage_id TEXT NOT NULL REFERENCES outages(id), PRIMARY KEY (line_id, outage_id));
CREATE TABLE handoffs(id INTEGER PRIMARY KEY, line_id TEXT NOT NULL REFERENCES lines(id), reason TEXT NOT NULL, summary TEXT NOT NULL);
