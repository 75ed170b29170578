// What wrk runs. Its requests are made before the load begins, so that changing keys cost the generator nothing.

/** wrk counts 400 and above; a script that looked at every answer would slow the load down. */
export const inTurn = ({ expect, path, each, file }) => `
${each ? requestsOf({ path, each, file }) : ''}
${
  each
    ? `local at = 0
function request()
  at = at % #requests + 1
  return requests[at]
end`
    : ''
}
function done(summary, latency)
  local e = summary.errors
  local unexpected = ${expect < 400 ? 'e.status' : 'summary.requests - e.status'} + e.connect + e.read + e.write + e.timeout
  io.write(string.format('{"rate":%f,"requests":%d,"p50":%f,"p99":%f,"unexpected":%d}',
    summary.requests * 1e6 / summary.duration, summary.requests,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, unexpected))
end
`;

/**
 * Each once, then the end; the time is that from the first request to the last answer. wrk asks for one request to
 * look at before it sends any, and for as many too many at the end as it has connections.
 */
export const onceEach = ({ path, each, file }) => `
local ffi = require("ffi")
ffi.cdef[[ typedef struct { long s; long us; } bench_time; int gettimeofday(bench_time *t, void *zone); ]]
local function now()
  local t = ffi.new("bench_time")
  ffi.C.gettimeofday(t, nil)
  return tonumber(t.s) + tonumber(t.us) / 1e6
end
${requestsOf({ path, each, file })}
local at, answered, failed, began = -1, 0, 0, nil
function request()
  at = at + 1
  if at == 1 then began = now() end
  return requests[math.min(math.max(at, 1), #requests)]
end
function response(status)
  answered = answered + 1
  if status ~= 200 then failed = failed + 1 end
  if answered < #requests then return end
  io.write(string.format('{"rate":%f,"keys":%d,"failed":%d}', answered / (now() - began), answered, failed))
  os.exit(0)
end
`;

const requestsOf = ({ path, each, file }) => `local requests = {}
function init()
  for line in io.lines("${file}") do
    wrk.headers["${each.name}"] = line
    requests[#requests + 1] = wrk.format("GET", "${path}")
  end
end`;
