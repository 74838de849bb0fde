"""Lua scripts of the queue. Redis runs each as one step, also if the client that called it is killed.

An article is in the stream of jobs of its source, in that of results, or in neither. The hash of outstanding articles
has the id of its job, or ``r`` and the id of its result, until the coordinator has stored or counted it.

A server whose memory is full refuses a command that needs more, but not within a script that has written: all scripts
but ``PUSH`` first remove something, if it is there, so that what is outstanding can be finished.
"""

from __future__ import annotations

OPEN = """
for i, stream in ipairs(KEYS) do
  redis.call('XDEL', stream, '0-1')
  local reply = redis.pcall('XGROUP', 'CREATE', stream, ARGV[i], '0', 'MKSTREAM')
  if reply.err and not string.find(reply.err, 'BUSYGROUP') then return reply end
end
return 0
"""
"""Create streams, each with its group, unless they exist."""

PUSH = """
local jobs, outstanding, last, added = KEYS[1], KEYS[2], KEYS[3], 0
if redis.call('GET', last) == ARGV[1] then return 0 end
for i = 2, #ARGV, 2 do
  local code, job = ARGV[i], ARGV[i + 1]
  if redis.call('HEXISTS', outstanding, code) == 0 then
    redis.call('HSET', outstanding, code, redis.call('XADD', jobs, '*', 'code', code, 'job', job))
    added = added + 1
  end
end
redis.call('SET', last, ARGV[1], 'EX', 86400)
return added
"""
"""Add jobs, but for those whose article is outstanding. Returns the number of those added.

A call whose response was lost is repeated, perhaps after some articles are done: it has the same name, which is that of
the last one, and adds nothing."""

OUTSTANDING = """
local number = redis.call('HLEN', KEYS[1])
if number == 0 then return 0 end
for i = 2, #KEYS do
  if redis.call('XLEN', KEYS[i]) > 0 then return number end
end
redis.call('DEL', KEYS[1])
return 0
"""
"""Returns the number of outstanding articles: none if all streams are empty, since what they had was lost."""

FINISH = """
local outstanding, results, workers, last = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, worker, call, first, number = ARGV[1], ARGV[2], ARGV[3], {}, 0
local before = redis.call('GET', last) or ''
if string.sub(before, 1, #call) == call then
  for i = #call + 1, #before do first[#first + 1] = tonumber(string.sub(before, i, i)) end
  return first
end
for i = 5, #KEYS do
  local at = 3 * i - 11
  local id, code, value = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  first[#first + 1] = redis.call('HGET', outstanding, code) == id and 1 or 0
  if first[#first] == 1 then
    redis.call('XACK', KEYS[i], group, id)
    redis.call('XDEL', KEYS[i], id)
    redis.call('HSET', outstanding, code, 'r' .. redis.call('XADD', results, '*', 'code', code, 'result', value))
    number = number + 1
  end
end
if number > 0 then redis.pcall('HINCRBY', workers, worker, number) end
redis.pcall('SET', last, call .. table.concat(first), 'EX', 3600)
return first
"""
"""Replace jobs by their results; from the fifth on, ``KEYS`` has the stream of each. Returns 0 for those that another
worker has replaced before, as after a pause of this process.

A call whose response was lost is repeated with the same name, and gets the response of the first time."""

TAKE = """
local jobs, outstanding, results, draining = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local number, is_draining = redis.call('XLEN', results), redis.call('EXISTS', draining)
redis.call('HLEN', outstanding)  -- fails before a job is taken if it is no hash
if is_draining == 1 or number >= tonumber(ARGV[1]) then return {number, is_draining, {}, {}} end
local most = math.min(tonumber(ARGV[4]), math.ceil(redis.call('XLEN', jobs) / 4))
if most == 0 then return {number, is_draining, {}, {}} end
local found = redis.call('XREADGROUP', 'GROUP', ARGV[2], ARGV[3], 'COUNT', most, 'STREAMS', jobs, '>')
local entries, ids = found and found[1][2] or {}, {}
for i, entry in ipairs(entries) do
  local code = ''
  for j = 1, #entry[2], 2 do if entry[2][j] == 'code' then code = entry[2][j + 1] end end
  ids[i] = redis.call('HGET', outstanding, code) or ''
end
return {number, is_draining, entries, ids}
"""
"""Take new jobs, unless too many results wait or the queue is drained. Returns both, as ``READY`` does, the jobs, and
for each what the hash of outstanding articles has.

A quarter of the jobs at most, so that the last ones are with several workers; those that are leased count, too."""

