-- KEYS read, due, bell, open, count · ARGV consent, participant, now_ms, read_ms, bell_ms, most,
-- count_ms, measurement…
-- As post, of what a browser read: nothing is overwritten, and the oldest of more than `most` are dropped.
if redis.call('GET', KEYS[4]) ~= ARGV[1] then return -1 end
redis.call('RPUSH', KEYS[1], unpack(ARGV, 8))
redis.call('LTRIM', KEYS[1], -ARGV[6], -1)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[2], 'NX', ARGV[3], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('HINCRBY', KEYS[5], 'posted', #ARGV - 7)
redis.call('PEXPIRE', KEYS[5], ARGV[7])
if redis.call('SET', KEYS[3], ARGV[3], 'NX', 'PX', ARGV[5]) then return 1 end
return 0
