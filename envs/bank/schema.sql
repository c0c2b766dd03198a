CREATE TABLE customers(
  id TEXT PRIMARY KEY, first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, birth_date TEXT, phone TEXT,
  street TEXT, city TEXT, state TEXT, zip TEXT
) WITHOUT ROWID;
CREATE INDEX customers_by_name ON customers(last_name, first_name);
CREATE TABLE codes(customer_id TEXT PRIMARY KEY REFERENCES customers(id), number INTEGER, code TEXT, verified INTEGER) WITHOUT ROWID;
CREATE TABLE accounts(
  id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers(id), kind TEXT, overdraft_cents INTEGER, balance_cents INTEGER
) WITHOUT ROWID;
CREATE INDEX accounts_by_customer ON accounts(customer_id);
CREATE TABLE payees(id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers(id), name TEXT, bank TEXT) WITHOUT ROWID;
CREATE INDEX payees_by_customer ON payees(customer_id);
CREATE TABLE transactions(
  id TEXT PRIMARY KEY, kind TEXT, booked_on TEXT, text TEXT, about TEXT, idempotency_key TEXT
) WITHOUT ROWID;
CREATE TABLE entries(
  transaction_id TEXT REFERENCES transactions(id), account_id TEXT REFERENCES accounts(id), amount_cents INTEGER,
  PRIMARY KEY (transaction_id, account_id)
) WITHOUT ROWID;
CREATE INDEX entries_by_account ON entries(account_id, amount_cents);
CREATE INDEX transactions_by_about ON transactions(about) WHERE about IS NOT NULL;
CREATE INDEX transactions_of_agents ON transactions(id) WHERE idempotency_key IS NOT NULL;
CREATE VIEW booked AS
  SELECT t.id AS transaction_id, e.account_id, e.amount_cents
  FROM transactions t CROSS JOIN entries e ON e.transaction_id = t.id WHERE t.idempotency_key IS NOT NULL;
CREATE TABLE requests(idempotency_key TEXT PRIMARY KEY, payload TEXT, result TEXT) WITHOUT ROWID;
CREATE TABLE standing_orders(
  id TEXT PRIMARY KEY, account_id TEXT REFERENCES accounts(id), recipient TEXT, amount_cents INTEGER, day_of_month INTEGER,
  status TEXT
) WITHOUT ROWID;
CREATE INDEX standing_orders_by_account ON standing_orders(account_id);
CREATE TABLE cards(
  id TEXT PRIMARY KEY, account_id TEXT REFERENCES accounts(id), last_digits TEXT, status TEXT, blocked_for TEXT,
  daily_limit_cents INTEGER
) WITHOUT ROWID;
CREATE INDEX cards_by_account ON cards(account_id);
CREATE TABLE replacements(
  card_id TEXT PRIMARY KEY REFERENCES cards(id), street TEXT, city TEXT, state TEXT, zip TEXT
) WITHOUT ROWID;
CREATE TABLE card_payments(
  id TEXT PRIMARY KEY, card_id TEXT REFERENCES cards(id), merchant TEXT, amount_cents INTEGER, made_on TEXT, status TEXT
) WITHOUT ROWID;
CREATE INDEX card_payments_by_card ON card_payments(card_id);
CREATE TABLE disputes(payment_id TEXT PRIMARY KEY REFERENCES card_payments(id), reason TEXT) WITHOUT ROWID;
CREATE TABLE handoffs(id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers(id), reason TEXT, summary TEXT) WITHOUT ROWID;
