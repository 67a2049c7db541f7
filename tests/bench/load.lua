-- What wrk sends and what it accepts as an answer; args[1] is a Lua file with the plan of one measurement.
local ffi = require("ffi")
ffi.cdef [[
typedef struct { long seconds; long nanoseconds; } instant;
int clock_gettime(int clock, instant *now);
int getpid(void);
int kill(int pid, int signal);
]]

local plan, sent, codes, capture, chain
local thread
-- globals, because done() runs in another Lua state and can only ask the thread for them
answered, wrong, began, ended, complaint = 0, 0, 0, 0, ""

local function now()
  local t = ffi.new("instant")
  ffi.C.clock_gettime(1, t)
  return tonumber(t.seconds) + tonumber(t.nanoseconds) / 1e9
end

local function finish()
  if capture then capture:close(); capture = nil end
  wrk.thread:stop()
  ffi.C.kill(ffi.C.getpid(), 2) -- wrk's own way to end before its time is over
end

function setup(t) thread = t end

function init(args)
  plan, sent, codes = dofile(args[1]), 0, {}
  if plan.codes then for line in io.lines(plan.codes) do codes[#codes + 1] = line end end
  chain = codes -- of refresh tokens: each answer brings the one for a later request
  if plan.capture then capture = io.open(plan.capture, "w") end
  if plan.kind == "same" then plan.ready = wrk.format(plan.method, plan.path, plan.headers, plan.body) end
end

function request()
  if began == 0 then began = now() end
  sent = sent + 1
  if plan.kind == "same" then return plan.ready end
  if plan.kind == "authorize" then
    plan.headers["Cookie"] = plan.cookies[sent % #plan.cookies + 1]
    return wrk.format("GET", plan.path .. "&state=s" .. sent .. "&nonce=n" .. sent, plan.headers)
  end
  if plan.kind == "chain" then
    return wrk.format("POST", plan.path, plan.headers, plan.body .. table.remove(chain, 1))
  end
  -- the last codes are asked for twice while the last answers come in; those are not counted
  return wrk.format("POST", plan.path, plan.headers, plan.body .. codes[math.min(sent, #codes)])
end

local function accepted(status, headers, body)
  if plan.kind == "authorize" then
    local location
    for name, value in pairs(headers) do
      if name:lower() == "location" then location = value end
    end
    if not location or (status ~= 302 and status ~= 303) then return false end
    local code = location:match("[?&]code=([^&]+)")
    if location:sub(1, #plan.redirect_uri) ~= plan.redirect_uri or not location:find("[?&]state=s%d") then
      return false
    end
    if code and capture then capture:write(code, "\n") end
    return code ~= nil
  end
  if status ~= 200 then return false end
  if plan.kind == "chain" then chain[#chain + 1] = body:match('"refresh_token":"([^"]+)"') end
  for _, text in ipairs(plan.expect) do
    if not body:find(text, 1, true) then return false end
  end
  return true
end

function response(status, headers, body)
  if plan.limit and answered >= plan.limit then return end
  answered = answered + 1
  if not accepted(status, headers, body) then
    wrong = wrong + 1
    if wrong == 1 then complaint = status .. " " .. (body or ""):sub(1, 200):gsub("%c", " ") end
  end
  ended = now()
  if answered == plan.limit then finish() end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("\nRESULT %d %d %.6f %d %d %d %s\n", thread:get("answered"), thread:get("wrong"),
    thread:get("ended") - thread:get("began"), e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99), thread:get("complaint")))
end
