/**
 * Counts refusals of several windows and answers, for each, the total and the milliseconds left. A window is a hash
 * with its total and the refused keys, which lives as long as it; one that has reached its limit takes no more.
 * KEYS: the windows. ARGV: the channel for clients that reach their limit, the keys kept, then for each window
 * its limit, its length in milliseconds, hits without a key, the number of keys and the keys.
 */
export const COUNT_TOGETHER = `
local replies, at = {}, 3
for _, window in ipairs(KEYS) do
  local limit, length = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local first = at + 4
  local last = first + tonumber(ARGV[at + 3]) - 1
  local before = tonumber(redis.call('HGET', window, 'total') or 0)
  local total = before
  if before < limit then
    total = total + tonumber(ARGV[at + 2])
    for i = first, last do
      local full = redis.call('HLEN', window) > tonumber(ARGV[2])
      if full or redis.call('HSETNX', window, ARGV[i], '') == 1 then total = total + 1 end
    end
    redis.call('HSET', window, 'total', total)
  end
  local left = redis.call('PTTL', window)
  if left < 0 then
    redis.call('PEXPIRE', window, length)
    left = length
  end
  if before < limit and total >= limit then redis.call('PUBLISH', ARGV[1], left .. ' ' .. window) end
  replies[#replies + 1] = total
  replies[#replies + 1] = left
  at = last + 1
end
return replies
`;
