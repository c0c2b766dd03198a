CREATE TABLE countries(code TEXT PRIMARY KEY, name TEXT, currency TEXT, region TEXT) WITHOUT ROWID;
CREATE TABLE employees(id TEXT PRIMARY KEY, name TEXT, department TEXT, salary_cents INTEGER) WITHOUT ROWID;
CREATE INDEX employees_by_name ON employees(name);
CREATE TABLE customers(
  id TEXT PRIMARY KEY, name TEXT, email TEXT, country TEXT REFERENCES countries(code), segment TEXT, status TEXT,
  created_on TEXT, account_manager TEXT REFERENCES employees(id), merged_into TEXT REFERENCES customers(id),
  closed_on TEXT, tax_number TEXT
) WITHOUT ROWID;
CREATE INDEX customers_by_account_manager ON customers(account_manager);
CREATE INDEX customers_by_merged_into ON customers(merged_into);
CREATE TABLE products(id TEXT PRIMARY KEY, name TEXT, category TEXT, list_price_cents INTEGER) WITHOUT ROWID;
CREATE TABLE orders(
  id TEXT PRIMARY KEY, customer_id TEXT NOT NULL REFERENCES customers(id), placed_on TEXT, status TEXT, currency TEXT,
  region TEXT, batch TEXT
) WITHOUT ROWID;
CREATE INDEX orders_by_customer ON orders(customer_id);
CREATE INDEX orders_by_batch ON orders(batch);
CREATE TABLE order_lines(
  order_id TEXT REFERENCES orders(id), line INTEGER, product_id TEXT REFERENCES products(id), quantity INTEGER,
  unit_price_cents INTEGER, PRIMARY KEY (order_id, line)
) WITHOUT ROWID;
CREATE TABLE payments(
  id TEXT PRIMARY KEY, order_id TEXT REFERENCES orders(id), reference TEXT, paid_on TEXT, amount_cents INTEGER,
  currency TEXT, statement TEXT
) WITHOUT ROWID;
CREATE INDEX payments_by_order ON payments(order_id);
CREATE INDEX payments_by_statement ON payments(statement);
CREATE TABLE unmatched_payments(
  id TEXT PRIMARY KEY, reference TEXT, paid_on TEXT, amount_cents INTEGER, currency TEXT, statement TEXT,
  set_aside_on TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE events(id TEXT PRIMARY KEY, system TEXT, happened_on TEXT, kind TEXT, detail TEXT) WITHOUT ROWID;
CREATE INDEX events_by_system ON events(system);
CREATE TABLE events_archive(
  id TEXT PRIMARY KEY, system TEXT, happened_on TEXT, kind TEXT, detail TEXT, archived_on TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE tickets(id TEXT PRIMARY KEY, requester TEXT, subject TEXT, opened_on TEXT) WITHOUT ROWID;
CREATE TABLE repair_log(
  id INTEGER PRIMARY KEY, ticket_id TEXT NOT NULL REFERENCES tickets(id), table_name TEXT NOT NULL,
  rows_changed INTEGER NOT NULL
);
