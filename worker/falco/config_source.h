// Where the texts of a Falco's configuration come from.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace bench {

struct ConfigText {
  std::string path;  // as Falco sees it
  std::string text;
};

// Gives the files at a path as Falco sees it: the file itself, or those of a directory in the order
// of their names; none if there is neither. NOT_FOUND and the like where one can't be read.
using ConfigReader = absl::FunctionRef<absl::StatusOr<std::vector<ConfigText>>(const std::string&)>;

// Of the real file system, of a Falco whose root directory is `root`: "/proc/PID/root" of one in a
// container, "" for our own. Links are followed as it would follow them. Relative paths are from
// `cwd`, as it sees it; "": from ours.
std::function<absl::StatusOr<std::vector<ConfigText>>(const std::string&)> ReadFilesBelow(
    const std::string& root, const std::string& cwd = "");

// A relative path is below `cwd`; "" stays "", and all stay where `cwd` is "".
std::string PathFrom(const std::string& cwd, const std::string& path);

// The paths alone: a file, or the regular files of a directory in the order of their names.
std::vector<std::string> RegularFilesAt(const std::string& path, const std::string& root);

}  // namespace bench
