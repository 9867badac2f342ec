-- KEYS due, bell · ARGV how many, prefix of the snapshot keys, now_ms, bell_ms
-- Answers {ring, participant, snapshot, participant, snapshot, …}; an expired snapshot is left out.
-- The bell goes first: a post after this line finds none and rings, a post before it is taken below.
redis.call('DEL', KEYS[2])
local due = redis.call('ZPOPMIN', KEYS[1], ARGV[1])
local answer = {0}
for i = 1, #due, 2 do
  local key = ARGV[2] .. due[i]
  local snapshot = redis.call('GET', key)
  if snapshot then
    redis.call('DEL', key)
    answer[#answer + 1] = due[i]
    answer[#answer + 1] = snapshot
  end
end
if redis.call('ZCARD', KEYS[1]) > 0 and redis.call('SET', KEYS[2], ARGV[3], 'NX', 'PX', ARGV[4]) then
  answer[1] = 1
end
return answer
