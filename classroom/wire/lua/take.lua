-- KEYS due, bell · ARGV how many, prefixes of the keys of snapshots and of sightings, now_ms, bell_ms
-- Answers {ring, participant, snapshot, sighting or empty, participant, …}; an expired snapshot is left out.
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
    answer[#answer + 1] = redis.call('GET', ARGV[3] .. due[i]) or ''
  end
end
if redis.call('ZCARD', KEYS[1]) > 0 and redis.call('SET', KEYS[2], ARGV[4], 'NX', 'PX', ARGV[5]) then
  answer[1] = 1
end
return answer
