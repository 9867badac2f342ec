-- KEYS sender, seats · ARGV window, channel, how (asks, takes or waits), seats_ms
-- Answers -1 where another window sends, -2 where none does and this one waits, else how many sockets there are.
local sender = redis.call('GET', KEYS[1])
local window = sender and string.match(sender, '^%S+')
if ARGV[3] == 'waits' then return window and -1 or -2 end
if ARGV[3] == 'asks' and window and window ~= ARGV[1] then return -1 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[4])
return redis.call('ZCARD', KEYS[2])
