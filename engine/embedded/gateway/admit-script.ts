/**
 * Admits one alert of a storm.
 *
 * KEYS: window, buffer, buffered entries, deadlines.
 * ARGV 1–7, ms or counts: now, inactivity, longest window, buffer threshold, closes after, window TTL, take-over time.
 * ARGV 8–12, 0 or 1: window slides, overrun is individual, stores joins, flushes buffers, keeps deadlines.
 * ARGV 13–17: id for a new window, name of its deadline, name of the buffer's deadline, resource, the whole signal
 * (empty: not kept); then the fields and values of the metadata hash.
 *
 * Replies {'buffer', due}, {'new-window' | 'open-window', id, resources, due} or {'nowhere'}; due 0 = as before or never.
 */
export const admitScript = `
local window, buffer, buffered, deadlines = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now, inactivity, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local threshold, closes_after = tonumber(ARGV[4]), tonumber(ARGV[5])
local window_ttl, take_over = tonumber(ARGV[6]), tonumber(ARGV[7])
local slides, overrun_individual, stores = ARGV[8] == '1', ARGV[9] == '1', ARGV[10] == '1'
local flushes, keeps_deadlines = ARGV[11] == '1', ARGV[12] == '1'
local new_id, new_due, buffer_due, resource, entry = ARGV[13], ARGV[14], ARGV[15], ARGV[16], ARGV[17]
local second = math.floor(now / 1000)

local function int(value) return string.format('%.0f', value) end
local function resources_of(id) return 'alert:storm:resources:' .. id end
local function metadata_of(id) return 'alert:storm:metadata:' .. id end
local function members_of(id) return 'alert:storm:members:' .. id end

local function set_deadline(due, at)
  if keeps_deadlines then redis.call('ZADD', deadlines, int(at), due) end
end

local function keep_window(id, ttl)
  if ttl == 0 then redis.call('PERSIST', window) else redis.call('PEXPIRE', window, int(math.max(ttl, 1))) end
  redis.call('PEXPIRE', resources_of(id), int(2 * inactivity))
  redis.call('PEXPIRE', members_of(id), int(longest + take_over))
end

local function join(id, latest)
  if stores then
    redis.call('ZADD', resources_of(id), int(second), resource)
    if entry ~= '' then redis.call('RPUSH', members_of(id), entry) end
  end
  local due = 0
  if slides then
    due = math.min(now + closes_after, latest)
    local name = redis.call('HGET', metadata_of(id), 'due')
    if name then set_deadline(name, due) end
    redis.call('PEXPIRE', metadata_of(id), int(2 * inactivity))
  end
  local ttl = window_ttl
  if slides and not overrun_individual and ttl > 0 then ttl = math.min(ttl, latest - now) end
  keep_window(id, ttl)
  return {'open-window', id, redis.call('ZCARD', resources_of(id)), int(due)}
end

local function open()
  local suffix, number = '', 1
  while redis.call('EXISTS', metadata_of(new_id .. suffix)) == 1 do
    number = number + 1
    suffix = '-' .. number
  end
  local id, due, at = new_id .. suffix, new_due .. suffix, now + math.min(closes_after, longest)
  redis.call('SET', window, id)
  redis.call('HSET', metadata_of(id), 'due', due, unpack(ARGV, 18))
  redis.call('PEXPIRE', metadata_of(id), int(2 * inactivity))
  for _, member in ipairs(redis.call('LRANGE', buffer, 0, -1)) do
    redis.call('ZADD', resources_of(id), int(second), member)
  end
  if entry ~= '' then redis.call('RENAME', buffered, members_of(id)) end
  redis.call('DEL', buffer)
  redis.call('ZREM', deadlines, buffer_due)
  set_deadline(due, at)
  keep_window(id, window_ttl)
  return {'new-window', id, redis.call('ZCARD', resources_of(id)), int(at)}
end

local id = redis.call('GET', window)
if id then
  local latest = tonumber(string.match(id, '%-(%d%d%d%d%d%d%d%d%d%d%d%d%d)%-?%d*$')) + longest
  if overrun_individual and now > latest then return {'nowhere'} end
  if now <= latest or not slides then return join(id, latest) end
end

redis.call('RPUSH', buffer, resource)
if entry ~= '' then redis.call('RPUSH', buffered, entry) end
if redis.call('LLEN', buffer) >= threshold then return open() end
redis.call('PEXPIRE', buffer, int(2 * inactivity))
redis.call('PEXPIRE', buffered, int(2 * inactivity + take_over))
if not flushes then return {'buffer', 0} end
set_deadline(buffer_due, now + 2 * inactivity)
return {'buffer', int(now + 2 * inactivity)}
`
