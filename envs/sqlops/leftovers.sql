CREATE TABLE orders_backup(id TEXT PRIMARY KEY, customer_id TEXT, placed_on TEXT, status TEXT, currency TEXT, region TEXT, batch TEXT) WITHOUT ROWID;
CREATE TABLE customers_old(id TEXT PRIMARY KEY, name TEXT, email TEXT, country TEXT, segment TEXT, status TEXT) WITHOUT ROWID;
CREATE TABLE revenue_2025(id TEXT PRIMARY KEY, account_manager TEXT, revenue_cents INTEGER) WITHOUT ROWID;
CREATE TABLE tmp_import(id TEXT PRIMARY KEY, batch TEXT, currency TEXT, region TEXT, status TEXT) WITHOUT ROWID;
CREATE TABLE payments_test(id TEXT PRIMARY KEY, order_id TEXT, reference TEXT, amount_cents INTEGER) WITHOUT ROWID;
CREATE TABLE fx_rates(currency TEXT PRIMARY KEY, per_eur REAL) WITHOUT ROWID;
