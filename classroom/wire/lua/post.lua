-- KEYS snap, due, bell, open, count · ARGV consent, participant, snapshot, now_ms, snapshot_ms, bell_ms,
-- count_ms
-- Answers -1 where the mailbox is not open for this consent, 1 where the bell was rung, else 0.
if redis.call('GET', KEYS[4]) ~= ARGV[1] then return -1 end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[5])
redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
redis.call('HINCRBY', KEYS[5], 'posted', 1)
redis.call('PEXPIRE', KEYS[5], ARGV[7])
if redis.call('SET', KEYS[3], ARGV[4], 'NX', 'PX', ARGV[6]) then return 1 end
return 0
