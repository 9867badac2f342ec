-- KEYS seats · ARGV channel, now_ms, most, seats_ms
-- Notes a socket and answers those that are too many, the oldest first. A socket of a process that died is
-- among the oldest, so it needs no renewal: it makes way first.
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
local surplus = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[3])
if surplus <= 0 then return {} end
local replaced = redis.call('ZRANGE', KEYS[1], 0, surplus - 1)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, surplus - 1)
return replaced
