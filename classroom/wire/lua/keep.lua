-- KEYS seen, open · ARGV consent, sighting (empty: none), seen_ms, whether the finder looked
-- Only a look of the finder begins the time anew: XX, so that what expired meanwhile does not live for ever.
if ARGV[2] == '' or redis.call('GET', KEYS[2]) ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
elseif ARGV[4] == '1' then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
else
  redis.call('SET', KEYS[1], ARGV[2], 'XX', 'KEEPTTL')
end
return 1
