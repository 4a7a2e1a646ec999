-- Tables, strings, closures, coroutines and floating point, for Lua itself as the guest program.
local rounds = tonumber(arg[1]) or 12

local function queens(n)
  local count, columns, rising, falling = 0, {}, {}, {}
  local function place(row)
    if row > n then
      count = count + 1
      return
    end
    for column = 1, n do
      if not (columns[column] or rising[row + column] or falling[row - column]) then
        columns[column], rising[row + column], falling[row - column] = true, true, true
        place(row + 1)
        columns[column], rising[row + column], falling[row - column] = nil, nil, nil
      end
    end
  end
  place(1)
  return count
end

local function words(n)
  local seen, state = {}, 1
  for _ = 1, n do
    state = (state * 1103515245 + 12345) % 2147483648
    local key = string.format("%x-%d", state // 1024 % 4096, state % 7)
    seen[key] = (seen[key] or 0) + 1
  end
  local keys = {}
  for key in pairs(seen) do keys[#keys + 1] = key end
  table.sort(keys)
  local text = table.concat(keys, " ")
  return #keys, #text:gsub("%x+%-0 ", ""):upper()
end

local function spiral(n)
  local sum = 0.0
  for step = 1, n do
    local angle = step * 0.001
    sum = sum + math.sin(angle) * math.sqrt(step) / (1 + step % 13)
  end
  return string.format("%.9f", sum)
end

local function primes(n)
  local generate = coroutine.wrap(function()
    for candidate = 2, n do coroutine.yield(candidate) end
  end)
  local found = {}
  for candidate in generate do
    local isPrime = true
    for _, prime in ipairs(found) do
      if prime * prime > candidate then break end
      if candidate % prime == 0 then isPrime = false break end
    end
    if isPrime then found[#found + 1] = candidate end
  end
  return #found
end

for round = 1, rounds do
  print(round, queens(7), words(9000), spiral(60000), primes(9000))
end
