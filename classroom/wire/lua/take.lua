-- KEYS due, bell, count · ARGV fewest, most, prefixes of the keys of snapshots, sightings and measurements, now_ms,
-- bell_ms
-- Answers {ring, {participant, snapshot or empty, sighting or empty, measurement…}, …}; who has nothing that
-- has not expired is left out.
-- The bell goes first: a post after this line finds none and rings, a post before it is taken below.
redis.call('DEL', KEYS[2])
-- Half of what is due is left to whom the bell calls next, where that is more than the fewest worth a task.
local half = math.ceil(redis.call('ZCARD', KEYS[1]) / 2)
local due = redis.call('ZPOPMIN', KEYS[1], math.min(ARGV[2], math.max(ARGV[1], half)))
local answer, taken = {0}, 0
for i = 1, #due, 2 do
  local snap, read = ARGV[3] .. due[i], ARGV[5] .. due[i]
  local snapshot, measurements = redis.call('GET', snap), redis.call('LRANGE', read, 0, -1)
  if snapshot or #measurements > 0 then
    redis.call('DEL', snap, read)
    taken = taken + #measurements + (snapshot and 1 or 0)
    local sighting = snapshot and redis.call('GET', ARGV[4] .. due[i])
    local row = {due[i], snapshot or '', sighting or ''}
    for _, one in ipairs(measurements) do row[#row + 1] = one end
    answer[#answer + 1] = row
  end
end
if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('HINCRBY', KEYS[3], 'taken', taken) end
if redis.call('ZCARD', KEYS[1]) > 0 and redis.call('SET', KEYS[2], ARGV[6], 'NX', 'PX', ARGV[7]) then
  answer[1] = 1
end
return answer
