-- Where the clinic's wall clock hangs, an IANA name: appointments that are booked are told by it.
ALTER TABLE deployment ADD COLUMN time_zone VARCHAR(64);
