-- KEYS read, due, bell, open · ARGV consent, participant, now_ms, read_ms, bell_ms, most, measurement…
-- As post, of what a browser read: nothing is overwritten, and the oldest of more than `most` are dropped.
if redis.call('GET', KEYS[4]) ~= ARGV[1] then return -1 end
redis.call('RPUSH', KEYS[1], unpack(ARGV, 7))
redis.call('LTRIM', KEYS[1], -ARGV[6], -1)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
if redis.call('SET', KEYS[3], ARGV[3], 'NX', 'PX', ARGV[5]) then return 1 end
return 0
