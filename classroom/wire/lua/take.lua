-- KEYS due, bell · ARGV fewest, most, prefixes of the keys of snapshots and of sightings, now_ms, bell_ms
-- Answers {ring, participant, snapshot, sighting or empty, participant, …}; an expired snapshot is left out.
-- The bell goes first: a post after this line finds none and rings, a post before it is taken below.
redis.call('DEL', KEYS[2])
-- Half of what is due is left to whom the bell calls next, where that is more than the fewest worth a task.
local half = math.ceil(redis.call('ZCARD', KEYS[1]) / 2)
local due = redis.call('ZPOPMIN', KEYS[1], math.min(ARGV[2], math.max(ARGV[1], half)))
local answer = {0}
for i = 1, #due, 2 do
  local key = ARGV[3] .. due[i]
  local snapshot = redis.call('GET', key)
  if snapshot then
    redis.call('DEL', key)
    answer[#answer + 1] = due[i]
    answer[#answer + 1] = snapshot
    answer[#answer + 1] = redis.call('GET', ARGV[4] .. due[i]) or ''
  end
end
if redis.call('ZCARD', KEYS[1]) > 0 and redis.call('SET', KEYS[2], ARGV[5], 'NX', 'PX', ARGV[6]) then
  answer[1] = 1
end
return answer
