-- The shop as every run of the program finds it. Prices are in cents.

PRAGMA locking_mode = EXCLUSIVE; -- a second run waits for the first to end
PRAGMA synchronous = OFF;        -- nothing has to outlive a power cut: the next run starts anew
BEGIN EXCLUSIVE;

DROP TABLE IF EXISTS stock;
CREATE TABLE stock (
    shoe  TEXT PRIMARY KEY,
    price INTEGER NOT NULL,
    pairs INTEGER NOT NULL CHECK (pairs >= 0)
);
INSERT INTO stock VALUES
    ('city-boot-44',    18900, 1),
    ('trail-runner-39', 12900, 5),
    ('trail-runner-42', 12900, 3),
    ('wool-slipper-42',  3950, 8);

DROP TABLE IF EXISTS payments;
CREATE TABLE payments (
    order_id TEXT PRIMARY KEY,
    card     TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    status   TEXT NOT NULL CHECK (status IN ('charged', 'declined', 'refunded'))
);

DROP TABLE IF EXISTS shipments;
CREATE TABLE shipments (
    order_id TEXT PRIMARY KEY,
    carrier  TEXT NOT NULL,
    parcel   TEXT NOT NULL,
    address  TEXT NOT NULL
);

DROP TABLE IF EXISTS messages;
CREATE TABLE messages (
    recipient TEXT NOT NULL,
    subject   TEXT NOT NULL,
    text      TEXT NOT NULL
);

-- The world around the shop, simulated. Any other card is good.

DROP TABLE IF EXISTS cards;
CREATE TABLE cards (
    card     TEXT PRIMARY KEY,
    declined TEXT,             -- why the bank says no
    busy     INTEGER NOT NULL  -- how many calls the bank does not answer first
);
INSERT INTO cards VALUES
    ('visa-busy',    NULL,                   1),
    ('visa-dead',    NULL,                   99),
    ('visa-expired', 'the card has expired', 0);

DROP TABLE IF EXISTS carriers;
CREATE TABLE carriers (
    country TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    up      INTEGER NOT NULL
);
INSERT INTO carriers VALUES
    ('DE', 'Gelbe Post', TRUE),
    ('GB', 'Royal Parcel', TRUE),
    ('IS', 'Nordic Air', FALSE),
    ('NL', 'Fietskoerier', TRUE),
    ('US', 'Pony Express', TRUE);

COMMIT;
