// Exceptions that unwind frames with destructors, and the containers of the C++ library.
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

struct Guard {
  std::string text;
  ~Guard() { text += "x"; }
};

static int fall(int depth) {
  Guard guard{std::string(40, 'a' + depth % 26)};
  if (depth == 0) throw std::runtime_error("deep");
  return fall(depth - 1) + 1;
}

int main() {
  int caught = 0;
  for (int depth = 0; depth < 10; depth++) {
    try {
      fall(depth);
    } catch (const std::exception &error) {
      caught += error.what()[0] == 'd';
    }
  }
  std::map<std::string, std::vector<int>> groups;
  for (int index = 0; index < 50; index++) groups[std::to_string(index % 7)].push_back(index);
  std::optional<double> maybe;
  if (caught > 3) maybe = 2.5;
  std::ostringstream text;
  for (auto &[name, values] : groups) text << name << ":" << values.size() << " ";
  text << maybe.value_or(1.0);
  return text.str().size() > 20 ? caught : 0;
}
