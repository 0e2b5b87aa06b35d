-- Requests from a file, one a line (path, and after a tab a validator for If-None-Match), round and round; then figures as JSON.
local requests, number, at = {}, 0, 0
function init(arguments)
  for line in io.lines(arguments[1]) do
    local path, tag = line:match("^([^\t]*)\t?(.*)$")
    number = number + 1
    requests[number] = wrk.format("GET", path, tag ~= "" and { ["If-None-Match"] = tag } or nil)
  end
end
function request()
  at = at % number + 1
  return requests[at]
end
function done(summary, latency, _)
  local failed = summary.errors
  io.write(string.format(
    '\nJSON{"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.3f,"p99":%.3f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
