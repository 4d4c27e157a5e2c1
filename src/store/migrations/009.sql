-- Sets whose files go inside one archive (Actito). The archive is an outbound file of its own, with the set's name as its route; the files
-- inside it are not sent by themselves, and become delivered or discarded with it.
ALTER TABLE delivery_set ADD COLUMN packed INTEGER NOT NULL DEFAULT 0 CHECK (packed IN (0, 1));
ALTER TABLE outbound ADD COLUMN packed_in INTEGER REFERENCES outbound (id);
CREATE INDEX outbound_packed ON outbound (packed_in) WHERE packed_in IS NOT NULL;
