-- KEYS open · ARGV consent, open_ms
-- Answers 1 where the mailbox is still open for this consent, else 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
