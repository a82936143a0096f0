#include "worker/sensor/state/path.h"

namespace bench::sensor {
namespace {

// Appends the components of `path` to `out`, which is "" (the root) or "/a/b".
void AppendComponents(absl::string_view path, std::string& out) {
  size_t at = 0;
  while (at < path.size()) {
    size_t end = path.find('/', at);
    if (end == absl::string_view::npos) end = path.size();
    absl::string_view component = path.substr(at, end - at);
    at = end + 1;
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      size_t slash = out.rfind('/');
      out.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    out.push_back('/');
    out.append(component.data(), component.size());
  }
}

}  // namespace

std::string AbsolutePath(absl::string_view base, absl::string_view path) {
  std::string out;
  if (path.empty()) return out;
  out.reserve(base.size() + path.size() + 2);
  if (path.front() != '/') AppendComponents(base, out);
  AppendComponents(path, out);
  if (out.empty()) out.push_back('/');
  return out;
}

absl::string_view DirectoryOf(absl::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return {};
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

absl::string_view FileNameOf(absl::string_view path) {
  size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace bench::sensor