BEGIN = """
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], ARGV[2])
return 0
"""
"""Record the start of a run, which may last for days, and the version of its messages."""

READY = """
return {redis.call('XLEN', KEYS[1]), redis.call('EXISTS', KEYS[2])}
"""
"""Return what decides whether workers take jobs: the number of results that wait, and 1 while the queue is drained."""

HEARTBEAT = """
local time = redis.call('TIME')
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000)))
return 0
"""
"""Record that a process runs: Redis before 7.2 does not see who waits for messages that do not come."""

FORGET = """
local workers, heartbeats, group, known = KEYS[#KEYS - 1], KEYS[#KEYS], ARGV[1], {}
local time, most = redis.call('TIME'), tonumber(ARGV[2])
local since = time[1] * 1000 + math.floor(time[2] / 1000) - most
local function is_alive(name) return (tonumber(redis.call('HGET', heartbeats, name)) or 0) >= since end
for i = 1, #KEYS - 2 do
  local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[i], group)
  for _, found in ipairs(consumers.err and {} or consumers) do
    local consumer = {}
    for j = 1, #found, 2 do consumer[found[j]] = found[j + 1] end
    if consumer.pending > 0 or consumer.idle < most or is_alive(consumer.name) then
      known[consumer.name] = true
    else
      redis.call('XGROUP', 'DELCONSUMER', KEYS[i], group, consumer.name)
    end
  end
end
for _, key in ipairs({workers, heartbeats}) do
  for _, name in ipairs(redis.call('HKEYS', key)) do
    if not known[name] and not is_alive(name) then redis.call('HDEL', key, name) end
  end
end
return 0
"""
"""Forget the workers that have no job and sent no heartbeat for some milliseconds: each start has another name."""

REFUSE_JOB = """
local jobs, outstanding, results, dead = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, id, code, reason, sample = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
redis.call('XACK', jobs, group, id)
if redis.call('XDEL', jobs, id) == 0 then return 0 end
redis.call('XADD', dead, 'MAXLEN', '~', 1000, '*', 'stream', 'jobs',
           'code', string.sub(code, 1, 80), 'reason', reason, 'value', sample)
if redis.call('HGET', outstanding, code) == id then
  redis.call('HSET', outstanding, code, 'r' .. redis.call('XADD', results, '*', 'code', code, 'refused', reason))
end
return 1
"""
"""Move a job that no worker can do to the dead letters; one that the coordinator waits for has failed."""

RENEW = """
local group, worker, lost = ARGV[1], ARGV[2], {}
for i, jobs in ipairs(KEYS) do
  local id = ARGV[i + 2]
  if #redis.call('XPENDING', jobs, group, id, id, 1, worker) == 0 then
    lost[#lost + 1] = i - 1
  else
    redis.call('XCLAIM', jobs, group, worker, 0, id, 'JUSTID')
  end
end
return lost
"""
"""Begin the leases of a worker's jobs anew; ``KEYS`` has the stream of each. Returns the positions of those that
another worker has: XCLAIM would take them back."""

GIVE_BACK = """
local group, worker, idle, number = ARGV[1], ARGV[2], ARGV[3], 0
for _, jobs in ipairs(KEYS) do
  for _, entry in ipairs(redis.call('XPENDING', jobs, group, '-', '+', 1000, worker)) do
    local times = math.max(entry[4] - 1, 0)
    redis.call('XCLAIM', jobs, group, worker, 0, entry[1], 'IDLE', idle, 'RETRYCOUNT', times, 'JUSTID')
    number = number + 1
  end
end
return number
"""
"""End the leases of a worker, without counting them as deliveries that failed. Returns their number."""

