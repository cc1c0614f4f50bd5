import { copyDistance, copyEvery, keywords, slots, unknownClickStart, unknownSlot } from './mix.js'
import { userAgents } from './traffic.js'

/**
 * Lua for wrk, which runs it in each of its threads. Each request is made when it is sent, so none is like another, and
 * what was sent is counted by kind. The result comes out as a line of JSON behind an `@`.
 *
 * wrk ends with a request under way on every connection, of which nobody knows whether it arrived. So the script's own
 * time ends before wrk's does, and what it sends from then on keeps nothing: every request that counts has its answer.
 */
export interface Timing {
  readonly warmUpSeconds: number
  readonly seconds: number
}

const frame = (linesFile: string, { warmUpSeconds, seconds }: Timing, body: string): string => `
local ffi = require('ffi')
ffi.cdef[[
  typedef struct { long seconds; long micros; } clock_reading;
  int gettimeofday(clock_reading *reading, void *zone);
]]
local reading = ffi.new('clock_reading')
local function now()
  ffi.C.gettimeofday(reading, nil)
  return tonumber(reading.seconds) + tonumber(reading.micros) / 1e6
end

local lines = {}
for line in io.lines('${linesFile}') do lines[#lines + 1] = line end
local threads = {}
function setup(thread)
  thread:set('thread', #threads)
  threads[#threads + 1] = thread
end

fresh, copies, unknown, measured = 0, 0, 0, 0
local host = ' HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n'
local nothing = 'GET /healthz' .. host
local n, tried, beginning = 0, false, nil
${body}
function request()
  -- wrk asks for one before it begins, only to see what comes.
  if not tried then
    tried = true
    return nothing
  end
  local time = now()
  beginning = beginning or time
  if time >= beginning + ${warmUpSeconds + seconds} then return nothing end
  if time >= beginning + ${warmUpSeconds} then measured = measured + 1 end
  n = n + 1
  return make()
end

function done(summary)
  local total = { fresh = 0, copies = 0, unknown = 0, measured = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(total) do total[name] = total[name] + thread:get(name) end
  end
  local errors = summary.errors
  io.write(string.format('\\n@{"measured":%d,"refused":%d,"broken":%d,"sent":{"fresh":%d,"copies":%d,"unknown":%d}}\\n',
    total.measured, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    total.fresh, total.copies, total.unknown))
end
`

/** `run` tells one load's orders from another's; it must be below 100. */
export const postbackScript = (targetsFile: string, someTarget: string, run: number, timing: Timing): string =>
  frame(
    targetsFile,
    timing,
    `
local token = lines[1]:match('token=([^&]+)')
local kept, recent = 0, {}
local function make()
  if n % ${slots} == ${unknownSlot} then
    unknown = unknown + 1
    return string.format('GET /postback?token=%s&click_id=${unknownClickStart(someTarget)}%02d%d%07d&txid=u-${run}-%d-%d&amount=10%s',
      token, ${run}, thread, n, thread, n, host)
  end
  if n % ${copyEvery} == 0 and kept > 0 then
    copies = copies + 1
    return recent[kept % ${copyDistance} + 1] or recent[1]
  end
  fresh = fresh + 1
  kept = kept % ${copyDistance} + 1
  recent[kept] = string.format('GET /postback?%s&txid=o-${run}-%d-%d&amount=%.2f%s', lines[n % #lines + 1], thread, n,
    10 + n % 9000 / 100, host)
  return recent[kept]
end`,
  )

/** The same request every time: an operation, in a file as one line of JSON. */
export const operationScript = (bodyFile: string, key: string, timing: Timing): string =>
  frame(
    bodyFile,
    timing,
    `
local post = 'POST /graphql HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nAuthorization: Bearer ${key}\\r\\n' ..
  'Content-Type: application/json\\r\\nContent-Length: ' .. #lines[1] .. '\\r\\n\\r\\n' .. lines[1]
local function make()
  fresh = fresh + 1
  return post
end`,
  )

export const clickScript = (linksFile: string, run: number, timing: Timing): string =>
  frame(
    linksFile,
    timing,
    `
local agents = { ${userAgents.map((agent) => `'${agent}'`).join(', ')} }
local random = math.random
math.randomseed(${run})
local function make()
  fresh = fresh + 1
  return string.format('GET %s?keyword=word-%d&sub1=visit-%d&cost=0.05 HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n' ..
    'User-Agent: %s\\r\\nAccept-Language: en-GB,en;q=0.8\\r\\nX-Forwarded-For: %d.%d.%d.%d\\r\\n\\r\\n',
    lines[n % #lines + 1], n % ${keywords}, n, agents[n % #agents + 1],
    random(1, 223), random(0, 255), random(0, 255), random(1, 254))
end`,
  )
