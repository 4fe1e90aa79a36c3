-- wrk: sends pingbacks, each from a source of its own.   wrk -s pingbacks.lua … -- SOURCES TARGET RUN
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local head, tail
local count = 0
function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "text/xml"
  head = "<?xml version=\"1.0\"?><methodCall><methodName>pingback.ping</methodName><params><param><value><string>"
    .. arguments[1] .. "/" .. arguments[3] .. "-" .. number .. "-"
  tail = "</string></value></param><param><value><string>" .. arguments[2]
    .. "</string></value></param></params></methodCall>"
end

function request()
  count = count + 1
  return wrk.format(nil, nil, nil, head .. count .. tail)
end