DONE = """
local results, outstanding, failed, group, most = KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2]
for i = 3, #ARGV, 3 do
  local id, code, failure = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  redis.call('XACK', results, group, id)
  local is_first = redis.call('XDEL', results, id) == 1
  if redis.call('HGET', outstanding, code) == 'r' .. id then redis.call('HDEL', outstanding, code) end
  if is_first and failure ~= '' then
    redis.call('XADD', failed, 'MAXLEN', '~', most, '*', 'code', code, 'reason', failure)
  end
end
return 0
"""
"""Remove results that are stored or counted; their articles are outstanding no more. One with a reason of its failure
is remembered as failed."""

REFUSE_RESULT = """
local results, dead, group = KEYS[1], KEYS[2], ARGV[1]
local id, code, reason, sample = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call('XACK', results, group, id) == 0 then return 0 end
redis.call('XADD', dead, 'MAXLEN', '~', 1000, '*', 'stream', 'results',
           'code', string.sub(code, 1, 80), 'reason', reason, 'value', sample)
return 1
"""
"""Copy a result that cannot be used to the dead letters, once; ``DONE`` removes it."""

TURN = """
if redis.call('HEXISTS', KEYS[4], ARGV[7]) == 1 then return -1 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait = (tonumber(redis.call('GET', KEYS[1])) or 0) - now
local delay, longest, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if wait > 0 and wait <= most then return math.min(wait, longest) end
redis.call('DEL', KEYS[1])
redis.call('SET', KEYS[1], string.format('%d', now + delay), 'PX', delay + 60000)
if type(redis.pcall('HINCRBY', KEYS[2], ARGV[4], 1)) == 'table' then redis.call('HDEL', KEYS[2], ARGV[4]) end
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('LPUSH', KEYS[3], string.format('%d', now))
redis.call('LTRIM', KEYS[3], 0, ARGV[5] - 1)
redis.call('EXPIRE', KEYS[3], ARGV[6])
return 0
"""
"""Take the turn to send a request of a slot. Returns 0, or the milliseconds to wait before asking again; -1 if its host
is closed. Turns are counted by slot, and the times of the last ones kept.

A turn that is further ahead than any wait that is kept is one of before the clock was set back."""

HOLD = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local turn = tonumber(redis.call('GET', KEYS[1])) or 0
if not (turn >= now + wait and turn <= now + most) then
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[1], string.format('%d', now + wait), 'PX', wait + 60000)
end
return 0
"""
"""Let no request of a slot have a turn for some milliseconds."""

RESPONSES = """
redis.call('LTRIM', KEYS[1], 0, math.max(0, ARGV[1] - #ARGV + 1))
for i = 3, #ARGV do redis.call('LPUSH', KEYS[1], ARGV[i]) end
redis.call('LTRIM', KEYS[1], 0, ARGV[1] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[2])
local refused, last = 0, redis.call('LRANGE', KEYS[1], 0, -1)
for _, response in ipairs(last) do if response == '1' then refused = refused + 1 end end
return {refused, #last}
"""
"""Add responses of a host, 1 for each that was refused. Returns how many of the last ones were, and their number."""

CLOSE = """
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 0
"""
"""Note that a host is closed, and why."""

CLEAR = """
local time = redis.call('TIME')
local heartbeat = tonumber(redis.pcall('HGET', KEYS[1], ARGV[1])) or 0
if time[1] * 1000 + math.floor(time[2] / 1000) - heartbeat < tonumber(ARGV[2]) then return -1 end
local number = redis.pcall('HLEN', KEYS[2])
for i = 2, #KEYS do redis.call('DEL', KEYS[i]) end
return type(number) == 'number' and number or 0
"""
"""Delete keys, of which the second has the outstanding articles. Returns their number; -1, without deleting any, if a
process has sent a heartbeat in the last milliseconds."""

DELETE_ODD = """
local found = {}
for i, key in ipairs(KEYS) do
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'none' and kind ~= ARGV[i] then
    redis.call('DEL', key)
    found[#found + 1] = key .. ' is a ' .. kind
  end
end
return found
"""
"""Delete keys that have another type. Returns what they were."""
