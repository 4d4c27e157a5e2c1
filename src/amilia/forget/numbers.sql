-- A number of the store that is free again goes to the next row: what compares rows by their numbers must not take that one for an old one.
UPDATE owner_block SET after_id = min(after_id, (SELECT coalesce(max(id), 0) FROM registration))
WHERE group_key LIKE 'activity:%';
UPDATE owner_block SET after_id = min(after_id, (SELECT coalesce(max(id), 0) FROM membership))
WHERE group_key LIKE 'membership:%';
UPDATE customer_base SET value = CAST(min(CAST(value AS INTEGER), (SELECT coalesce(max(id), 0) FROM registration)) AS TEXT)
WHERE key = 'last of registrations';
UPDATE customer_base SET value = CAST(min(CAST(value AS INTEGER), (SELECT coalesce(max(id), 0) FROM membership)) AS TEXT)
WHERE key = 'last of memberships';
