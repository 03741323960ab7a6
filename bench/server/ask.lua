-- Asks as WHAT says: single matches, batches of 100, or searches; counts what is not answered.
local key = os.getenv("KEY")
local what = os.getenv("WHAT")
local questions = dofile(os.getenv("QUESTIONS"))
local next = 0

local function one()
  next = next % #questions + 1
  return questions[next]
end

local function post(queries)
  return wrk.format("POST", "/match/default", {
    ["Authorization"] = "ApiKey " .. key,
    ["Content-Type"] = "application/json",
  }, '{"queries":{' .. table.concat(queries, ",") .. "}}")
end

function request()
  if what == "search" then
    return wrk.format("GET", "/search/default?q=" .. one().q, { ["Authorization"] = "ApiKey " .. key })
  end
  local queries = {}
  for n = 1, (what == "batch" and 100 or 1) do
    queries[n] = '"q' .. n .. '":' .. one().match
  end
  return post(queries)
end

function response(status)
  if status ~= 200 then
    wrong = (wrong or 0) + 1
    if wrong < 4 then print("status " .. status) end
  end
end

function done(summary, latency, requests)
  local e = summary.errors
  print(string.format("%.0f requests/s, p50 %.2f ms, p99 %.2f ms, errors: connect %d read %d write %d status %d timeout %d",
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.connect, e.read, e.write, e.status, e.timeout))
end
