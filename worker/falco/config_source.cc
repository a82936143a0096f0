#include "worker/falco/config_source.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/os/rooted_path.h"
#include "common/status/status_macros.h"

namespace bench {

namespace fs = std::filesystem;

std::vector<std::string> RegularFilesAt(const std::string& path, const std::string& root) {
  if (path.empty()) return {};
  std::error_code error;
  const auto is_file = [&root, &error](const std::string& named) {
    return fs::is_regular_file(PathBelowRoot(root, named), error);
  };
  if (is_file(path)) return {path};
  std::vector<std::string> files;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(PathBelowRoot(root, path), error)) {
    std::string file = (fs::path(path) / entry.path().filename()).string();
    if (is_file(file)) files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string PathFrom(const std::string& cwd, const std::string& path) {
  return cwd.empty() || path.empty() ? path : (fs::path(cwd) / path).string();
}

std::function<absl::StatusOr<std::vector<ConfigText>>(const std::string&)> ReadFilesBelow(
    const std::string& root, const std::string& cwd) {
  return [root, cwd](const std::string& path) -> absl::StatusOr<std::vector<ConfigText>> {
    std::vector<ConfigText> files;
    for (const std::string& file : RegularFilesAt(PathFrom(cwd, path), root)) {
      BENCH_ASSIGN_OR_RETURN(std::string text, ReadFile(PathBelowRoot(root, file)));
      files.push_back({.path = file, .text = std::move(text)});
    }
    return files;
  };
}

}  // namespace bench
