-- A job of a platform may look for one fixed name (Symplify): a name that was delivered may come again where the schema says so. No two files
-- that can still be sent have one name; that other names never come again is checked before a file is named.
DROP INDEX outbound_name;
CREATE UNIQUE INDEX outbound_name ON outbound (destination, name) WHERE state NOT IN ('discarded', 'delivered');
CREATE INDEX outbound_delivered_name ON outbound (destination, name) WHERE state = 'delivered';
CREATE INDEX outbound_route ON outbound (route, id) WHERE state = 'delivered';
