-- KEYS seats, sender · ARGV channel
-- Answers how many sockets are left without a camera; 0 where this one had none. A window that came back with
-- another socket keeps the camera.
redis.call('ZREM', KEYS[1], ARGV[1])
local sender = redis.call('GET', KEYS[2])
if not sender or string.match(sender, '%S+$') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
return redis.call('ZCARD', KEYS[1])
