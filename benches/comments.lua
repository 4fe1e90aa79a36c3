-- wrk: posts comments, each with words of its own.   wrk -s comments.lua … -- POST_ID RUN
local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local head, tail
local count = 0
function init(arguments)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  wrk.headers["Accept"] = "application/json"
  head = "comment_post_ID=" .. arguments[1] .. "&author=Ada+Berg&email=ada%40example.org"
    .. "&url=http%3A%2F%2Fexample.net%2F&comment=" .. arguments[2] .. "-" .. number .. "-"
  tail = "+" .. string.rep("some+words+of+a+comment+", 11)
end

function request()
  count = count + 1
  return wrk.format(nil, nil, nil, head .. count .. tail)
end
