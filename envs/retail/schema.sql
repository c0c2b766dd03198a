CREATE TABLE customers(
  id TEXT PRIMARY KEY, first_name TEXT COLLATE NOCASE, last_name TEXT COLLATE NOCASE, email TEXT UNIQUE, phone TEXT, membership TEXT,
  street TEXT, city TEXT, state TEXT, zip TEXT
) WITHOUT ROWID;
CREATE INDEX customers_by_name ON customers(last_name, first_name);
CREATE TABLE payment_methods(
  id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers(id), type TEXT, label TEXT, balance_cents INTEGER
) WITHOUT ROWID;
CREATE INDEX payment_methods_by_customer ON payment_methods(customer_id);
CREATE TABLE products(id TEXT PRIMARY KEY, name TEXT, category TEXT, final_sale INTEGER) WITHOUT ROWID;
CREATE TABLE variants(
  id TEXT PRIMARY KEY, product_id TEXT REFERENCES products(id), options TEXT, price_cents INTEGER, stock INTEGER
) WITHOUT ROWID;
CREATE INDEX variants_by_product ON variants(product_id);
CREATE TABLE orders(
  id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers(id), status TEXT, placed_on TEXT, delivered_on TEXT,
  payment_method_id TEXT REFERENCES payment_methods(id), street TEXT, city TEXT, state TEXT, zip TEXT, cancel_reason TEXT
) WITHOUT ROWID;
CREATE INDEX orders_by_customer ON orders(customer_id);
CREATE TABLE order_items(
  id TEXT PRIMARY KEY, order_id TEXT REFERENCES orders(id), variant_id TEXT REFERENCES variants(id), quantity INTEGER,
  unit_price_cents INTEGER, status TEXT, reason TEXT, exchange_variant_id TEXT REFERENCES variants(id)
) WITHOUT ROWID;
CREATE INDEX order_items_by_order ON order_items(order_id);
CREATE TABLE transactions(
  id TEXT PRIMARY KEY, order_id TEXT REFERENCES orders(id), item_id TEXT REFERENCES order_items(id),
  payment_method_id TEXT REFERENCES payment_methods(id), kind TEXT, amount_cents INTEGER
) WITHOUT ROWID;
CREATE TABLE handoffs(
  id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers(id), order_id TEXT REFERENCES orders(id), reason TEXT,
  summary TEXT
) WITHOUT ROWID;
CREATE TABLE subscriptions(customer_id TEXT PRIMARY KEY REFERENCES customers(id), newsletter TEXT) WITHOUT ROWID;
CREATE TABLE callbacks(id TEXT PRIMARY KEY, customer_id TEXT REFERENCES customers(id), day TEXT) WITHOUT ROWID;
CREATE TABLE coupons(order_id TEXT PRIMARY KEY REFERENCES orders(id), code TEXT) WITHOUT ROWID;
