/** What Redis does in one step for us. Places and counts are its own; the clock is its own too. */

/**
 * KEYS: rooms, each a hash of gateway → "places until". ARGV: our id, for how many seconds our word holds, then our places in each.
 * Answers how many places are taken in each. We say how many we have, not how many more: a word that got lost is made good
 * by the next one, and the places of a gateway that died end with its last word.
 */
export const PLACES = `
local now = tonumber(redis.call('TIME')[1])
local sums = {}
for i, room in ipairs(KEYS) do
  if ARGV[i + 2] == '0' then
    redis.call('HDEL', room, ARGV[1])
  else
    redis.call('HSET', room, ARGV[1], ARGV[i + 2] .. ' ' .. now + ARGV[2])
    redis.call('EXPIRE', room, ARGV[2])
  end
  local sum, all = 0, redis.call('HGETALL', room)
  for j = 1, #all, 2 do
    local places, untl = all[j + 1]:match('^(%d+) (%d+)$')
    if tonumber(untl) > now then sum = sum + places else redis.call('HDEL', room, all[j]) end
  end
  sums[i] = sum
end
return sums`

/** KEYS: a counter. ARGV: its span in ms. Answers the count. */
export const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`
